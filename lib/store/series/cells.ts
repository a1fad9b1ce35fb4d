import { readRow } from './row-codec';
import type { Part } from './series-database';
import { decodeGroup } from './sheet-codec';

/**
 * Calls `take` for each known value that a live row has of a part; of a row that is damaged on disk, for what was read before the damage.
 * @returns whether the row is a sample of this part: a row of a sheet may hold nothing of it
 */
export function readCells({ sheet }: Part, data: Uint8Array, take: (column: number, value: number) => void): boolean {
    if (!sheet) {
        readRow(data, take);
        return true;
    }
    try {
        return decodeGroup(data, sheet.place, take);
    } catch {
        // Nobody knows any more what of this row was of this part.
        return false;
    }
}
