import type { ModbusBlock, ModbusTable } from './line';

/** Consecutive addresses that belong together, e.g. a register or a text. */
export interface Wanted {
    table: ModbusTable;
    address: number;
    length: number;
}

/** Pieces that are read with one request. */
export class PlannedBlock implements ModbusBlock {
    constructor(readonly pieces: Wanted[]) {}

    get table(): ModbusTable {
        return this.pieces[0]!.table;
    }

    get address(): number {
        return this.pieces[0]!.address;
    }

    /** The address after the last one. */
    get end(): number {
        const last = this.pieces.at(-1)!;
        return last.address + last.length;
    }

    get count(): number {
        return this.end - this.address;
    }

    add(piece: Wanted): void {
        this.pieces.push(piece);
    }

    /** Splits the block at gaps. */
    runs(): PlannedBlock[] {
        const runs: PlannedBlock[] = [];
        for (const piece of this.pieces) {
            const run = runs.at(-1);
            if (run && piece.address <= run.end) run.add(piece);
            else runs.push(new PlannedBlock([piece]));
        }
        return runs;
    }
}
