import { UpsError } from '../../lib/core/errors';
import type { ModbusBlock, ModbusLine, ModbusTable } from '../../lib/protocols/modbus/line';

/** A Modbus device in memory: what is not in it is refused with exception 2. */
export class ModbusMemory implements ModbusLine {
    readonly asked: ModbusBlock[] = [];
    readonly written: { unitId: number; address: number; on: boolean }[] = [];
    readonly words: { unitId: number; address: number; word: number }[] = [];
    readonly units = new Set<number>();
    /** Answers that come first, instead: an exception's number, or an error. */
    readonly troubles: (number | UpsError)[] = [];
    closed = false;
    private readonly values = new Map<string, number>();

    set(table: ModbusTable, address: number, ...values: number[]): this {
        values.forEach((value, index) => this.values.set(`${table} ${address + index}`, value & 0xffff));
        return this;
    }

    unset(table: ModbusTable, address: number): void {
        this.values.delete(`${table} ${address}`);
    }

    read(unitId: number, block: ModbusBlock): Promise<number[]> {
        this.units.add(unitId);
        this.asked.push({ table: block.table, address: block.address, count: block.count });
        const trouble = this.troubles.shift();
        if (trouble !== undefined) return Promise.reject(typeof trouble === 'number' ? refusal(trouble) : trouble);
        const values = Array.from({ length: block.count }, (_, index) =>
            this.values.get(`${block.table} ${block.address + index}`),
        );
        if (values.some((value) => value === undefined)) return Promise.reject(refusal(2));
        return Promise.resolve(values as number[]);
    }

    writeCoil(unitId: number, address: number, on: boolean): Promise<void> {
        this.written.push({ unitId, address, on });
        this.set('coil', address, Number(on));
        return Promise.resolve();
    }

    writeRegister(unitId: number, address: number, word: number): Promise<void> {
        this.words.push({ unitId, address, word });
        this.set('holding', address, word);
        return Promise.resolve();
    }

    close(): Promise<void> {
        this.closed = true;
        return Promise.resolve();
    }
}

export function refusal(exception: number): UpsError {
    return new UpsError('device-refused', { host: 'card', reason: `Modbus exception ${exception}`, exception });
}
