import { Slices } from '../../turns';
import type { BatteryLayout } from '../layout';
import { dischargeCapacity, type BlockCapacity, type DischargeCapacity } from './capacity';
import { CAPACITY_MODELS, type CapacityModel, type Chemistry } from './chemistry';
import { stepResistances, type DischargeCurves } from './discharge-curves';
import { blockImpedances, type Baseline, type BlockImpedance } from './impedance';
import { lacksOf, type HealthLack } from './lacks';
import {
    excess,
    gradeRank,
    HEALTH_LIMITS,
    reasonsOf,
    type HealthGrade,
    type HealthLimits,
    type HealthReason,
} from './reasons';
import type { Series } from './series';
import { spreads, weekMeans, type StringSpread } from './spread';
import { median } from './statistics';

/**
 * What the health of a battery is judged by. Rows are by block (module 1 first). Everything but `now` and `layout` may be missing: what is known is
 * judged. Nothing in here is of one maker's monitor.
 */
export interface HealthInput {
    /** Epoch ms */
    now: number;
    layout: BatteryLayout;
    /** V of one block, as named. */
    nominalVoltage?: number;
    /** Of one block, Ah, at the rated current. */
    capacityAh?: number;
    /** Absent: lead acid. */
    chemistry?: Chemistry;
    /** What the data sheet says differently from `CAPACITY_MODELS`. */
    model?: Partial<CapacityModel>;
    /** V of one block at which it counts as empty; absent: that of the chemistry. */
    endVoltage?: number;
    /** mΩ, as long a history as there is. */
    impedance?: readonly Series[];
    baselines?: readonly (Baseline | undefined)[];
    /** When each block was put in, epoch ms; absent: before the history. Blocks begin anew. */
    installedAt?: readonly (number | undefined)[];
    /** V, the last week at least, without discharges and the charge after them. */
    float?: readonly Series[];
    /** °C, the last week at least. */
    temperature?: readonly Series[];
    /** Oldest first. */
    discharges?: readonly DischargeCurves[];
    limits?: Partial<HealthLimits>;
}

/** One block. What is not known is absent. */
export interface BlockHealth {
    /** From 1. */
    module: number;
    string: number;
    /** The worst of its reasons; absent: it is well as far as is known. */
    grade?: HealthGrade;
    reasons: HealthReason[];
    impedance?: BlockImpedance;
    capacity?: BlockCapacity & { discharge: string; at: number };
    /** By the load step of the last discharge that had one, mΩ, and % above the median of its string. */
    step?: { milliohms: number; aboveString?: number; discharge: string; at: number };
    /** Mean of the last week, V, and from the median of its string. */
    float?: { volts: number; fromMedian: number };
    /** Mean of the last week, °C, and K above the median of its string. */
    temperature?: { celsius: number; aboveMedian: number };
}

/** The health of a battery. JSON; keys are only ever added. */
export interface BatteryHealth {
    /** Epoch ms */
    at: number;
    modules: number;
    strings: number;
    blocks: BlockHealth[];
    /** Modules (from 1) that stand out, the weakest first. */
    ranking: number[];
    float: StringSpread[];
    temperature: StringSpread[];
    /** % of rated, of the median block of each string by its last discharge that told; null: not known. */
    stringCapacity: (number | null)[];
    /** What cannot be judged yet, and why. */
    lacks: HealthLack[];
}

/** Judges all blocks of a battery. Takes about 0.1 ms for each block and year: see `batteryHealthSoon`. */
export function batteryHealth(input: HealthInput): BatteryHealth {
    const work = judged(input);
    for (;;) {
        const { done, value } = work.next();
        if (done) return value;
    }
}

/** As `batteryHealth`, in slices: others have their turn. */
export async function batteryHealthSoon(input: HealthInput, slices = new Slices()): Promise<BatteryHealth> {
    const work = judged(input);
    for (;;) {
        const { done, value } = work.next();
        if (done) return value;
        if (slices.isOver) await slices.next();
    }
}

/** The work in steps of well below a millisecond each. */
function* judged(input: HealthInput): Generator<undefined, BatteryHealth> {
    const { now, layout } = input;
    const limits = { ...HEALTH_LIMITS, ...input.limits };
    const impedances = input.impedance
        ? yield* blockImpedances({ ...input, impedance: input.impedance, limit: limits.impedance[0] / 100 })
        : [];
    const { capacities, stringCapacity } = yield* capacitiesOf(input);
    const steps = yield* stepsOf(input);
    const floats = yield* weekMeans(input.float ?? [], now);
    const warmth = yield* weekMeans(input.temperature ?? [], now);
    const floatSpreads = spreads(floats, layout);
    const warmthSpreads = spreads(warmth, layout);
    const blocks: BlockHealth[] = [];
    for (let index = 0; index < layout.modules; index++) {
        yield;
        const string = layout.stringOf(index + 1);
        const ofFloat = floatSpreads.find((each) => each.string === string);
        const ofWarmth = warmthSpreads.find((each) => each.string === string);
        const fromFloat = (floats[index] ?? NaN) - (ofFloat?.median ?? NaN);
        const heat = (warmth[index] ?? NaN) - (ofWarmth?.median ?? NaN);
        const [impedance, capacity, step] = [impedances[index], capacities[index], steps[index]];
        const reasons = reasonsOf(
            {
                capacity,
                impedance,
                stepAboveString: step?.aboveString ?? NaN,
                float: fromFloat,
                floatMedian: ofFloat?.median ?? NaN,
                floatDeviation: ofFloat?.deviation ?? NaN,
                heat,
            },
            limits,
        );
        blocks.push({
            module: index + 1,
            string,
            ...(reasons[0] && { grade: reasons[0].grade }),
            reasons,
            ...(impedance && { impedance }),
            ...(capacity && { capacity }),
            ...(step && { step }),
            ...(Number.isNaN(fromFloat) ? {} : { float: { volts: floats[index]!, fromMedian: fromFloat } }),
            ...(Number.isNaN(heat) ? {} : { temperature: { celsius: warmth[index]!, aboveMedian: heat } }),
        });
    }
    return {
        at: now,
        modules: layout.modules,
        strings: layout.strings,
        blocks,
        ranking: rankingOf(blocks),
        float: floatSpreads,
        temperature: warmthSpreads,
        stringCapacity,
        lacks: lacksOf(input, blocks),
    };
}

/** By grade, then by how far the reasons are beyond their limits: the worst counts in full, each further one a third. */
function rankingOf(blocks: readonly BlockHealth[]): number[] {
    const weight = ({ reasons }: BlockHealth) => {
        const sizes = reasons.map(excess).sort((a, b) => b - a);
        return sizes.reduce((sum, size, index) => sum + (index === 0 ? size : size / 3), 0);
    };
    return blocks
        .filter(({ reasons }) => reasons.length > 0)
        .map((block) => ({ block, rank: gradeRank(block.grade), weight: weight(block) }))
        .sort((a, b) => b.rank - a.rank || b.weight - a.weight || a.block.module - b.block.module)
        .map(({ block }) => block.module);
}

/** The model of a battery; undefined for a chemistry of which nothing is known. */
export function modelOf({
    chemistry = 'lead-acid',
    model,
}: Pick<HealthInput, 'chemistry' | 'model'>): CapacityModel | undefined {
    return chemistry === 'other' ? undefined : { ...CAPACITY_MODELS[chemistry], ...model };
}

/** Each discharge by itself, those before it telling what its strings have. */
export function capacityOfDischarge(
    input: HealthInput,
    curves: DischargeCurves,
    earlier?: ArrayLike<number>,
): Generator<undefined, DischargeCapacity> {
    const { layout, nominalVoltage, capacityAh, endVoltage } = input;
    return dischargeCapacity({
        curves,
        layout,
        nominalVoltage,
        capacityAh,
        model: modelOf(input),
        endVoltage,
        earlier,
    });
}

interface CapacitiesTold {
    capacities: BlockHealth['capacity'][];
    stringCapacity: (number | null)[];
}

function* capacitiesOf(input: HealthInput): Generator<undefined, CapacitiesTold> {
    const { layout, discharges = [], installedAt } = input;
    const capacities: BlockHealth['capacity'][] = Array.from({ length: layout.modules }, () => undefined);
    const strings = new Float64Array(layout.strings).fill(NaN);
    for (const curves of discharges) {
        const told = yield* capacityOfDischarge(input, curves, strings);
        told.strings.forEach((percent, index) => {
            if (!Number.isNaN(percent)) strings[index] = percent;
        });
        told.blocks.forEach((capacity, index) => {
            if (!capacity || curves.onset < (installedAt?.[index] ?? -Infinity)) return;
            if (isBetter(capacity, capacities[index]))
                capacities[index] = { ...capacity, discharge: curves.id, at: curves.onset };
        });
    }
    return { capacities, stringCapacity: Array.from(strings, (percent) => (Number.isNaN(percent) ? null : percent)) };
}

/** A later word counts, but a comparison takes an observation back only where it surely says less. */
function isBetter(next: BlockCapacity, before: BlockCapacity | undefined): boolean {
    if (next.by === 'observed' || before?.by !== 'observed') return true;
    return next.percent + next.plusMinus < before.percent;
}

function* stepsOf({ layout, discharges = [], installedAt }: HealthInput): Generator<undefined, BlockHealth['step'][]> {
    const steps: BlockHealth['step'][] = Array.from({ length: layout.modules }, () => undefined);
    for (const curves of discharges) {
        yield;
        const resistances = stepResistances(curves, layout);
        for (let index = 0; index < layout.modules; index++) {
            const milliohms = resistances[index]!;
            if (Number.isNaN(milliohms) || curves.onset < (installedAt?.[index] ?? -Infinity)) continue;
            const [first, last] = layout.modulesOf(layout.stringOf(index + 1));
            const typical = median(resistances.subarray(first - 1, last));
            steps[index] = {
                milliohms,
                ...(typical > 0 && last - first >= 2 && { aboveString: 100 * (milliohms / typical - 1) }),
                discharge: curves.id,
                at: curves.onset,
            };
        }
    }
    return steps;
}
