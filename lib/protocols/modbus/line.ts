import { UpsError } from '../../core/errors';

/** The four address spaces of Modbus, read by functions 1, 2, 3 and 4. */
export type ModbusTable = 'coil' | 'discrete' | 'holding' | 'input';

/** The addresses of one request; `address` is the protocol address. */
export interface ModbusBlock {
    table: ModbusTable;
    address: number;
    count: number;
}

/** Limits of one request (Modbus application protocol 1.1b3, sections 6.1 to 6.4). */
export const MOST_WORDS = 125;
export const MOST_BITS = 2000;

/** Exception codes (Modbus application protocol 1.1b3, section 7). */
export const EXCEPTION = {
    illegalFunction: 1,
    illegalAddress: 2,
    illegalValue: 3,
    busy: 6,
    gatewayPath: 10,
    gatewayTarget: 11,
} as const;

/**
 * Whether the device does not support the addresses. Exception 1 (illegal function) counts as well (CS141 manual, "Possible error
 * codes coming with a CS141", has 2 and 3 only).
 */
export function isUnsupported(exception: number | undefined): boolean {
    return (
        exception === EXCEPTION.illegalAddress ||
        exception === EXCEPTION.illegalValue ||
        exception === EXCEPTION.illegalFunction
    );
}

/** A Modbus line with one or more units; one request at a time. */
export interface ModbusLine {
    /**
     * The words (0..65535) or bits (0, 1) of a block.
     * @throws UpsError device-refused with `exception`, device-silent, protocol, interrupted
     */
    read(unitId: number, block: ModbusBlock): Promise<number[]>;
    /** Function 5. @throws like `read` */
    writeCoil(unitId: number, address: number, on: boolean): Promise<void>;
    /** Function 6, one word 0..65535. @throws like `read` */
    writeRegister(unitId: number, address: number, word: number): Promise<void>;
    /** Rejects waiting requests and the one in progress. Idempotent, bounded in time. */
    close(): Promise<void>;
}

/** The exception code with which a device refused; undefined for other errors. */
export function exceptionOf(error: unknown): number | undefined {
    const exception = error instanceof UpsError && error.code === 'device-refused' ? error.data.exception : undefined;
    return typeof exception === 'number' ? exception : undefined;
}
