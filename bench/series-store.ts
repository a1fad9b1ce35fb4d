import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Clock } from '../lib/core/clock';
import { openSeries, type Sample, type SeriesStore } from '../lib/store';
import { machineNow } from './support/machine-clock';
import { withinTargets, type Bench, type Measurement, type Result } from './support/measurement';
import { VirtualClock } from './support/virtual-clock';
import { round, summarize } from './support/statistics';

const DAY_MS = 86_400_000;
const EVERY_MS = 180_000;
const DAYS = 1826;
const START = Date.UTC(2021, 0, 1);
const UPS = { id: 'ups', name: 'UPS 1' };
const QUERIES = 15;

/** The history of a three-phase UPS over five years: its size, what a sample and a step in the background take, and how soon it is read. */
export const seriesStore: Measurement = {
    name: 'series-store',
    async run(bench: Bench) {
        const directory = mkdtempSync(join(tmpdir(), 'ridethrough-bench-'));
        const clock = new VirtualClock(START);
        try {
            const store = open(directory, clock);
            const days = bench.size(DAYS);
            const results = fill(store, clock, days);
            await store.flush();
            store.close();
            const again = open(directory, clock);
            results.push(sizeOf(again, days), ...queries(again, clock.now(), days));
            again.close();
            return results;
        } finally {
            rmSync(directory, { recursive: true, force: true });
        }
    },
};

function open(directory: string, clock: Clock): SeriesStore {
    return openSeries({
        directory,
        clock,
        onProblem: (problem) => {
            throw problem;
        },
    });
}

function fill(store: SeriesStore, clock: VirtualClock, days: number): Result[] {
    const samples: number[] = [];
    const steps: number[] = [];
    for (let n = 0; n < days * (DAY_MS / EVERY_MS); n++) {
        const values = reading(n);
        const before = machineNow();
        store.sample(UPS, clock.now(), values);
        samples.push(machineNow() - before);
        clock.pass(EVERY_MS);
        // Once a day the background has its turn, step by step.
        if (n % (DAY_MS / EVERY_MS) === 10) clock.runTimers(30_000, (took) => steps.push(took), machineNow);
    }
    const sampleMs = summarize(samples, 4);
    const stepMs = summarize(steps, 2);
    return [
        {
            measurement: 'one sample of a three-phase UPS',
            unit: 'ms',
            ...sampleMs,
            target: { median: 0.1 },
            met: withinTargets({ ...sampleMs }, { median: 0.1 }),
        },
        {
            measurement: 'one step of packing and pruning',
            unit: 'ms',
            ...stepMs,
            target: { p99: 10 },
            met: withinTargets({ ...stepMs }, { p99: 10 }),
        },
    ];
}

function sizeOf(store: SeriesStore, days: number): Result {
    const value = round(store.bytes / 2 ** 20, 1);
    const target = { value: 16 };
    return { measurement: `${days} days of a three-phase UPS`, unit: 'MB', value, target, met: value <= target.value };
}

function queries(store: SeriesStore, now: number, days: number): Result[] {
    const ten = ['charge', 'inputVoltage1', 'inputVoltage2', 'inputVoltage3', 'load1', 'load2', 'load3', 'runtime'];
    const asked: [string, string[] | undefined, number, number][] = [
        ['1 value, 1 day', ['inputVoltage1'], 1, 10_000],
        ['1 value, 20 days, each sample', ['inputVoltage1'], 20, 10_000],
        ['1 value, 100 days, quarter hours', ['inputVoltage1'], 100, 10_000],
        ['1 value, 400 days, hours', ['inputVoltage1'], 400, 10_000],
        ['1 value, all the time, hours put together', ['inputVoltage1'], days, 10_000],
        ['10 values, 20 days, each sample', [...ten, 'outputPower1', 'batteryVoltage'], 20, 10_000],
        ['all values, 1 day', undefined, 1, 10_000],
    ];
    return asked.map(([measurement, quantities, length, points]) => {
        const times: number[] = [];
        let found = 0;
        for (let n = 0; n < QUERIES; n++) {
            const to = now - n * 3_600_000;
            const before = machineNow();
            const table = store.read({ owner: UPS.id, quantities, from: to - length * DAY_MS, to, points });
            times.push(machineNow() - before);
            found = table.times.length * table.columns.length;
        }
        const took = summarize(times, 2);
        const target = { max: 50 };
        return { measurement, unit: 'ms', ...took, values: found, target, met: withinTargets({ ...took }, target) };
    });
}

let seed = 12_345;

/** As of a UPS that tells tenths: a daily swing and noise. */
function value(n: number, base: number, swing: number, noise: number): number {
    const gauss = Array.from({ length: 4 }, random).reduce((sum, each) => sum + each, -2) * 1.73;
    return Math.round(10 * (base + swing * Math.sin((n / 480) * 2 * Math.PI) + noise * gauss)) / 10;
}

function random(): number {
    seed = (seed * 1_664_525 + 1_013_904_223) >>> 0;
    return seed / 2 ** 32;
}

function reading(n: number): Sample[] {
    const of = (quantity: string, unit: string, base: number, swing: number, noise: number): Sample => ({
        quantity,
        unit,
        value: value(n, base, swing, noise),
    });
    return [
        of('charge', '%', 100, 0, 0),
        of('runtime', 'min', 45, 2, 0.3),
        of('batteryVoltage', 'V', 273, 0.2, 0.1),
        of('batteryCurrent', 'A', 0, 0, 0.1),
        of('batteryTemperature', '°C', 25, 2, 0.1),
        of('inputFrequency1', 'Hz', 50, 0, 0.1),
        of('outputFrequency', 'Hz', 50, 0, 0),
        ...[1, 2, 3].flatMap((phase) => [
            of(`inputVoltage${phase}`, 'V', 230, 3, 0.8),
            of(`outputVoltage${phase}`, 'V', 230, 0, 0.2),
            of(`outputCurrent${phase}`, 'A', 6, 2, 0.2),
            of(`outputPower${phase}`, 'W', 1200, 400, 3),
            of(`load${phase}`, '%', 40, 12, 0.1),
            of(`bypassVoltage${phase}`, 'V', 230, 3, 0.8),
        ]),
        of('environmentTemperature', '°C', 22, 3, 0.1),
        of('environmentHumidity', '%', 45, 6, 0.3),
        { quantity: 'outputSource', unit: '', state: 'normal' },
    ];
}
