import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SystemClock } from '../lib/core/clock';
import { openStore, type Store } from '../lib/store';
import { logPage } from '../lib/store/log-page';
import { fillLog, LOG_ENTRY_EVERY_MS } from './support/full-log';
import { machineNow } from './support/machine-clock';
import { withinTargets, type Bench, type Measurement, type Result } from './support/measurement';
import { round, summarize } from './support/statistics';

const ENTRIES = 500_000;
const PAGES = 300;
const ROWS = 60;
/** ms */
const PAGE_TARGET = 5;
const BLOCK_TARGET = 10;

/** Pages of a full event log, and how long others wait while it is searched, exported and deleted. */
export const eventLog: Measurement = {
    name: 'event-log',
    async run({ size }: Bench) {
        const directory = mkdtempSync(join(tmpdir(), 'ridethrough-bench-'));
        const store = openStore({
            directory,
            clock: new SystemClock(),
            retention: { logEntries: 2 * ENTRIES },
            onProblem: (problem) => {
                throw problem;
            },
        });
        try {
            const count = size(ENTRIES);
            const first = await fillLog(store, count);
            return [...(await pages(store, first, count)), ...(await blocks(store, count))];
        } finally {
            store.close();
            rmSync(directory, { recursive: true, force: true });
        }
    },
};

async function pages(store: Store, first: number, count: number): Promise<Result[]> {
    const log = new Map([['site', store]]);
    const anywhere = () => first + Math.floor(Math.random() * count) * LOG_ENTRY_EVERY_MS;
    const ways: [string, () => unknown][] = [
        ['newest entries', () => store.logEntries({ limit: ROWS })],
        ['entries of any time', () => store.logEntries({ limit: ROWS, to: anywhere() })],
        ['rows of any time, repeats folded', () => logPage(log, { rows: ROWS, to: anywhere() })],
        ['rows of any time, grouped by outage', () => logPage(log, { rows: ROWS, to: anywhere(), group: 'outage' })],
        ['episodes of any time', () => store.episodes({ limit: ROWS, to: anywhere() })],
    ];
    const results: Result[] = [];
    for (const [what, read] of ways) {
        const times: number[] = [];
        for (let n = 0; n < PAGES; n++) {
            const before = machineNow();
            await read();
            times.push(machineNow() - before);
            await turn();
        }
        const pageMs = summarize(times, 3);
        results.push(judged(`page of ${ROWS} ${what}`, { value: pageMs.median, pageMs, entries: count }, PAGE_TARGET));
    }
    return results;
}

/** The longest that anything else waited while the store did what takes long. */
async function blocks(store: Store, count: number): Promise<Result[]> {
    const works: [string, () => Promise<unknown>][] = [
        ['a text that does not occur was looked for', () => store.searchLog({ text: 'does not occur' })],
        ['the whole log was written as CSV', () => store.exportLogCsv()],
        ['the whole log was deleted', () => store.deleteLog({}, 'bench')],
    ];
    const results: Result[] = [];
    for (const [what, work] of works) {
        const gaps: number[] = [];
        // On a busy machine the process waits for its turn as well: its own time tells what was its own doing.
        const own: number[] = [];
        let used = processorMs();
        let last = machineNow();
        const begun = last;
        let working = true;
        const watch = () => {
            gaps.push(machineNow() - last);
            own.push(processorMs() - used);
            [last, used] = [machineNow(), processorMs()];
            if (working) setImmediate(watch);
        };
        setImmediate(watch);
        await work();
        working = false;
        await turn();
        const blockedMs = summarize(gaps, 3);
        const tookMs = round(machineNow() - begun, 0);
        results.push(
            judged(
                `longest wait while ${what}`,
                { value: blockedMs.max, blockedMs, processorMs: summarize(own, 3), tookMs, entries: count },
                BLOCK_TARGET,
            ),
        );
    }
    return results;
}

function processorMs(): number {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1000;
}

function judged(measurement: string, values: { value: number } & Record<string, unknown>, limit: number): Result {
    const target = { value: limit };
    return { measurement, unit: 'ms', ...values, target, met: withinTargets(values, target) };
}

function turn(): Promise<void> {
    return new Promise((resolve) => setImmediate(resolve));
}
