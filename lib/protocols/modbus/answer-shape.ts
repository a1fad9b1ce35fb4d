import type { ModbusBlock, ModbusTable } from './line';

// Facts about requests and answers that show which answer belongs to which request. modbus-serial builds and reads their PDUs
// (function and data, without unit id and checksum).

/** Function codes that read (Modbus application protocol 1.1b3, sections 6.1 to 6.4). */
const FUNCTIONS: Readonly<Record<ModbusTable, number>> = { coil: 1, discrete: 2, holding: 3, input: 4 };
/** First function code that writes (section 6.5). */
const WRITE_COIL = 5;
const REFUSED = 0x80;

export function isRead(request: Buffer): boolean {
    return request[0]! < WRITE_COIL;
}

/**
 * What distinguishes the answer to `request` where answers have no transaction number: function and byte count for a read; the
 * whole request for a write, which the answer repeats.
 */
export function shapeOf(request: Buffer): string {
    return isRead(request) ? `${request[0]} ${bytesAsked(request)}` : request.toString('hex');
}

/** The shape of the answer to a request for this block. */
export function shapeOfBlock({ table, count }: ModbusBlock): string {
    const code = FUNCTIONS[table];
    return `${code} ${bytesFor(code, count)}`;
}

/** Whether `answer` may belong to `request`; this includes exceptions. */
export function answers(request: Buffer, answer: Buffer): boolean {
    if (isException(answer)) return answer[0] === (request[0]! | REFUSED);
    return isRead(request) ? isData(request, answer) : answer.equals(request);
}

/** The byte after the function code in the answer: the byte count, or for a write the high byte of the address. */
export function thirdByteOf(request: Buffer): number {
    return isRead(request) ? bytesAsked(request) & 0xff : request[1]!;
}

/** Whether an answer is an exception (section 7). */
export function isException(answer: Buffer): boolean {
    return (answer[0]! & REFUSED) !== 0 && answer.length >= 2;
}

function isData(request: Buffer, answer: Buffer): boolean {
    const bytes = bytesAsked(request);
    return answer[0] === request[0] && answer[1] === bytes && answer.length === 2 + bytes;
}

function bytesAsked(request: Buffer): number {
    return bytesFor(request[0]!, request.readUInt16BE(3));
}

function bytesFor(code: number, count: number): number {
    return code <= FUNCTIONS.discrete ? Math.ceil(count / 8) : count * 2;
}
