import { isAbsent, meaningOf, partOf, type RawValue } from './raw-value';
import type { Condition, Place } from './device-map';

/** Reads one place, as a whole. */
type Read = (place: Place) => RawValue;

/**
 * Whether an item counts now. A condition that is not known does not hold: nothing is told rather than something wrong.
 * @param row of an item for all rows of a column: the instance of its row
 */
export function holds(when: Condition | undefined, read: Read, row?: string): boolean {
    if (!when) return true;
    const { values, orAbsent = false } = when;
    const at = ofRow(when.at, row);
    const raw = partOf(read(at), at);
    if (isAbsent(raw, {})) return orAbsent;
    if (!values) return true;
    return meaningOf(raw, Object.fromEntries(values.map((value) => [String(value), 'yes']))) !== undefined;
}

/** The place of a condition in one row of a table. */
export function ofRow(at: Place, row: string | undefined): Place {
    return row !== undefined && 'column' in at && at.row === '*' ? { ...at, row } : at;
}
