import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Clock } from '../lib/core/clock';
import { binaryTable } from '../nodes/shared/api/series-binary';
import { openSeries, type SeriesQuery, type SeriesStore } from '../lib/store';
import { EVERY, fillPast, MODULES, Room } from './support/battery-years';
import { machineNow, threadMs } from './support/machine-clock';
import { withinTargets, type Bench, type Measurement, type Result } from './support/measurement';
import { round, summarize } from './support/statistics';
import { VirtualClock } from './support/virtual-clock';

const DAY_MS = 86_400_000;
const DAYS = 1095;
const FINE_DAYS = 90;
const END = Date.UTC(2026, 0, 1);
const BATTERY = { id: 'battery', name: 'Battery' };
const PER_DAY = 86_400 / EVERY;
const ROUNDS = 9;
/** An outage of half an hour each quarter, at 5 s. */
const DISCHARGES = 12;
const DISCHARGE_ROWS = 360;

/** The history of a battery of 512 blocks in 16 strings over three years: size, what a sample and a step of packing take, charts, and the start. */
export const batterySeries: Measurement = {
    name: 'battery-series',
    async run(bench: Bench) {
        const directory = mkdtempSync(join(tmpdir(), 'ridethrough-bench-'));
        const room = new Room();
        const days = bench.size(DAYS);
        const clock = new VirtualClock(END);
        try {
            const store = open(directory, clock);
            store.sampleNumbered(BATTERY, END, room.sample(days, 0));
            store.sampleNumbered(BATTERY, END, room.impedance(days), 'seldom');
            store.close();
            fillPast(join(directory, 'ridethrough-series.sqlite'), room, END / 1000, days, FINE_DAYS);
            const results = await lastDays(directory, clock, room, days);
            results.push(startOf(directory, clock));
            const again = open(directory, clock);
            const value = round(again.bytes / 2 ** 20, 1);
            const target = { value: 80 };
            results.push({
                measurement: `${days} days of ${MODULES} modules`,
                unit: 'MB',
                value,
                target,
                met: value <= 80,
            });
            results.push(...(await charts(again, clock.now(), days)));
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

/** Two days as they come, with the discharges of three years. */
async function lastDays(directory: string, clock: VirtualClock, room: Room, days: number): Promise<Result[]> {
    const store = open(directory, clock);
    const [samples, steps, rows]: number[][] = [[], [], []];
    const turn = (ms: number) => clock.runTimers(ms, (took) => steps!.push(took), machineNow);
    for (let n = 1; n < 2 * PER_DAY; n++) {
        const values = room.sample(days + Math.floor(n / PER_DAY), n % PER_DAY);
        const before = machineNow();
        store.sampleNumbered(BATTERY, END + n * EVERY * 1000, values);
        samples!.push(machineNow() - before);
        clock.pass(EVERY * 1000);
        // From time to time the background has its turn, step by step, for as long as it likes.
        if (n % 130 === 0) {
            turn(60_000);
            clock.pass(-60_000);
        }
    }
    const before = store.bytes;
    const recorder = store.dischargeRecorder(BATTERY);
    for (let d = 0; d < DISCHARGES; d++) {
        const record = recordOf(d);
        recorder.put(record);
        for (let n = 0; n < DISCHARGE_ROWS; n++) {
            const [voltage, temperature] = room.sample(days, n);
            const row = {
                atMs: n * 5000,
                phase: 'discharge' as const,
                voltage: voltage!.values.map((value) => value - 1 - n * 0.003),
                temperature: temperature!.values,
                current: new Float64Array(16).fill(-55),
            };
            const at = machineNow();
            recorder.append(record.id, row);
            rows!.push(machineNow() - at);
        }
        recorder.put({ ...record, phase: 'complete' });
        turn(20_000);
        clock.pass(-20_000);
    }
    turn(700_000);
    clock.pass(-700_000);
    await store.flush();
    store.close();
    const target = { median: 0.1 };
    const [sampleMs, rowMs, stepMs] = [summarize(samples!, 4), summarize(rows!, 4), summarize(steps!, 2)];
    return [
        {
            measurement: 'one sample of 512 modules',
            unit: 'ms',
            ...sampleMs,
            target,
            met: withinTargets({ ...sampleMs }, target),
        },
        { measurement: 'one row of a discharge', unit: 'ms', ...rowMs, target: null, met: null },
        {
            measurement: 'one step of packing and pruning',
            unit: 'ms',
            ...stepMs,
            target: { p99: 10 },
            met: withinTargets({ ...stepMs }, { p99: 10 }),
            bytesBefore: before,
        },
    ];
}

function recordOf(n: number) {
    const onset = END - n * 90 * DAY_MS;
    return {
        id: `${onset.toString(36)}-${n}`,
        by: 'current' as const,
        onset,
        onsetSeen: true,
        phase: 'discharging' as const,
        durationMs: 1_800_000,
        end: onset + 1_800_000,
        stringAh: [],
        ah: null,
        kWh: null,
        gapAh: null,
        gapKWh: null,
        gaps: [],
        endVoltage: 10.5,
        early: [],
        meanCurrent: null,
        temperature: { before: null, mean: null, highest: null },
        rows: { discharge: DISCHARGE_ROWS, charge: 0 },
    };
}

/** What opening takes beyond that of an empty history. */
function startOf(directory: string, clock: Clock): Result {
    const empty = mkdtempSync(join(tmpdir(), 'ridethrough-bench-'));
    const took = (where: string) =>
        summarize(
            Array.from({ length: ROUNDS }, () => {
                const before = machineNow();
                open(where, clock).close();
                return machineNow() - before;
            }),
            1,
        ).median;
    const [ours, none] = [took(directory), took(empty)];
    rmSync(empty, { recursive: true, force: true });
    const value = round(ours - none);
    return {
        measurement: 'start, beyond an empty history',
        unit: 'ms',
        value,
        ours,
        none,
        target: { value: 100 },
        met: value <= 100,
    };
}

const modules = (count: number, first = 1) => Array.from({ length: count }, (_, i) => first + i);

async function charts(store: SeriesStore, now: number, days: number): Promise<Result[]> {
    const asked: [what: string, quantity: string, count: number, days: number, points: number, most: number][] = [
        ['1 module, 1 day, each sample', 'voltage', 1, 1, 1000, 5],
        ['1 module, 30 days, each sample', 'voltage', 1, 30, 20_000, 5],
        ['1 module, 80 days, each sample', 'voltage', 1, 80, 50_000, 5],
        ['1 module, all the time, hours', 'voltage', 1, days, 30_000, 5],
        ['1 module, all the time, days', 'voltage', 1, days, 2000, 5],
        ['1 module, impedance, all the time', 'impedance', 1, days, 5000, 5],
        ['40 modules, 1 day, each sample', 'voltage', 40, 1, 1000, 10],
        ['40 modules, 30 days, hours', 'voltage', 40, 30, 1000, 10],
        ['40 modules, all the time, days', 'voltage', 40, days, 2000, 10],
        ['512 modules, 1 day, each sample', 'voltage', 512, 1, 1000, 50],
        ['512 modules, 30 days, hours', 'voltage', 512, 30, 1000, 50],
        ['512 modules, all the time, days', 'voltage', 512, days, 2000, 50],
        ['512 modules, impedance, all the time', 'impedance', 512, days, 5000, 50],
    ];
    const results: Result[] = [];
    for (const [measurement, quantity, count, length, points, most] of asked) {
        const found = await chart(store, (n) => ({
            owner: BATTERY.id,
            quantities: modules(count, count === 512 ? 1 : 1 + n * count).map((module) => `${quantity}.${module}`),
            from: now - (length + n) * DAY_MS,
            to: now - n * DAY_MS,
            points,
        }));
        const target = { median: most };
        results.push({ measurement, unit: 'ms', ...found, target, met: withinTargets(found, target) });
    }
    const replay: number[] = [];
    for (const { id } of store.discharges(BATTERY.id)) {
        const before = machineNow();
        const history = await store.discharge(BATTERY.id, id);
        replay.push(machineNow() - before);
        if (history?.atMs.length !== DISCHARGE_ROWS) throw new Error('rows of a discharge are missing');
    }
    const target = { median: 50 };
    const took = summarize(replay, 2);
    results.push({
        measurement: 'a discharge with its curves',
        unit: 'ms',
        ...took,
        target,
        met: withinTargets({ ...took }, target),
    });
    return results;
}

/** Of a chart: ms until its page has the bytes, processor time, and the longest that others had to wait meanwhile. */
async function chart(store: SeriesStore, query: (n: number) => SeriesQuery): Promise<Record<string, unknown>> {
    const [times, own]: number[][] = [[], []];
    let [longest, values] = [0, 0];
    for (let n = 0; n < ROUNDS; n++) {
        const wanted = query(n);
        let running = true;
        let last = machineNow();
        const look = () => {
            longest = Math.max(longest, machineNow() - last);
            last = machineNow();
            if (running) setImmediate(look);
        };
        const [before, used] = [machineNow(), threadMs()];
        setImmediate(look);
        const found = await store.findSoon(wanted);
        if (!found) throw new Error('no values');
        await binaryTable(wanted.owner, found);
        times!.push(machineNow() - before);
        own!.push(threadMs() - used);
        longest = Math.max(longest, machineNow() - last);
        running = false;
        values = found.known.length * found.columns.length;
        if (values === 0) throw new Error('no values');
    }
    return { ...summarize(times!, 2), processorMs: summarize(own!, 2), longestTurn: round(longest, 1), values };
}
