import { median } from './statistics';

/** With fewer blocks, the median follows a block that fails. */
export const LEAST_REFERENCE = 5;
const ROUNDS = 4;
/** Medians between two moments at which others may have their turn. */
const EACH = 16;

/** What blocks of one group have in common, and what each has of its own. */
export interface Parted {
    /** For each week, the change that all have in common: temperature, age, the monitor itself. NaN: too few were measured. */
    common: Float64Array;
    /** For each row, its own level. */
    own: Float64Array;
}

/**
 * Parts rows of weekly values (logarithms of impedance) into what they have in common in each week and a level of each row, by medians: rows that
 * rise, miss weeks or begin later (a replaced block) do not disturb the common part as long as most of the others are well.
 *
 * @param rows [block][week]; NaN is "not known"
 * Yields where others may have their turn.
 */
export function* partByMedians(rows: readonly Float64Array[]): Generator<undefined, Parted> {
    const weeks = rows[0]?.length ?? 0;
    const common = new Float64Array(weeks);
    const own = new Float64Array(rows.length);
    const column = new Float64Array(rows.length);
    const line = new Float64Array(weeks);
    const counts = new Uint16Array(weeks);
    for (const row of rows) row.forEach((value, week) => (counts[week]! += Number.isNaN(value) ? 0 : 1));
    for (let round = 0; round < ROUNDS; round++) {
        for (const [index, row] of rows.entries()) {
            for (let week = 0; week < weeks; week++)
                line[week] = counts[week]! < LEAST_REFERENCE ? NaN : row[week]! - common[week]!;
            own[index] = median(line);
            if (index % EACH === 0) yield;
        }
        for (let week = 0; week < weeks; week++) {
            for (let index = 0; index < rows.length; index++) column[index] = rows[index]![week]! - own[index]!;
            common[week] = counts[week]! < LEAST_REFERENCE ? 0 : median(column);
            if (week % EACH === 0) yield;
        }
    }
    for (let week = 0; week < weeks; week++) if (counts[week]! < LEAST_REFERENCE) common[week] = NaN;
    return { common, own };
}
