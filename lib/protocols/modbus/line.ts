import { UpsError } from '../../core/errors';

/** Modbus' four address spaces, read with functions 1, 2, 3 and 4. */
export type ModbusTable = 'coil' | 'discrete' | 'holding' | 'input';

/** One request's worth of a table: `address` as it goes over the wire. */
export interface ModbusBlock {
    table: ModbusTable;
    address: number;
    count: number;
}

/** Most that one request may ask for (Modbus application protocol 1.1b3, sections 6.1 to 6.4). */
export const MOST_WORDS = 125;
export const MOST_BITS = 2000;

/** What a device answers instead of values (Modbus application protocol 1.1b3, section 7). */
export const EXCEPTION = {
    illegalFunction: 1,
    illegalAddress: 2,
    illegalValue: 3,
    busy: 6,
    gatewayPath: 10,
    gatewayTarget: 11,
} as const;

/**
 * A function that is not there says the same of its addresses (CS141 manual, "Possible error codes coming with a CS141", has 2 and 3 only).
 */
export function isUnsupported(exception: number | undefined): boolean {
    return (
        exception === EXCEPTION.illegalAddress ||
        exception === EXCEPTION.illegalValue ||
        exception === EXCEPTION.illegalFunction
    );
}

/** A Modbus line: one request at a time, several units on it. */
export interface ModbusLine {
    /**
     * The words (0..65535) or bits (0, 1) of a block.
     * @throws UpsError device-refused with `exception`, device-silent, protocol, interrupted
     */
    read(unitId: number, block: ModbusBlock): Promise<number[]>;
    /** Function 5. @throws as read */
    writeCoil(unitId: number, address: number, on: boolean): Promise<void>;
    /** What waits is refused, what is under way fails. Idempotent, bounded. */
    close(): Promise<void>;
}

/** The number of the exception with which a device refused; undefined when it was something else. */
export function exceptionOf(error: unknown): number | undefined {
    const exception = error instanceof UpsError && error.code === 'device-refused' ? error.data.exception : undefined;
    return typeof exception === 'number' ? exception : undefined;
}
