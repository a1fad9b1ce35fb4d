import type { BatteryLayout } from '../layout';
import { weeklyMedians, weekOf, WEEK_MS, type Series } from './series';
import { median } from './statistics';
import { LEAST_REFERENCE, partByMedians } from './string-trend';
import { impedanceTrend, leanedNoise, weeklyNoise, type ImpedanceTrend } from './trend';

/** The impedance of a block when it was well: set by a person (CS141 manual, "Baseline Impedance"), or proposed after some months. */
export interface Baseline {
    /** Epoch ms */
    at: number;
    milliohms: number;
}

export interface ImpedanceInput {
    /** Epoch ms; only weeks that are over count. */
    now: number;
    layout: BatteryLayout;
    /** For each block, mΩ. */
    impedance: readonly Series[];
    /** For each block; absent: its own first weeks. */
    baselines?: readonly (Baseline | undefined)[];
    /** For each block, when it was put in, epoch ms: what is older is of another block. */
    installedAt?: readonly (number | undefined)[];
    /** The rise that the forecast is about, as a share: 0.25. */
    limit: number;
}

/** Impedance of one block. Shares: 0.1 is 10 %. */
export interface BlockImpedance {
    /** The median of the last week that is known, mΩ. */
    milliohms: number;
    /** Against its own baseline, as measured; absent: none is known. */
    overBaseline?: number;
    /** Against the median of its string, as measured; absent: too few blocks are known. */
    overString?: number;
    /** Absent: not enough is known. */
    trend?: ImpedanceTrend;
}

/** Yields where others may have their turn. @returns for each block; undefined: nothing is known */
export function* blockImpedances(input: ImpedanceInput): Generator<undefined, (BlockImpedance | undefined)[]> {
    const { now, layout, impedance, installedAt } = input;
    const last = weekOf(now) - 1;
    const first = Math.min(last, ...impedance.map(({ times }) => (times.length > 0 ? weekOf(times[0]!) : last)));
    const rows: Float64Array[] = [];
    for (const [block, series] of impedance.entries()) {
        yield;
        const medians = weeklyMedians(series, first, last);
        // The week of the replacement is of both blocks.
        const begin = installedAt?.[block] === undefined ? 0 : Math.ceil(installedAt[block] / WEEK_MS) - first;
        medians.fill(NaN, 0, Math.max(0, Math.min(medians.length, begin)));
        rows.push(medians.map((value) => Math.log(value)));
    }
    const blocks: (BlockImpedance | undefined)[] = [];
    for (const members of groupsOf(layout, rows)) {
        const judged = yield* judgeGroup(members, rows, first, input);
        judged.forEach((block, index) => (blocks[members[index]!] = block));
    }
    return blocks;
}

/** A string is its own measure; where it is too short, the whole battery is. */
function groupsOf(layout: BatteryLayout, rows: readonly Float64Array[]): number[][] {
    const all = rows.map((_, index) => index);
    if (layout.perString < LEAST_REFERENCE) return [all];
    return Array.from({ length: layout.strings }, (_, index) =>
        all.filter((block) => layout.stringOf(block + 1) === index + 1),
    );
}

function* judgeGroup(
    members: readonly number[],
    rows: readonly Float64Array[],
    first: number,
    { baselines, limit }: ImpedanceInput,
): Generator<undefined, (BlockImpedance | undefined)[]> {
    const own = members.map((block) => rows[block]!);
    const { common, own: levels } = yield* partByMedians(own);
    // Too few blocks to compare with: each is held against itself alone.
    const isAlone = members.length < LEAST_REFERENCE;
    const parted = own.map((row) => (isAlone ? row : row.map((value, week) => value - common[week]!)));
    const noises = parted.map(weeklyNoise);
    const pool = median(noises.map(({ error }) => error));
    const set = members.map((block) => baselines?.[block]);
    const judged: (BlockImpedance | undefined)[] = [];
    for (const [index, row] of own.entries()) {
        yield;
        const week = row.findLastIndex((value) => !Number.isNaN(value));
        if (week < 0) {
            judged.push(undefined);
            continue;
        }
        const baseline = set[index];
        const values = parted[index]!;
        const trend = impedanceTrend({
            values,
            firstWeek: first,
            baseline: baseline
                ? Math.log(baseline.milliohms) - (isAlone ? 0 : commonOf(baseline, set, levels, common, first))
                : NaN,
            noise: leanedNoise(noises[index]!, pool),
            limit,
        });
        const ofString = own.length < LEAST_REFERENCE ? NaN : median(own.map((other) => other[week]!));
        const reference = baseline ? Math.log(baseline.milliohms) : ((trend && firstKnown(row)) ?? NaN);
        judged.push({
            milliohms: Math.exp(row[week]!),
            ...share('overBaseline', row[week]! - reference),
            ...share('overString', row[week]! - ofString),
            ...(trend && { trend }),
        });
    }
    return judged;
}

function share<K extends string>(key: K, logarithm: number): Partial<Record<K, number>> {
    return Number.isNaN(logarithm) ? {} : ({ [key]: Math.exp(logarithm) - 1 } as Record<K, number>);
}

function firstKnown(row: Float64Array): number {
    return median(row.filter((value) => !Number.isNaN(value)).subarray(0, 4));
}

/** What the group had in common when a baseline was set: told by all the baselines of that day, or else by its week. */
function commonOf(
    { at }: Baseline,
    set: readonly (Baseline | undefined)[],
    levels: Float64Array,
    common: Float64Array,
    first: number,
): number {
    const same = set.flatMap((other, index) => (other?.at === at ? [Math.log(other.milliohms) - levels[index]!] : []));
    if (same.length >= LEAST_REFERENCE) return median(same);
    const week = Math.min(common.length - 1, Math.max(0, weekOf(at) - first));
    const near = common.slice(Math.max(0, week - 1), week + 2);
    const told = median(near);
    return Number.isNaN(told) ? median(common) : told;
}
