import type { BlockCapacity, DischargeCapacity } from '../core/batteries/health/capacity';
import { emptyAt } from '../core/batteries/health/chemistry';
import {
    beforeOnset,
    stepResistances,
    takenFrom,
    type DischargeCurves,
} from '../core/batteries/health/discharge-curves';
import { capacityOfDischarge, modelOf, type HealthInput } from '../core/batteries/health/health';
import { mean, median } from '../core/batteries/health/statistics';
import type { BatteryLayout } from '../core/batteries/layout';
import type { Slices } from '../core/turns';
import type { BatteryNames } from './battery-names';
import type { Curve } from './outage';
import { headOf, type Range, type ReportHead, type ReportRequest } from './sources';
import { thinned, type Point } from './thinned';

/** What a discharge report is made of. Plain values: a store, a recording or a message may be where they come from. */
export interface DischargeStory {
    curves: DischargeCurves;
    /** The battery; `discharges` and the series are not needed. */
    battery: Pick<HealthInput, 'layout' | 'nominalVoltage' | 'capacityAh' | 'chemistry' | 'model' | 'endVoltage'>;
    /** It lasts: `curves.end` is when it was read last. */
    lasts?: boolean;
    /** As who kept the record counted them; absent: by the curves. */
    ampereHours?: number;
    kilowattHours?: number;
    /** It discharged already when it was first read. */
    onsetMissed?: boolean;
    /** Without readings, epoch ms. */
    gaps?: readonly Range[];
    /** % of rated of the median block of each string, by earlier discharges; NaN: not known. */
    earlier?: ArrayLike<number>;
    names?: BatteryNames;
}

/** What happened in one discharge of a battery of many blocks. JSON; what is not known is absent. Keys are only ever added. */
export interface BatteryDischargeReport extends ReportHead {
    kind: 'battery-discharge';
    version: 1;
    id: string;
    /** Epoch ms */
    since: number;
    /** Absent: it lasts. */
    until?: number;
    seconds: number;
    onsetMissed: boolean;
    from: number;
    to: number;
    names: BatteryNames;
    ampereHours?: number;
    kilowattHours?: number;
    /** V of a block that counts as empty. */
    endVoltage?: number;
    strings: DischargedString[];
    /** All blocks, the lowest at the end first. */
    blocks: DischargedBlock[];
    /** Blocks that reached the end voltage, in that order. */
    early: { module: number; string: number; at: number; seconds: number; ampereHours?: number }[];
    gaps: Range[];
    readings: number;
    /** Of the battery (median, lowest and highest block, current) and of its weakest blocks. */
    curves: DischargeCurve[];
}

export interface DischargedString {
    string: number;
    /** A just before the onset, and the mean while it discharged; positive when it discharges. */
    currentBefore?: number;
    meanCurrent?: number;
    ampereHours?: number;
    /** Of the rated capacity, 0 to 1. */
    depth?: number;
    /** V of a block at the end. */
    meanAtEnd?: number;
    lowestAtEnd?: { module: number; volts: number };
    /** % of rated of its median block; absent: nothing tells. */
    capacityPercent?: number;
}

export interface DischargedBlock {
    module: number;
    string: number;
    voltsBefore?: number;
    voltsAtEnd?: number;
    lowest?: { volts: number; at: number };
    celsius?: number;
    /** By the load step at the onset. */
    milliohms?: number;
    capacity?: BlockCapacity;
}

export interface DischargeCurve extends Curve {
    quantity: 'median' | 'lowest' | 'highest' | 'block' | 'current';
    /** Of `block`. */
    module?: number;
}

const CURVE_COLUMNS = 250;
const WEAKEST = 3;
/** A last value is taken from so many readings before the end. */
const END_READINGS = 3;

export async function batteryDischargeReport(
    request: ReportRequest,
    story: DischargeStory,
    slices: Slices,
): Promise<BatteryDischargeReport> {
    const { curves, battery } = story;
    const { layout } = battery;
    const work = capacityOfDischarge({ ...battery, now: request.now }, curves, story.earlier);
    let step = work.next();
    for (; !step.done; step = work.next()) if (slices.isOver) await slices.next();
    const capacity = step.value;
    const blocks = await blocksOf(curves, battery, capacity, slices);
    await slices.breathe();
    const { kilowattHours, ampereHours } = { ...energyOf(curves, battery), ...known(story) };
    const endVoltage = emptyAt(battery.nominalVoltage, modelOf(battery), battery.endVoltage);
    return {
        kind: 'battery-discharge',
        version: 1,
        ...headOf(request),
        id: curves.id,
        since: curves.onset,
        ...(story.lasts ? {} : { until: curves.end }),
        seconds: Math.max(0, curves.end - curves.onset) / 1000,
        onsetMissed: story.onsetMissed ?? false,
        from: curves.times[0] ?? curves.onset,
        to: Math.max(curves.end, curves.onset),
        names: story.names ?? {},
        ...has('ampereHours', ampereHours),
        ...has('kilowattHours', kilowattHours),
        ...has('endVoltage', endVoltage),
        strings: stringsOf(curves, layout, capacity, blocks),
        blocks,
        early: endVoltage === undefined ? [] : earlyOf(curves, battery, endVoltage),
        gaps: [...(story.gaps ?? [])],
        readings: curves.times.length,
        curves: await curvesOf(curves, blocks, slices),
    };
}

function known({ ampereHours, kilowattHours }: DischargeStory) {
    return { ...has('ampereHours', ampereHours), ...has('kilowattHours', kilowattHours) };
}

/** A property that is left out where its value is not known. */
function has<K extends string>(key: K, value: number | undefined): Partial<Record<K, number>> {
    return value === undefined || !Number.isFinite(value) ? {} : ({ [key]: value } as Record<K, number>);
}

/** The median of the last known values up to the end, so that one wild reading tells nothing; NaN: none. */
function atEnd({ times, end }: DischargeCurves, values: ArrayLike<number>): number {
    const last: number[] = [];
    for (let i = times.length - 1; i >= 0 && last.length < END_READINGS; i--)
        if (times[i]! <= end && !Number.isNaN(values[i]!)) last.push(values[i]!);
    return median(last);
}

async function blocksOf(
    curves: DischargeCurves,
    { layout }: DischargeStory['battery'],
    capacity: DischargeCapacity,
    slices: Slices,
): Promise<DischargedBlock[]> {
    const { times, voltage, onset, end, temperature } = curves;
    const before = beforeOnset(curves, voltage);
    const resistances = stepResistances(curves, layout);
    const blocks: DischargedBlock[] = [];
    for (let index = 0; index < layout.modules; index++) {
        if (slices.isOver) await slices.next();
        const volts = voltage[index];
        let lowest: DischargedBlock['lowest'];
        for (let i = 0; volts && i < times.length; i++)
            if (times[i]! >= onset && times[i]! <= end && volts[i]! < (lowest?.volts ?? Infinity))
                lowest = { volts: volts[i]!, at: times[i]! };
        const told = capacity.blocks[index];
        blocks.push({
            module: index + 1,
            string: layout.stringOf(index + 1),
            ...has('voltsBefore', before[index]),
            ...has('voltsAtEnd', volts && atEnd(curves, volts)),
            ...(lowest && { lowest }),
            ...has('celsius', temperature?.[index]),
            ...has('milliohms', resistances[index]),
            ...(told && { capacity: told }),
        });
    }
    return blocks.sort((a, b) => (a.voltsAtEnd ?? Infinity) - (b.voltsAtEnd ?? Infinity) || a.module - b.module);
}

function stringsOf(
    curves: DischargeCurves,
    layout: BatteryLayout,
    capacity: DischargeCapacity,
    blocks: readonly DischargedBlock[],
): DischargedString[] {
    const before = beforeOnset(curves, curves.current);
    return Array.from({ length: layout.strings }, (_, index) => {
        const own = blocks.filter(({ string, voltsAtEnd }) => string === index + 1 && voltsAtEnd !== undefined);
        const amperes = curves.current[index];
        const during = amperes
            ? Array.from(amperes).filter((_, i) => curves.times[i]! >= curves.onset && curves.times[i]! <= curves.end)
            : [];
        return {
            string: index + 1,
            ...has('currentBefore', -before[index]!),
            ...has('meanCurrent', -mean(during)),
            ...has('ampereHours', capacity.ampereHours[index]),
            ...has('depth', capacity.depths[index]),
            ...has('meanAtEnd', own.length > 0 ? mean(own.map(({ voltsAtEnd }) => voltsAtEnd!)) : undefined),
            ...(own[0] && { lowestAtEnd: { module: own[0].module, volts: own[0].voltsAtEnd! } }),
            ...has('capacityPercent', capacity.strings[index]),
        };
    });
}

/** Ah of all strings, and kWh by the voltages of their blocks; absent where any of them is not known. */
function energyOf(curves: DischargeCurves, { layout }: DischargeStory['battery']) {
    let ampereHours = 0;
    let kilowattHours = 0;
    for (let string = 1; string <= layout.strings; string++) {
        const taken = takenFrom(curves, string, undefined, undefined);
        const [first, last] = layout.modulesOf(string);
        const rows = curves.voltage.slice(first - 1, last);
        ampereHours += taken?.delivered.at(-1) ?? NaN;
        for (let i = 1; i < curves.times.length; i++) {
            const flowed = taken ? taken.delivered[i]! - taken.delivered[i - 1]! : NaN;
            if (flowed === 0) continue;
            const volts = rows.reduce((sum, row) => sum + (row ? (row[i - 1]! + row[i]!) / 2 : NaN), 0);
            kilowattHours += (flowed * volts) / 1000;
        }
    }
    return { ...has('ampereHours', ampereHours), ...has('kilowattHours', kilowattHours) };
}

function earlyOf(
    curves: DischargeCurves,
    { layout }: DischargeStory['battery'],
    limit: number,
): BatteryDischargeReport['early'] {
    const { times, voltage, onset, end } = curves;
    const taken = Array.from({ length: layout.strings }, (_, index) =>
        takenFrom(curves, index + 1, undefined, undefined),
    );
    return voltage
        .flatMap((volts, index) => {
            const at = times.findIndex((time, i) => volts && time >= onset && time <= end && volts[i]! <= limit);
            if (at < 0) return [];
            const string = layout.stringOf(index + 1);
            const seconds = (times[at]! - onset) / 1000;
            const flowed = has('ampereHours', taken[string - 1]?.delivered[at]);
            return [{ module: index + 1, string, at: times[at]!, seconds, ...flowed }];
        })
        .sort((a, b) => a.at - b.at || a.module - b.module);
}

async function curvesOf(
    { times, voltage, current }: DischargeCurves,
    blocks: readonly DischargedBlock[],
    slices: Slices,
): Promise<DischargeCurve[]> {
    const rows = { median: [] as Point[], lowest: [] as Point[], highest: [] as Point[], current: [] as Point[] };
    for (const [i, at] of times.entries()) {
        const known = voltage.flatMap((row) => (row && !Number.isNaN(row[i]!) ? [row[i]!] : []));
        const isKnown = known.length > 0;
        rows.median.push([at, isKnown ? median(known) : null]);
        rows.lowest.push([at, isKnown ? Math.min(...known) : null]);
        rows.highest.push([at, isKnown ? Math.max(...known) : null]);
        const amperes = current.reduce((sum, row) => sum - (row ? row[i]! : NaN), 0);
        rows.current.push([at, Number.isNaN(amperes) ? null : amperes]);
        if (slices.isOver) await slices.next();
    }
    const shown = (points: readonly Point[]) => [...thinned(points, times[0] ?? 0, times.at(-1) ?? 0, CURVE_COLUMNS)];
    const all = (['median', 'lowest', 'highest'] as const).map((quantity) => ({
        quantity,
        unit: 'V',
        points: shown(rows[quantity]),
    }));
    const weakest = blocks.slice(0, WEAKEST).map(({ module }) => ({
        quantity: 'block' as const,
        module,
        unit: 'V',
        points: shown(
            times.map((at, i): Point => {
                const value = voltage[module - 1]?.[i] ?? NaN;
                return [at, Number.isNaN(value) ? null : value];
            }),
        ),
    }));
    const flow = { quantity: 'current' as const, unit: 'A', points: shown(rows.current) };
    return [...all, ...weakest, flow].filter(({ points }) => points.some(([, value]) => value !== null));
}
