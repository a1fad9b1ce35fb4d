/** Exception codes of the Modbus Application Protocol 1.1b3, section 7, that this server uses. */
export const EXCEPTION = {
    illegalFunction: 1,
    illegalAddress: 2,
    illegalValue: 3,
    deviceFailure: 4,
    busy: 6,
} as const;

/** Thrown by a device to answer with an exception instead of data. */
export class ModbusException extends Error {
    constructor(readonly code: number) {
        super(`Modbus exception ${code}`);
        this.name = 'ModbusException';
    }
}

/**
 * The device of a unit id. Addresses are protocol addresses (0..65535), registers are 0..65535; address and count are checked
 * against the protocol's limits before a method is called. A function without a method is answered with exception 1; a method
 * throws `ModbusException` to refuse a request.
 */
export interface ModbusDevice {
    readCoils?(address: number, count: number): boolean[];
    readDiscreteInputs?(address: number, count: number): boolean[];
    readHoldingRegisters?(address: number, count: number): number[];
    readInputRegisters?(address: number, count: number): number[];
    /** Functions 5 and, with several values, 15; `writesManyCoils` enables 15. @param client address of who writes, or the path of the line */
    writeCoils?(address: number, values: boolean[], client: string): void;
    readonly writesManyCoils?: boolean;
    /** Functions 6 and 16. */
    writeRegisters?(address: number, values: number[]): void;
}

/** The device of a unit id; undefined: no device has this id, and the request gets no answer. */
export type UnitLookup = (unitId: number) => ModbusDevice | undefined;
