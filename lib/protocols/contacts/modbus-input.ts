import type { ContactInput } from './contact-input';

export type BitTable = 'discrete' | 'coils';

/** The requests to a Modbus device that contacts need. */
export interface ModbusBits {
    /**
     * Connects first if necessary.
     * @param address protocol address, counted from 0
     * @throws UpsError device-silent, device-refused
     */
    read(table: BitTable, address: number, count: number): Promise<boolean[]>;
    /** Idempotent, never throws. */
    close(): Promise<void>;
}

/** Most bits per request (Modbus Application Protocol 1.1b3, 6.1 and 6.2). */
const MOST_BITS = 2000;

/** Contacts at the inputs of a Modbus module; an `input` is an address counted from 0. A set bit means a closed contact. */
export class ModbusInput implements ContactInput {
    private readonly blocks: { start: number; count: number }[];

    constructor(
        readonly name: string,
        private readonly bits: ModbusBits,
        private readonly table: BitTable,
        addresses: readonly number[],
    ) {
        this.blocks = blocksOf(addresses);
    }

    async read(): Promise<ReadonlyMap<string, boolean>> {
        const closed = new Map<string, boolean>();
        for (const { start, count } of this.blocks) {
            const bits = await this.bits.read(this.table, start, count);
            for (let i = 0; i < count; i++) closed.set(String(start + i), bits[i]!);
        }
        return closed;
    }

    close(): Promise<void> {
        return this.bits.close();
    }
}

/** Blocks of consecutive addresses: a module may refuse to read a gap. */
function blocksOf(addresses: readonly number[]): { start: number; count: number }[] {
    const blocks: { start: number; count: number }[] = [];
    for (const address of [...new Set(addresses)].sort((a, b) => a - b)) {
        const block = blocks.at(-1);
        if (block && address === block.start + block.count && block.count < MOST_BITS) block.count++;
        else blocks.push({ start: address, count: 1 });
    }
    return blocks;
}
