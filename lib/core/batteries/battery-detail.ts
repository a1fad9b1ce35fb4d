import type { DecidedBy } from './events';
import type { LimitKind, LimitSide } from './limits';

/** JSON; what one event of a battery is about, while it is active and at its end. Modules and strings count from 1, ascending. */
export interface BatteryDetail {
    /** Who says so now: a flag of the monitor, our rules, or both. */
    by: DecidedBy;
    /** Every module that it concerns; empty: the monitor names none, or it concerns none. */
    modules: readonly number[];
    /** Every string that it concerns, those of the modules included. */
    strings: readonly number[];
    /** The rule that put the worst of them here: a kind of limit, or a rule without one such as `fuse`. Absent: the flag alone. */
    rule?: LimitKind | OtherRule;
    side?: LimitSide;
    /** The limit that was crossed, in `unit`. */
    limit?: number;
    /** The value that is furthest beyond its limit, and whose it is. */
    value?: number;
    unit?: string;
    worst?: number;
    /** The values of the first MOST_NAMED, worst first. */
    named: readonly { of: number; value?: number }[];
    /** How many more there are than `named`. */
    more: number;
    /** Of `health`: the reasons of those that are named, in the language of the site. */
    why?: string;
    /** Of `general-alarm`: the events that caused it. */
    events?: readonly string[];
}

/** Of an event about which nothing was kept. */
export const NOTHING_NAMED: BatteryDetail = { by: 'own', modules: [], strings: [], named: [], more: 0 };

export type OtherRule =
    | 'fuse'
    | 'lost'
    | 'discharges'
    | 'discharge'
    | 'charging'
    | 'runaway'
    | 'silence'
    | 'general'
    | 'baseline'
    | 'pause'
    | 'health';

/** So many modules or strings are named with their values in a text or evidence; of the others the numbers alone. */
export const MOST_NAMED = 10;

/** `[1, 2, 3, 7]` as `1-3, 7`. @param numbers ascending */
export function rangesText(numbers: readonly number[]): string {
    return rangesOf(numbers)
        .map(([first, last]) => (first === last ? `${first}` : `${first}-${last}`))
        .join(', ');
}

/** The runs of following numbers. @param numbers ascending */
export function rangesOf(numbers: readonly number[]): [first: number, last: number][] {
    const ranges: [number, number][] = [];
    for (const number of numbers) {
        const open = ranges.at(-1);
        if (open && number === open[1] + 1) open[1] = number;
        else ranges.push([number, number]);
    }
    return ranges;
}

/** The numbers of `ranges`, from `least` to `most`; what is no range is left out. */
export function numbersOf(ranges: unknown, least: number, most: number): number[] {
    if (!Array.isArray(ranges)) return [];
    const numbers = new Set<number>();
    for (const range of ranges as unknown[]) {
        const [first, last] = Array.isArray(range) ? (range as unknown[]) : [];
        if (!Number.isInteger(first) || !Number.isInteger(last)) continue;
        for (let n = Math.max(first as number, least); n <= Math.min(last as number, most); n++) numbers.add(n);
    }
    return [...numbers].sort((a, b) => a - b);
}
