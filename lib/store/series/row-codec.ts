import { ByteReader, ByteWriter } from './bytes';

/** One value of a row: the column of its quantity, from 1, and the whole number that stands for it. */
export interface Cell {
    column: number;
    value: number;
}

/** One sample as a small row: for each known value, how far its column is from the one before, and the value. */
export function encodeRow(cells: readonly Cell[]): Buffer {
    const writer = new ByteWriter(8 + cells.length * 5);
    let before = 0;
    for (const { column, value } of cells.toSorted((a, b) => a.column - b.column)) {
        writer.uint(column - before);
        writer.int(value);
        before = column;
    }
    return writer.take();
}

/** Calls `take` for each known value. @throws RangeError if the row is damaged */
export function decodeRow(data: Uint8Array, take: (column: number, value: number) => void): void {
    const reader = new ByteReader(data);
    let column = 0;
    while (!reader.done) {
        column += reader.uint();
        take(column, reader.int());
    }
}

/** @returns whether the row is sound; of one that is damaged on disk what was read before the damage stays */
export function readRow(data: Uint8Array, take: (column: number, value: number) => void): boolean {
    try {
        decodeRow(data, take);
        return true;
    } catch {
        return false;
    }
}
