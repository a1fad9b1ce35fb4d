import type { DischargeRecord, DischargeRow } from '../discharge/record';
import type { BatteryLayout } from '../layout';
import type { DischargeCurves } from './discharge-curves';

/** A discharge as it is kept: its record and its rows as columns. A column of a quantity that was never told is absent. */
export interface RecordedDischarge {
    record: DischargeRecord;
    /** ms since the onset, ascending; below 0 before it. */
    atMs: ArrayLike<number>;
    phases: readonly DischargeRow['phase'][];
    /** V by module, °C by module, A by string; NaN is "not known". */
    voltage: readonly ArrayLike<number>[];
    temperature: readonly ArrayLike<number>[];
    current: readonly ArrayLike<number>[];
}

/** Around the onset and before the end every row counts: load step, dip, end voltage. */
const WHOLE_MS = 120_000;
/** Rows further apart would count as a gap. */
const FARTHEST_MS = 90_000;

/**
 * The curves of a discharge for health and report, without the charging after it.
 * @param most about so many rows; the others are left out evenly
 */
export function recordedCurves(
    { record, atMs, phases, voltage, temperature, current }: RecordedDischarge,
    layout: BatteryLayout,
    most: number,
): DischargeCurves {
    const { id, onset, durationMs } = record;
    const between = Math.min(FARTHEST_MS, durationMs / most);
    const rows: number[] = [];
    for (let i = 0; i < atMs.length; i++) {
        const at = atMs[i]!;
        if (phases[i] === 'charge') continue;
        const isWhole = at <= WHOLE_MS || at >= durationMs - WHOLE_MS;
        const last = rows.length > 0 ? atMs[rows.at(-1)!]! : -Infinity;
        if (isWhole || at - last >= between) rows.push(i);
    }
    const column = (values: ArrayLike<number> | undefined) =>
        values && Float64Array.from(rows, (row) => values[row] ?? NaN);
    const onsetRow = Math.max(
        0,
        rows.findLastIndex((row) => atMs[row]! <= 0),
    );
    const warmth = temperature.map((values) => values[rows[onsetRow] ?? -1] ?? NaN);
    return {
        id,
        onset,
        end: record.end ?? onset + durationMs,
        times: rows.map((row) => onset + atMs[row]!),
        voltage: Array.from({ length: layout.modules }, (_, i) => column(voltage[i])),
        current: Array.from({ length: layout.strings }, (_, i) => column(current[i])),
        ...(warmth.length > 0 && { temperature: warmth }),
    };
}
