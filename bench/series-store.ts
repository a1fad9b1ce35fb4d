import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Clock } from '../lib/core/clock';
import { openSeries, type SeriesStore } from '../lib/store';
import { machineNow, threadMs } from './support/machine-clock';
import { withinTargets, type Bench, type Measurement, type Result } from './support/measurement';
import { VirtualClock } from './support/virtual-clock';
import { round, summarize } from './support/statistics';
import { reading } from './support/three-phase-reading';

const DAY_MS = 86_400_000;
const EVERY_MS = 180_000;
const DAYS = 1826;
const START = Date.UTC(2021, 0, 1);
const UPS = { id: 'ups', name: 'UPS 1' };
const QUERIES = 15;
/** So many UPSs have five years in one file. */
const UPSES = 50;
/** What is not packed yet the copies do not have. */
const UNPACKED_MS = 3 * DAY_MS;

/**
 * The history of a three-phase UPS over five years: its size, what a sample and a step in the background take, and how soon it is read, also where 50
 * UPSs have as much in the same file.
 */
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
            results.push(sizeOf(again, days), ...queries(again, clock.now(), days, [UPS.id]));
            again.close();
            const upses = copies(directory, bench.size(UPSES));
            const full = open(directory, clock);
            results.push(...queries(full, clock.now() - UNPACKED_MS, days, upses));
            full.close();
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

/** Gives other UPSs all that is packed of the first: to sample it for each of them would take hours. @returns the ids of all */
function copies(directory: string, upses: number): string[] {
    const db = new DatabaseSync(join(directory, 'ridethrough-series.sqlite'));
    try {
        db.exec('PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; BEGIN');
        const most = (table: string) => Number(db.prepare(`SELECT max(id) AS id FROM ${table}`).get()?.id);
        const [parts, series] = [most('part'), most('series')];
        for (let n = 1; n < upses; n++) {
            const [part, line] = [n * parts, n * series];
            db.exec(`
                INSERT INTO owner SELECT ${n + 1}, key || '${n}', name, fine_days, quarter_days, hour_days, recording_days, cut
                    FROM owner WHERE id = 1;
                INSERT INTO part (id, owner) SELECT id + ${part}, ${n + 1} FROM part WHERE id <= ${parts};
                INSERT INTO series SELECT id + ${line}, part + ${part}, col, quantity, unit, kind, decimals, states
                    FROM series WHERE id <= ${series};
                INSERT INTO block (tier, series, slot, n, data)
                    SELECT tier, series + ${line}, slot, n, data FROM block WHERE series <= ${series};`);
        }
        db.exec('COMMIT; PRAGMA journal_mode = WAL');
        return db
            .prepare('SELECT key FROM owner')
            .all()
            .map(({ key }) => String(key));
    } finally {
        db.close();
    }
}

/** @param owners are asked in turn */
function queries(store: SeriesStore, now: number, days: number, owners: readonly string[]): Result[] {
    const among = owners.length > 1 ? `, among ${owners.length} UPSs` : '';
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
    return asked.map(([what, quantities, length, points]) => {
        const times: number[] = [];
        const own: number[] = [];
        let found = 0;
        for (let n = 0; n < QUERIES; n++) {
            const to = now - n * 3_600_000;
            const owner = owners[(n * 7) % owners.length]!;
            const [before, used] = [machineNow(), threadMs()];
            const table = store.read({ owner, quantities, from: to - length * DAY_MS, to, points });
            times.push(machineNow() - before);
            own.push(threadMs() - used);
            found = table.times.length * table.columns.length;
        }
        const took = { ...summarize(times, 2), processorMs: summarize(own, 2) };
        const target = { max: 50 };
        if (found === 0) throw new Error(`no values: ${what}${among}`);
        return {
            measurement: `${what}${among}`,
            unit: 'ms',
            ...took,
            values: found,
            target,
            met: withinTargets({ ...took }, target),
        };
    });
}
