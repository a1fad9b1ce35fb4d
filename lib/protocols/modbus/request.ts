import type { ModbusBlock, ModbusTable } from './line';

/** The functions that read (Modbus application protocol 1.1b3, sections 6.1 to 6.4). */
const FUNCTIONS: Readonly<Record<ModbusTable, number>> = { coil: 1, discrete: 2, holding: 3, input: 4 };
const WRITE_COIL = 5;
const REFUSED = 0x80;

/** The PDU (function and data, without unit and checksum) that asks for a block. */
export function readRequest({ table, address, count }: ModbusBlock): Buffer {
    return requestOf(FUNCTIONS[table], address, count);
}

/** Function 5 (section 6.5). */
export function writeCoilRequest(address: number, on: boolean): Buffer {
    return requestOf(WRITE_COIL, address, on ? 0xff00 : 0);
}

function requestOf(code: number, first: number, second: number): Buffer {
    const pdu = Buffer.alloc(5);
    pdu[0] = code;
    pdu.writeUInt16BE(first, 1);
    pdu.writeUInt16BE(second, 3);
    return pdu;
}

export function isRead(request: Buffer): boolean {
    return request[0]! < WRITE_COIL;
}

/** The same question for other values. */
export function askingFor(request: Buffer, address: number, count: number): Buffer {
    return requestOf(request[0]!, address, count);
}

export function rangeOf(request: Buffer): { address: number; count: number } {
    return { address: request.readUInt16BE(1), count: request.readUInt16BE(3) };
}

export function isBits(request: Buffer): boolean {
    return request[0]! <= FUNCTIONS.discrete;
}

/**
 * By what its answer can be told from others where answers carry no number: function and bytes of a read; a write is repeated as it is.
 */
export function shapeOf(request: Buffer): string {
    return isRead(request) ? `${request[0]} ${bytesFor(request)}` : request.toString('hex');
}

/** Whether `answer` can be that to `request`, an exception among them. */
export function answers(request: Buffer, answer: Buffer): boolean {
    if (exceptionIn(answer) !== undefined) return answer[0] === (request[0]! | REFUSED);
    return isRead(request) ? isData(request, answer) : answer.equals(request);
}

/** The byte behind the function in the answer: how many follow, or of a write the address. */
export function thirdByteOf(request: Buffer): number {
    return isRead(request) ? bytesFor(request) & 0xff : request[1]!;
}

function isData(request: Buffer, answer: Buffer): boolean {
    const bytes = bytesFor(request);
    return answer[0] === request[0] && answer[1] === bytes && answer.length === 2 + bytes;
}

function bytesFor(request: Buffer): number {
    const { count } = rangeOf(request);
    return isBits(request) ? Math.ceil(count / 8) : count * 2;
}

/** The number of the exception that an answer is; undefined: it is none. */
export function exceptionIn(answer: Buffer): number | undefined {
    return (answer[0]! & REFUSED) !== 0 && answer.length >= 2 ? answer[1] : undefined;
}

/** Words 0..65535, or bits 0 and 1. */
export function valuesIn(request: Buffer, answer: Buffer): number[] {
    return Array.from({ length: rangeOf(request).count }, (_, index) =>
        isBits(request) ? (answer[2 + (index >> 3)]! >> (index & 7)) & 1 : answer.readUInt16BE(2 + index * 2),
    );
}

/** The answer that a device would have given to `request`. */
export function answerOf(request: Buffer, values: readonly number[]): Buffer {
    const answer = Buffer.alloc(2 + bytesFor(request));
    answer[0] = request[0]!;
    answer[1] = bytesFor(request);
    values.forEach((value, index) => {
        if (!isBits(request)) answer.writeUInt16BE(value, 2 + index * 2);
        else if (value) answer[2 + (index >> 3)]! |= 1 << (index & 7);
    });
    return answer;
}
