import { batteryHealth } from '../lib/core/batteries/health/health';
import { blockImpedances, type BlockImpedance } from '../lib/core/batteries/health/impedance';
import { endOfWeek, WEEK_MS, weeklyMedians, weekOf, type Series } from '../lib/core/batteries/health/series';
import { layoutOf } from '../lib/core/batteries/layout';
import { dischargeOf, type DischargePlan } from './support/block-discharge';
import { impedanceHistory, type Rise } from './support/block-history';
import { withinTargets, type Bench, type Measurement, type Result } from './support/measurement';
import { round, summarize } from './support/statistics';

const DAY_MS = 86_400_000;
const START = Date.UTC(2025, 0, 6);
const LAYOUT = layoutOf(512, 16);
const LIMIT = 0.25;
const YEARS = 4;
/** Of the 512 blocks of a year, those that fail. */
const FAILING = 64;
const CASES = [
    ['line', 30],
    ['line', 60],
    ['line', 120],
    ['line', 240],
    ['square', 60],
    ['square', 120],
    ['square', 180],
] as const;
const BATTERIES = 24;

/**
 * What the health of a battery finds, and what it finds wrongly, on seeded models of blocks that share no code with it. Each judgement is made anew at the
 * end of each week, from what is known until then, as a running site does.
 */
export const batteryHealthStudy: Measurement = {
    name: 'battery-health',
    run(bench: Bench) {
        const results: Result[] = [];
        for (const noise of [0.01, 0.02]) results.push(falseNames(noise, bench.size(YEARS)));
        results.push(falseNames(0.01, bench.size(YEARS), (block) => (block % 16 === 0 ? 0.04 : 0.01)));
        for (const noise of [0.01, 0.02])
            for (const [shape, days] of CASES) results.push(...failing(shape, days, noise, 1));
        const batteries = bench.size(BATTERIES);
        for (const rate of [0.1, 0.3, 1]) results.push(...weakBlocks(batteries, rate));
        results.push(...weakBlocks(batteries, 0.3, { label: 'load swings by 20 %', swing: 0.2 }));
        results.push(...weakBlocks(batteries, 0.3, { label: 'readings ± 20 mV', noise: 0.02 }));
        results.push(...weakBlocks(batteries, 0.3, { label: '8 blocks', blocks: 8, strings: 1 }));
        results.push(
            ...weakBlocks(batteries, 0.3, { label: 'exponent 1.25 taken for 1.15', peukert: 1.25, untargeted: true }),
        );
        results.push(ofAYear());
        return Promise.resolve(results);
    },
};

/** For each week from the eighth on, what is known at its end. */
function* weekly(history: readonly Series[], days: number) {
    const first = weekOf(START);
    const last = weekOf(START + days * DAY_MS);
    // Medians of medians of a week are the same, and sooner made.
    const times = Float64Array.from({ length: last - first + 1 }, (_, week) => endOfWeek(first + week) - DAY_MS);
    const series = history.map((each) => ({ times, values: weeklyMedians(each, first, last) }));
    for (let week = weekOf(START) + 8; endOfWeek(week) <= START + days * DAY_MS; week++) {
        const now = endOfWeek(week);
        yield { now, blocks: judged({ now, layout: LAYOUT, impedance: series, limit: LIMIT }) };
    }
}

function judged(input: Parameters<typeof blockImpedances>[0]): (BlockImpedance | undefined)[] {
    const work = blockImpedances(input);
    for (;;) {
        const { done, value } = work.next();
        if (done) return value;
    }
}

function falseNames(noise: number, years: number, own = (_: number) => noise): Result {
    const isMixed = own(0) !== noise;
    let named = 0;
    for (let year = 0; year < years; year++) {
        const plan = { seed: 100 + year + noise * 1000, blocks: 512, strings: 16, days: 365, from: START };
        const found = new Set<number>();
        for (const { blocks } of weekly(impedanceHistory({ ...plan, noise: own }), 365))
            blocks.forEach((block, index) => {
                if (block?.trend?.failing) found.add(index);
            });
        named += found.size;
    }
    const values = { named };
    const target = { named: 1 };
    return {
        measurement: `${years * 512} block-years of well blocks at ${noise * 100} % noise${isMixed ? ', 4 % of each sixteenth' : ''}: named`,
        unit: 'blocks',
        ...values,
        target,
        met: withinTargets(values, target),
    };
}

function failing(shape: Rise['shape'], days: number, noise: number, years: number): Result[] {
    const leads: number[] = [];
    const widths: number[] = [];
    let missed = 0;
    let ranges = 0;
    let held = 0;
    let open = 0;
    let others = 0;
    for (let year = 0; year < years; year++) {
        const rises = new Map<number, Rise>();
        for (let i = 0; i < FAILING; i++) rises.set(i * 8 + (i % 8), { startDay: 80 + ((i * 37) % 49), days, shape });
        const length = 140 + days;
        const plan = { seed: 900 + year + days + noise * 1000, blocks: 512, strings: 16, days: length, from: START };
        const named = new Set<number>();
        const wrong = new Set<number>();
        for (const { now, blocks } of weekly(impedanceHistory({ ...plan, noise: () => noise, rises }), length))
            blocks.forEach((block, index) => {
                const rise = rises.get(index);
                const failed = block?.trend?.failing;
                if (!failed) return;
                if (!rise) {
                    wrong.add(index);
                    return;
                }
                const end = START + (rise.startDay + days) * DAY_MS;
                if (now > end) return;
                if (!named.has(index)) leads.push((end - now) / DAY_MS);
                named.add(index);
                const { forecast } = failed;
                if (!forecast || forecast.reached) return;
                ranges++;
                if (forecast.latest === undefined) open++;
                if (forecast.earliest <= end && end <= (forecast.latest ?? Infinity)) held++;
                if (forecast.latest !== undefined)
                    widths.push((forecast.latest - forecast.earliest) / Math.max(WEEK_MS, end - now));
            });
        missed += rises.size - named.size;
        others += wrong.size;
    }
    const name = `+25 % in ${days} days, ${shape}, ${noise * 100} % noise`;
    const counted = shape === 'line' && days === 60 && noise === 0.01;
    const lead = summarize(leads);
    const short = { missed, late: leads.filter((days) => days < 35).length, wrong: others };
    const target = counted ? { missed: 0, late: 0 } : null;
    const outside = { outsidePercent: round(100 * (1 - held / Math.max(1, ranges))) };
    const most = { outsidePercent: 20 };
    return [
        {
            measurement: `${name}: named before the end`,
            unit: 'days',
            ...lead,
            ...short,
            target,
            met: target && withinTargets(short, target),
        },
        {
            measurement: `${name}: ranges of dates, each week`,
            unit: '% outside',
            ...outside,
            ranges,
            open,
            widthOverLead: widths.length > 0 ? summarize(widths, 2).median : null,
            target: most,
            met: withinTargets(outside, most),
        },
    ];
}

interface Variant extends Partial<DischargePlan> {
    label?: string;
    /** Shown without a target: what an assumption that is wrong costs. */
    untargeted?: true;
}

/** Batteries that have one block of 70 % in each string: half of them with a resistance that tells, half sulphated (it does not). */
function weakBlocks(batteries: number, rate: number, { label, untargeted, ...variant }: Variant = {}): Result[] {
    const strings = variant.strings ?? 2;
    const blocks = variant.blocks ?? 64;
    const layout = layoutOf(blocks, strings);
    const judge = (plan: Partial<DischargePlan>) => {
        const errors: number[] = [];
        let missed = 0;
        let others = 0;
        let byEnd = 0;
        for (let battery = 0; battery < batteries; battery++) {
            const weak = Array.from({ length: strings }, (_, i) => i * layout.perString + (battery % layout.perString));
            const discharge = dischargeOf({
                seed: 40 + battery,
                blocks,
                strings,
                capacityAh: 100,
                rate,
                depth: 1.5,
                capacity: new Map(weak.map((block) => [block, 0.7])),
                resistance: new Map(battery % 2 === 0 ? weak.map((block) => [block, 1.25]) : []),
                ...plan,
                ...variant,
            });
            const now = discharge.end;
            const health = batteryHealth({ now, layout, nominalVoltage: 12, capacityAh: 100, discharges: [discharge] });
            for (const { module, capacity, reasons } of health.blocks) {
                const isWeak = weak.includes(module - 1);
                const isNamed = reasons.some(({ code }) => code === 'capacity');
                if (isNamed !== isWeak) {
                    if (isWeak) missed++;
                    else others++;
                }
                if (!isWeak || !capacity) continue;
                errors.push(Math.abs(capacity.percent - 70));
                if (capacity.by === 'observed') byEnd++;
            }
        }
        return { ...summarize(errors), byEnd, missed, wrong: others };
    };
    const line = (what: string, plan: Partial<DischargePlan>, most: number): Result => {
        const values = judge(plan);
        const target = { missed: 0, max: most };
        return {
            measurement: `block of 70 %, ${rate} C, ${what}${label ? `, ${label}` : ''}: error`,
            unit: 'points',
            ...values,
            target: untargeted ? null : target,
            met: untargeted ? null : withinTargets(values, target),
        };
    };
    return [line('30 % deep', { depth: 0.3 }, 8), line('to the end voltage', { endVoltage: 10.5 }, 3)];
}

/** What a judgement takes. */
function ofAYear(): Result {
    const days = 3 * 365;
    const impedance = impedanceHistory({ seed: 5, blocks: 512, strings: 16, days, from: START, noise: () => 0.01 });
    const before = performance.now();
    batteryHealth({ now: START + days * DAY_MS, layout: LAYOUT, impedance });
    const ms = round(performance.now() - before);
    return { measurement: '512 blocks, three years, once', unit: 'ms', ms, target: null, met: null };
}
