import { EXCEPTION, ModbusException, type ModbusDevice } from './device';

/** Longest PDU of the Modbus Application Protocol, bytes. */
export const LONGEST_PDU = 253;

const MOST_BITS_READ = 2000;
const MOST_REGISTERS_READ = 125;
const MOST_BITS_WRITTEN = 1968;
const MOST_REGISTERS_WRITTEN = 123;
const ADDRESSES = 65_536;
const COIL_ON = 0xff00;

/**
 * The answer of `device` to a request without unit id and checksum (Modbus Application Protocol 1.1b3, section 6): functions 1 to
 * 6, 15 and 16; an exception for all others.
 * @param onFailure receives errors of the device other than `ModbusException`; the answer is then exception 4
 * @param client who asks, for writes
 */
export function answerTo(
    request: Buffer,
    device: ModbusDevice,
    onFailure: (error: unknown) => void,
    client = '',
): Buffer {
    const code = request[0] ?? 0;
    try {
        return answer(code, request, device, client);
    } catch (error) {
        if (!(error instanceof ModbusException)) onFailure(error);
        return exceptionTo(request, error instanceof ModbusException ? error.code : EXCEPTION.deviceFailure);
    }
}

export function exceptionTo(request: Buffer, exception: number): Buffer {
    return Buffer.from([(request[0] ?? 0) | 0x80, exception]);
}

function answer(code: number, request: Buffer, device: ModbusDevice, client: string): Buffer {
    switch (code) {
        case 1:
            return readBits(request, device.readCoils?.bind(device));
        case 2:
            return readBits(request, device.readDiscreteInputs?.bind(device));
        case 3:
            return readRegisters(request, device.readHoldingRegisters?.bind(device));
        case 4:
            return readRegisters(request, device.readInputRegisters?.bind(device));
        case 5:
            return writeCoil(request, device, client);
        case 6:
            return writeRegister(request, device);
        case 15:
            return writeCoils(request, device, client);
        case 16:
            return writeRegisters(request, device);
        default:
            throw new ModbusException(EXCEPTION.illegalFunction);
    }
}

function readBits(request: Buffer, read?: (address: number, count: number) => boolean[]): Buffer {
    if (!read) throw new ModbusException(EXCEPTION.illegalFunction);
    const { address, count } = rangeOf(request, MOST_BITS_READ, 5);
    const bits = read(address, count);
    const bytes = Math.ceil(count / 8);
    const response = Buffer.alloc(2 + bytes);
    response[0] = request[0] ?? 0;
    response[1] = bytes;
    for (let i = 0; i < count; i++) if (bits[i]) response[2 + (i >> 3)]! |= 1 << (i & 7);
    return response;
}

function readRegisters(request: Buffer, read?: (address: number, count: number) => number[]): Buffer {
    if (!read) throw new ModbusException(EXCEPTION.illegalFunction);
    const { address, count } = rangeOf(request, MOST_REGISTERS_READ, 5);
    const values = read(address, count);
    const response = Buffer.alloc(2 + count * 2);
    response[0] = request[0] ?? 0;
    response[1] = count * 2;
    for (let i = 0; i < count; i++) response.writeUInt16BE(values[i] ?? 0, 2 + i * 2);
    return response;
}

function writeCoil(request: Buffer, device: ModbusDevice, client: string): Buffer {
    if (!device.writeCoils) throw new ModbusException(EXCEPTION.illegalFunction);
    requireLength(request, 5);
    const value = request.readUInt16BE(3);
    if (value !== 0 && value !== COIL_ON) throw new ModbusException(EXCEPTION.illegalValue);
    device.writeCoils(request.readUInt16BE(1), [value === COIL_ON], client);
    return Buffer.from(request);
}

function writeRegister(request: Buffer, device: ModbusDevice): Buffer {
    if (!device.writeRegisters) throw new ModbusException(EXCEPTION.illegalFunction);
    requireLength(request, 5);
    device.writeRegisters(request.readUInt16BE(1), [request.readUInt16BE(3)]);
    return Buffer.from(request);
}

function writeCoils(request: Buffer, device: ModbusDevice, client: string): Buffer {
    if (!device.writeCoils || !device.writesManyCoils) throw new ModbusException(EXCEPTION.illegalFunction);
    const { address, count } = rangeOf(request, MOST_BITS_WRITTEN);
    const data = dataOf(request, Math.ceil(count / 8));
    const bit = (i: number) => (((data[i >> 3] ?? 0) >> (i & 7)) & 1) === 1;
    device.writeCoils(
        address,
        Array.from({ length: count }, (_, i) => bit(i)),
        client,
    );
    return Buffer.from(request.subarray(0, 5));
}

function writeRegisters(request: Buffer, device: ModbusDevice): Buffer {
    if (!device.writeRegisters) throw new ModbusException(EXCEPTION.illegalFunction);
    const { address, count } = rangeOf(request, MOST_REGISTERS_WRITTEN);
    const data = dataOf(request, count * 2);
    device.writeRegisters(
        address,
        Array.from({ length: count }, (_, i) => data.readUInt16BE(i * 2)),
    );
    return Buffer.from(request.subarray(0, 5));
}

/** Address and count of a request. @param length length of the whole request, if it is fixed */
function rangeOf(request: Buffer, most: number, length?: number): { address: number; count: number } {
    if (length === undefined ? request.length < 6 : request.length !== length)
        throw new ModbusException(EXCEPTION.illegalValue);
    const address = request.readUInt16BE(1);
    const count = request.readUInt16BE(3);
    if (count < 1 || count > most) throw new ModbusException(EXCEPTION.illegalValue);
    if (address + count > ADDRESSES) throw new ModbusException(EXCEPTION.illegalAddress);
    return { address, count };
}

/** The data after the byte count of functions 15 and 16. */
function dataOf(request: Buffer, bytes: number): Buffer {
    if (request[5] !== bytes) throw new ModbusException(EXCEPTION.illegalValue);
    requireLength(request, 6 + bytes);
    return request.subarray(6);
}

function requireLength(request: Buffer, length: number): void {
    if (request.length !== length) throw new ModbusException(EXCEPTION.illegalValue);
}
