import type { OutputLine, UpsStatus } from '../status/status';

/** The load of a reading; unknown values are left out. May be spread into a `BatteryReading`. */
export interface Load {
    /** VA, all lines together. */
    loadVA?: number;
    /** Percent of the rated load, averaged over the lines. */
    loadPercent?: number;
    /** W, all lines together: used in place of VA if the device reports nothing better. */
    watts?: number;
}

/**
 * The load of a status, from the best value that its output lines have: apparent power, percent of rated load, power, current times
 * voltage. A total needs the value of every line that reports anything: the sum of only some phases would give too long a runtime.
 * Percentages are averaged over the lines that have one.
 */
export function loadOf(status: UpsStatus, ratedVA?: number): Load {
    const lines = status.output.lines.filter(reportsAnything);
    const loadPercent = average(lines.map((line) => line.load));
    const watts = total(lines.map((line) => line.power));
    const apparent =
        total(lines.map((line) => line.apparentPower)) ??
        (loadPercent !== undefined && ratedVA !== undefined ? (loadPercent / 100) * ratedVA : undefined) ??
        (watts === undefined ? total(lines.map(currentTimesVoltage)) : undefined);
    return defined({ loadVA: apparent, loadPercent, watts });
}

function reportsAnything(line: OutputLine): boolean {
    return [line.apparentPower, line.load, line.power, line.current].some((value) => value !== undefined);
}

function currentTimesVoltage(line: OutputLine): number | undefined {
    return line.current === undefined || line.voltage === undefined ? undefined : line.current * line.voltage;
}

function total(values: (number | undefined)[]): number | undefined {
    if (values.length === 0 || values.includes(undefined)) return undefined;
    // An idle phase may read slightly negative; a total load cannot be negative.
    return Math.max(
        0,
        values.reduce<number>((sum, value) => sum + (value ?? 0), 0),
    );
}

function average(values: (number | undefined)[]): number | undefined {
    const known = values.filter((value) => value !== undefined);
    return known.length === 0 ? undefined : known.reduce((sum, value) => sum + value, 0) / known.length;
}

function defined(load: Load): Load {
    return Object.fromEntries(Object.entries(load).filter(([, value]) => value !== undefined));
}
