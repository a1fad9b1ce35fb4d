import { mkdirSync, rmSync, symlinkSync, readFileSync, writeFileSync, mkdtempSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SystemClock } from '../lib/core/clock';
import { openStore } from '../lib/store';
import { SITE, TAB, UNIT } from './support/flow';
import { fillLog } from './support/full-log';
import { fillSeries } from './support/full-series';
import { delay } from './support/machine-clock';
import { withinTargets, type Bench, type Measurement, type Result } from './support/measurement';
import { MeasuredNodeRed } from './support/node-red';
import { pagesFlow, shippedPages } from './support/pages-flow';
import { round, summarize } from './support/statistics';

const DAY_MS = 86_400_000;
const DAYS = 400;
const ENTRIES = 500_000;
/** Of so many UPSs a day waits to be packed. */
const UNPACKED = 50;
/** After its start the background rests for a minute. */
const REST_MS = 62_000;
const PACKING_MS = 15_000;
const RUNS = 3;
const STARTS = 5;
/** ms */
const TURN_TARGET = 10;
const START_TARGET = 100;

/**
 * How long a turn of Node-RED's event loop takes while the HTTP API gives what is large, and while the background packs; how much longer it starts
 * with the pages and the door.
 */
export const turns: Measurement = {
    name: 'turns',
    async run(bench) {
        return longestTurns(bench);
    },
};

const FLOW = [TAB, SITE, { ...UNIT, id: 'unit0', name: 'UPS 1' }];

async function longestTurns(bench: Bench): Promise<Result[]> {
    const { folder, size } = bench;
    const days = size(DAYS);
    const entries = size(ENTRIES);
    const prepare = (userDir: string) => fillHistory(join(userDir, 'ridethrough'), days, entries);
    const nodeRed = await MeasuredNodeRed.start({ folder, flows: FLOW, prepare });
    try {
        const startedAt = performance.now();
        await delay(3000);
        const results: Result[] = [];
        for (const [what, path] of await requests(nodeRed, days, entries)) {
            const found = [];
            for (let run = 0; run < RUNS; run++) found.push(await watched(nodeRed, () => asked(nodeRed.api(path))));
            results.push(judged(what, found));
        }
        // While the other one rests.
        const start = await starts(bench);
        await delay(Math.max(0, size(REST_MS) - (performance.now() - startedAt)));
        const packing = [];
        for (let run = 0; run < RUNS; run++) packing.push(await watched(nodeRed, () => rest(size(PACKING_MS) / RUNS)));
        results.push(judged(`values of ${UNPACKED} UPSs are packed`, packing));
        return [...results, start];
    } finally {
        await nodeRed.stop();
    }
}

async function fillHistory(directory: string, days: number, entries: number): Promise<void> {
    mkdirSync(directory, { recursive: true });
    await fillSeries(directory, [{ id: 'unit0', name: 'UPS 1' }], { days });
    const others = Array.from({ length: UNPACKED }, (_, n) => ({ id: `other${n}`, name: `Other ${n}` }));
    await fillSeries(directory, others, { days: 2, packed: false });
    const store = openStore({
        directory,
        clock: new SystemClock(),
        retention: { logEntries: 2 * ENTRIES },
        onProblem: (problem) => {
            throw problem;
        },
    });
    try {
        await fillLog(store, entries);
    } finally {
        store.close();
    }
}

/** What a request is, and its path. */
async function requests(nodeRed: MeasuredNodeRed, days: number, entries: number): Promise<[string, string][]> {
    const now = Date.now();
    const range = `from=${now - days * DAY_MS}&to=${now}`;
    const { episodes } = (await (await fetch(nodeRed.api('episodes?source=unit0&limit=1'))).json()) as {
        episodes: { episode: string }[];
    };
    const episode = episodes[0]?.episode;
    if (episode === undefined) throw new Error('the log has no episode');
    const { months } = (await (await fetch(nodeRed.api('log/months'))).json()) as {
        months: { siteId: string; month: string; entries: number }[];
    };
    const largest = months.reduce((most, each) => (each.entries > most.entries ? each : most));
    return [
        [
            `CSV of ${days} days, all values each quarter of an hour`,
            `series/data?owner=unit0&${range}&format=csv&tier=quarter`,
        ],
        [`CSV of ${days} days, all values of all samples`, `series/data?owner=unit0&${range}&format=csv&tier=fine`],
        [
            'values of 20 days for a chart',
            `series/data?owner=unit0&from=${now - 20 * DAY_MS}&to=${now}&points=10000&quantities=load1,load2,load3&format=bin`,
        ],
        ['a page of the log', `log?rows=60&to=${now - (days / 2) * DAY_MS}`],
        ['a page of the log, outages as one row', `log?rows=60&group=outage&to=${now - (days / 2) * DAY_MS}`],
        [`a text that does not occur is looked for in ${entries} entries`, 'log?rows=60&text=does%20not%20occur'],
        ['CSV of 100,000 entries of the log', 'log?format=csv'],
        [
            `archive of a month with ${largest.entries} entries`,
            `log/archive/${largest.siteId}/${largest.month}?format=csv`,
        ],
        ['months of the log', 'log/months'],
        ['100 episodes', 'episodes?limit=100'],
        ['report of an outage', `episodes/${encodeURIComponent(episode)}/report?format=html`],
        [`energy of ${days} days`, `energy?unit=unit0&${range}&format=html`],
        [`power quality of ${days} days`, `quality?unit=unit0&${range}&format=html`],
    ];
}

async function asked(url: string): Promise<number> {
    const response = await fetch(url);
    const { byteLength } = await response.arrayBuffer();
    if (!response.ok) throw new Error(`${url} answered ${response.status}`);
    return byteLength;
}

async function rest(ms: number): Promise<undefined> {
    await delay(ms);
    return undefined;
}

interface Watched {
    longestMs: number;
    longestProcessorMs: number;
    tookMs: number;
    bytes: number | undefined;
}

async function watched(nodeRed: MeasuredNodeRed, work: () => Promise<number | undefined>): Promise<Watched> {
    await nodeRed.beginTurns();
    const began = performance.now();
    const bytes = await work();
    const tookMs = performance.now() - began;
    const { longestMs, longestProcessorMs } = await nodeRed.endTurns();
    return { longestMs, longestProcessorMs, tookMs, bytes };
}

/** The median of the longest turns: one that waited for a core of the machine is no doing of ours. */
function judged(what: string, found: readonly Watched[]): Result {
    const of = (part: 'longestMs' | 'longestProcessorMs' | 'tookMs') => summarize(found.map((each) => each[part]));
    const processor = of('longestProcessorMs');
    const values = {
        value: processor.median,
        processorMs: { median: processor.median, max: processor.max },
        ms: { median: of('longestMs').median, max: of('longestMs').max },
        tookMs: of('tookMs').median,
        bytes: found.at(-1)?.bytes,
    };
    const target = { value: TURN_TARGET };
    const measurement = `longest turn of the event loop (processor): ${what}`;
    return { measurement, unit: 'ms', ...values, target, met: withinTargets(values, target) };
}

/** In turns: the package with door and pages and the flow of the pages, and the package without them and the same flow without our widgets. */
async function starts({ folder, size }: Bench): Promise<Result> {
    const without = withoutDoor(folder);
    try {
        const flow = pagesFlow(1);
        const ours = new Set(
            shippedPages()
                .filter(({ type }) => type.startsWith('ui-ups-'))
                .map(({ id }) => id),
        );
        const bare = flow.filter((node) => !ours.has((node as { id: string }).id));
        const found = { with: [] as Started[], without: [] as Started[] };
        for (let run = 0; run < size(STARTS); run++) {
            found.without.push(await started(without, bare, false));
            found.with.push(await started(folder, flow, true));
        }
        const more = (of: keyof Started) =>
            round(
                summarize(found.with.map((each) => each[of])).median -
                    summarize(found.without.map((each) => each[of])).median,
            );
        const values = {
            value: more('ms'),
            processorMs: more('processorMs'),
            with: found.with,
            without: found.without,
        };
        const target = { value: START_TARGET };
        const measurement = 'start of Node-RED with door and pages, more than without (medians)';
        return { measurement, unit: 'ms', ...values, target, met: withinTargets(values, target) };
    } finally {
        rmSync(without, { recursive: true, force: true });
    }
}

interface Started {
    ms: number;
    /** Until then, of all its threads. */
    processorMs: number;
}

async function started(folder: string, flows: object[], pages: boolean): Promise<Started> {
    const nodeRed = await MeasuredNodeRed.start({ folder, flows, pages });
    try {
        const processorMs = await nodeRed.cpuMs();
        return { ms: round(nodeRed.startMs, 0), processorMs: round(processorMs, 0) };
    } finally {
        await nodeRed.stop();
    }
}

/** The same build, without the plugin that is the door, and without the package of the pages beside it. */
function withoutDoor(folder: string): string {
    const copy = mkdtempSync(join(tmpdir(), 'ridethrough-bench-'));
    for (const name of readdirSync(folder)) {
        if (name !== 'package.json' && name !== 'packages' && !name.startsWith('.'))
            symlinkSync(join(folder, name), join(copy, name));
    }
    const own = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as {
        'node-red': { plugins: Record<string, string> };
    };
    const { ridethrough: _, ...plugins } = own['node-red'].plugins;
    writeFileSync(join(copy, 'package.json'), JSON.stringify({ ...own, 'node-red': { ...own['node-red'], plugins } }));
    return copy;
}
