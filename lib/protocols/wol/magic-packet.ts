import { isIPv6 } from 'node:net';
import { asUpsError, reasonFor, UpsError } from '../../core/errors';
import { said } from '../../core/language/sentence';
import type { Host } from '../shared/host';
import { hostKey, parseHosts } from '../shared/hosts';
import type { DatagramSender, Network } from '../shared/network';

/** Discard; 7 (echo) is as usual (CS141 manual, "Tutorial: WOL"). */
export const WOL_PORT = 9;
export const EVERYONE = '255.255.255.255';
const REPETITIONS = 16;
/** More networks than one job has, fewer than would be a flood. */
const MOST_ADDRESSES = 32;

/**
 * AMD's magic packet: six bytes FF, sixteen times the card's address, and the SecureOn password if the card wants one: 102, 106
 * or 108 bytes. (The CS141 manual, "Tutorial: WOL", speaks of four FF; cards wait for six: AMD publication 20213.)
 */
export function magicPacket(mac: Uint8Array, secureOn?: Uint8Array): Uint8Array {
    return Buffer.concat([
        Buffer.alloc(6, 0xff),
        ...Array<Uint8Array>(REPETITIONS).fill(mac),
        secureOn ?? new Uint8Array(),
    ]);
}

/**
 * Where packets go to: broadcast or unicast addresses, with `:port` where it differs; empty: everybody in this network.
 * @throws UpsError config-invalid
 */
export function parseAddresses(list: string | readonly string[] | undefined, port: number): Host[] {
    let wrong: unknown;
    try {
        const addresses = parseHosts(list ?? '', port);
        if (addresses.length <= MOST_ADDRESSES) return addresses.length ? addresses : [{ host: EVERYONE, port }];
        wrong = `${addresses.length} addresses`;
    } catch (error) {
        wrong = asUpsError(error, 'config-invalid').data.value;
    }
    throw new UpsError('config-invalid', {
        property: 'address',
        value: String(wrong),
        expected: said('expected.broadcasts', { most: MOST_ADDRESSES, example: EVERYONE }),
    });
}

/** Sends magic packets; each is told to every address. */
export interface PacketSender {
    /** @throws UpsError host-unreachable when no address could be sent to */
    send(packet: Uint8Array): Promise<void>;
}

/** By UDP, with a socket for each sending: minutes lie between two, and network cards may come and go. */
export class UdpPackets implements PacketSender {
    constructor(
        private readonly network: Pick<Network, 'openDatagrams'>,
        private readonly addresses: readonly Host[],
        /** A datagram may be lost; each is sent so many times. */
        private readonly copies: number,
    ) {}

    async send(packet: Uint8Array): Promise<void> {
        // Side by side: an address whose name takes long to be found does not delay the others.
        const sendings = this.addresses.map(async (address) => {
            try {
                await this.sendTo(address, packet);
                return undefined;
            } catch (error) {
                const data = { host: hostKey(address), reason: reasonFor(error) };
                return new UpsError('host-unreachable', data, { cause: error });
            }
        });
        const failures = await Promise.all(sendings);
        if (failures.every((failure) => failure !== undefined)) throw failures[0];
    }

    private async sendTo({ host, port }: Host, packet: Uint8Array): Promise<void> {
        const family = isIPv6(host) ? 6 : 4;
        const socket: DatagramSender = await this.network.openDatagrams(family, family === 4);
        try {
            for (let copy = 0; copy < this.copies; copy++) await socket.send(packet, host, port);
        } finally {
            socket.close();
        }
    }
}
