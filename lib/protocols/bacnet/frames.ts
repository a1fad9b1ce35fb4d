/** Whom a frame is for, or comes from: an address in this network, and one behind a router if it is not the router itself. */
export interface Peer {
    address: string;
    port: number;
    /** The network behind the router at `address`, 1 to 65534, and the address in it. */
    remote?: { network: number; mac: Buffer };
}

export const peerName = ({ address, port, remote }: Peer): string =>
    remote ? `${address}:${port} ${remote.network}:${remote.mac.toString('hex')}` : `${address}:${port}`;

/** Annex J.2: BACnet Virtual Link Layer. */
const BVLL_IP = 0x81;
const BVLC = {
    result: 0,
    forwarded: 4,
    registerForeignDevice: 5,
    unicast: 0x0a,
    broadcast: 0x0b,
} as const;
/** What only a BBMD does, and how it is declined (J.2.1.1). */
const DECLINED: Readonly<Record<number, number>> = { 1: 0x10, 2: 0x20, 5: 0x30, 6: 0x40, 8: 0x50, 9: 0x60 };

export type Frame =
    /** `origin`: who has sent what a BBMD passes on. */
    | { kind: 'npdu'; npdu: Buffer; isBroadcast: boolean; origin?: { address: string; port: number } }
    | { kind: 'result'; code: number }
    | { kind: 'declined'; code: number };

/** Takes the virtual link layer off a datagram; undefined: there is none, or nothing for this device. */
export function readFrame(bytes: Buffer): Frame | undefined {
    if (bytes.length < 4 || bytes[0] !== BVLL_IP || bytes.readUInt16BE(2) !== bytes.length) return undefined;
    const type = bytes[1]!;
    if (type === BVLC.unicast || type === BVLC.broadcast) {
        return { kind: 'npdu', npdu: bytes.subarray(4), isBroadcast: type === BVLC.broadcast };
    }
    if (type === BVLC.forwarded && bytes.length >= 10) {
        const origin = { address: [...bytes.subarray(4, 8)].join('.'), port: bytes.readUInt16BE(8) };
        // Nobody sends from port 0.
        if (origin.port === 0) return undefined;
        return { kind: 'npdu', npdu: bytes.subarray(10), isBroadcast: true, origin };
    }
    if (type === BVLC.result && bytes.length === 6) return { kind: 'result', code: bytes.readUInt16BE(4) };
    const code = DECLINED[type];
    return code === undefined ? undefined : { kind: 'declined', code };
}

export function resultFrame(code: number): Buffer {
    return link(BVLC.result, Buffer.of(code >> 8, code & 0xff));
}

/** J.5.2. @param seconds how long the registration shall last, 1 to 65535 */
export function registrationFrame(seconds: number): Buffer {
    return link(BVLC.registerForeignDevice, Buffer.of(seconds >> 8, seconds & 0xff));
}

function link(type: number, content: Buffer): Buffer {
    const length = content.length + 4;
    return Buffer.concat([Buffer.of(BVLL_IP, type, length >> 8, length & 0xff), content]);
}

const NPDU_VERSION = 1;
const NETWORK_MESSAGE = 0x80;
const HAS_DESTINATION = 0x20;
const HAS_SOURCE = 0x08;
const EXPECTS_REPLY = 0x04;
export const GLOBAL_BROADCAST = 0xffff;
/** Clause 6.2.4: types from here on belong to vendors and have two more bytes. */
const PROPRIETARY = 0x80;

/** Clause 6.4.19 and 6.4.20. */
export const WHAT_IS_NETWORK_NUMBER = 0x12;
const NETWORK_NUMBER_IS = 0x13;

/** The network layer of a frame (clause 6.2). */
export interface Npdu {
    /** The network that it is for; undefined: this one. */
    destination?: number;
    /** It is for every station of `destination` (clause 6.2.2: an address of no length). */
    isToAll: boolean;
    /** Its source behind the router that has passed it on. */
    source?: { network: number; mac: Buffer };
    /** 0 normal to 3 life safety; answers have that of the request. */
    priority: number;
    /** Type of a message of the network layer itself. */
    message?: number;
    /** The application's part. */
    apdu: Buffer;
}

/** Undefined: it is none. */
export function readNpdu(bytes: Buffer): Npdu | undefined {
    if (bytes.length < 2 || bytes[0] !== NPDU_VERSION) return undefined;
    const control = bytes[1]!;
    let at = 2;
    const npdu: Npdu = { priority: control & 3, isToAll: false, apdu: bytes };
    if (control & HAS_DESTINATION) {
        if (bytes.length < at + 3) return undefined;
        npdu.destination = bytes.readUInt16BE(at);
        npdu.isToAll = bytes[at + 2] === 0;
        at += 3 + bytes[at + 2]!;
    }
    if (control & HAS_SOURCE) {
        if (bytes.length < at + 3) return undefined;
        const network = bytes.readUInt16BE(at);
        const length = bytes[at + 2]!;
        // A source is one station: neither a broadcast nor all networks.
        if (network === 0 || network === GLOBAL_BROADCAST || length === 0) return undefined;
        if (bytes.length < at + 3 + length) return undefined;
        npdu.source = { network, mac: Buffer.from(bytes.subarray(at + 3, at + 3 + length)) };
        at += 3 + length;
    }
    // Hop count.
    if (control & HAS_DESTINATION) at++;
    if (control & NETWORK_MESSAGE) {
        const message = bytes[at];
        if (message === undefined) return undefined;
        npdu.message = message;
        at += message >= PROPRIETARY ? 3 : 1;
    }
    if (at > bytes.length) return undefined;
    npdu.apdu = bytes.subarray(at);
    return npdu;
}

/** A whole frame for one station. */
export function unicastFrame(apdu: Buffer, { remote }: Peer, priority = 0, expectsReply = false): Buffer {
    const control = (priority & 3) | (expectsReply ? EXPECTS_REPLY : 0) | (remote ? HAS_DESTINATION : 0);
    const head = [NPDU_VERSION, control];
    // Hop count 255: clause 6.2.3.
    if (remote) head.push(remote.network >> 8, remote.network & 0xff, remote.mac.length, ...remote.mac, 255);
    return link(BVLC.unicast, Buffer.concat([Buffer.from(head), apdu]));
}

/** Network-Number-Is, of a number that a person has set. */
export function networkNumberFrame(network: number): Buffer {
    const npdu = [NPDU_VERSION, NETWORK_MESSAGE, NETWORK_NUMBER_IS, network >> 8, network & 0xff, 1];
    return link(BVLC.unicast, Buffer.from(npdu));
}
