import { LONGEST_PDU } from './pdu';

/** A request with its unit id; `transaction` is used over TCP only. */
export interface RequestFrame {
    unitId: number;
    pdu: Buffer;
    transaction: number;
}

const MBAP = 7;

/** Extracts requests from a TCP stream, in chunks of any size (Modbus Messaging on TCP/IP 1.0b, section 3.1.3). */
export class MbapParser {
    private rest: Buffer = Buffer.alloc(0);

    /** @throws Error if the data is not Modbus: the next frame cannot be found, and the connection must be closed */
    push(chunk: Buffer): RequestFrame[] {
        const frames: RequestFrame[] = [];
        let data = this.rest.length ? Buffer.concat([this.rest, chunk]) : chunk;
        while (data.length >= MBAP) {
            const length = data.readUInt16BE(4);
            if (data.readUInt16BE(2) !== 0) throw new Error('protocol identifier is not 0');
            if (length < 2 || length > LONGEST_PDU + 1) throw new Error(`invalid length ${length}`);
            if (data.length < MBAP - 1 + length) break;
            const pdu = data.subarray(MBAP, MBAP - 1 + length);
            frames.push({ transaction: data.readUInt16BE(0), unitId: data[6] ?? 0, pdu });
            data = data.subarray(MBAP - 1 + length);
        }
        // A copy, which does not keep the socket's large buffer in memory.
        this.rest = Buffer.from(data);
        return frames;
    }
}

export function mbapFrame({ transaction, unitId }: RequestFrame, pdu: Buffer): Buffer {
    const header = Buffer.alloc(MBAP);
    header.writeUInt16BE(transaction, 0);
    header.writeUInt16BE(pdu.length + 1, 4);
    header[6] = unitId;
    return Buffer.concat([header, pdu]);
}

/**
 * Extracts requests from a serial line, in chunks of any size. A frame has the length that its function requires, and a valid
 * checksum; everything else is skipped: noise, and the traffic of other devices on the line.
 */
export class RtuParser {
    private data: Buffer = Buffer.alloc(0);

    push(chunk: Buffer): RequestFrame[] {
        this.data = Buffer.concat([this.data, chunk]);
        const frames = this.takeAll(() => Infinity);
        this.data = Buffer.from(this.data.subarray(-LONGEST_RTU));
        return frames;
    }

    /** Ends a frame after a silence: returns a request whose function has no known length, if there is one. */
    silence(): RequestFrame[] {
        const frames = this.takeAll((left) => left);
        this.data = Buffer.alloc(0);
        return frames;
    }

    private takeAll(unknownLength: (left: number) => number): RequestFrame[] {
        const frames: RequestFrame[] = [];
        for (let start = 0; this.data.length - start >= SHORTEST_RTU;) {
            const candidate = this.data.subarray(start);
            const length = rtuRequestLength(candidate) ?? unknownLength(candidate.length);
            if (length <= candidate.length && isIntact(candidate.subarray(0, length))) {
                frames.push(frameOf(candidate.subarray(0, length)));
                this.data = candidate.subarray(length);
                start = 0;
            } else {
                start++;
            }
        }
        return frames;
    }
}

const SHORTEST_RTU = 4;
const LONGEST_RTU = LONGEST_PDU + 3;

export function rtuFrame(unitId: number, pdu: Buffer): Buffer {
    const frame = Buffer.alloc(pdu.length + 3);
    frame[0] = unitId;
    pdu.copy(frame, 1);
    frame.writeUInt16LE(crc16(frame.subarray(0, -2)), frame.length - 2);
    return frame;
}

/** Length of the request with unit id and checksum; Infinity: incomplete; undefined: unknown function. */
function rtuRequestLength(data: Buffer): number | undefined {
    const code = data[1] ?? 0;
    if (code >= 1 && code <= 6) return 8;
    if (code !== 15 && code !== 16) return undefined;
    return data.length < 7 ? Infinity : 9 + (data[6] ?? 0);
}

function isIntact(frame: Buffer): boolean {
    return crc16(frame.subarray(0, -2)) === frame.readUInt16LE(frame.length - 2);
}

function frameOf(frame: Buffer): RequestFrame {
    return { transaction: 0, unitId: frame[0] ?? 0, pdu: Buffer.from(frame.subarray(1, -2)) };
}

/** Modbus over Serial Line 1.02, appendix B: polynomial A001, start value FFFF; low byte first in the frame. */
export function crc16(data: Buffer): number {
    let crc = 0xffff;
    for (const byte of data) {
        crc ^= byte;
        for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >> 1) ^ 0xa001 : crc >> 1;
    }
    return crc;
}
