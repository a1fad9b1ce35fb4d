import type { Page } from 'playwright-core';
import { delay } from './support/machine-clock';
import { heapOf, MeasuredBrowser, painted } from './support/measured-browser';
import { withinTargets, type Bench, type Measurement, type Result } from './support/measurement';
import { MeasuredNodeRed } from './support/node-red';
import { pagesFlow, SWITCHED } from './support/pages-flow';
import { round, summarize } from './support/statistics';

const UPSES = 50;
const MANY_UPSES = 200;
const PAGES = 3;
const SETTLE_MS = 5000;
/** The server without pages, before and after. */
const ALONE_MS = 10_000;
const MANY_MS = 12_000;
const MINUTE_MS = 60_000;
const RUNS = 5;
const OUTAGES = 10;
const MIB = 2 ** 20;

/**
 * The overview of 50 and of 200 simulated UPSs at 1 Hz, in a real Chromium: what it takes of the processor in the browser and on the server, its
 * heap over some minutes, and how soon it shows what is.
 */
export const pages: Measurement = {
    name: 'pages',
    async run(bench) {
        const browser = await MeasuredBrowser.open();
        try {
            return [
                ...(await withServer(bench, UPSES, (server) => fifty(bench, browser, server))),
                ...(await withServer(bench, MANY_UPSES, (server) => many(bench, browser, server))),
            ].map((result) => ({ ...result, chromium: browser.version }));
        } finally {
            await browser.close();
        }
    },
};

interface Server {
    nodeRed: MeasuredNodeRed;
    url: string;
    upses: number;
}

async function withServer(
    { folder }: Bench,
    upses: number,
    work: (server: Server) => Promise<Result[]>,
): Promise<Result[]> {
    const nodeRed = await MeasuredNodeRed.start({ folder, flows: pagesFlow(upses) });
    try {
        await delay(SETTLE_MS);
        const results = await work({ nodeRed, url: `http://127.0.0.1:${nodeRed.port}/dashboard/overview`, upses });
        const { complaints } = nodeRed;
        if (complaints.length) throw new Error(`Node-RED complained: ${complaints.slice(0, 3).join(' | ')}`);
        return results;
    } finally {
        await nodeRed.stop();
    }
}

async function fifty(bench: Bench, browser: MeasuredBrowser, server: Server): Promise<Result[]> {
    const before = await serverCpu(server, bench.size(ALONE_MS));
    const shown: Page[] = [];
    for (let n = 0; n < PAGES; n++) shown.push(await open(browser, server));
    const open3 = await overMinutes(bench, browser, server, shown);
    await closeAll(shown);
    await delay(2000);
    const after = await serverCpu(server, bench.size(ALONE_MS));
    const alone = (before + after) / 2;
    const renderer = { value: summarize(open3.renderer, 2).median, others: summarize(open3.others, 2).median };
    const heapMiB = open3.heaps.map((heaps) => heaps.map((bytes) => round(bytes / MIB, 2)));
    const growth = heapMiB.map((heaps) => heaps.at(-1)! - heaps[0]!);
    const withPages = summarize(open3.server, 2).median;
    const moreOfServer = { value: round(withPages - alone, 2), alone: round(alone, 2), withPages };
    return [
        judged('a page of 50 UPSs at 1 Hz: its renderer process', '% of a core', renderer, 3),
        judged(
            `heap of such a page, growth over ${bench.minutes} min`,
            'MiB',
            { value: summarize(growth, 2).median, heapMiB },
            2,
        ),
        judged(`the server with ${PAGES} such pages, more than with none`, '% of a core', moreOfServer, 2),
        ...(await moments(bench, browser, server)),
    ];
}

async function many(bench: Bench, browser: MeasuredBrowser, server: Server): Promise<Result[]> {
    const page = await open(browser, server);
    await delay(3000);
    const windows: { renderer: number; others: number; server: number }[] = [];
    for (let n = 0; n < 4; n++) windows.push(await cpuOver(browser, server, 1, bench.size(MANY_MS) / 4));
    await closeAll([page]);
    const median = (of: keyof (typeof windows)[number]) => summarize(windows.map((each) => each[of])).median;
    const values = { value: median('renderer'), others: median('others'), serverWithPage: median('server') };
    return [judged('a page of 200 UPSs at 1 Hz: its renderer process', '% of a core', values, 10)];
}

/** How soon a page shows what is. */
async function moments(bench: Bench, browser: MeasuredBrowser, server: Server): Promise<Result[]> {
    const first: number[] = [];
    const again: number[] = [];
    const seen: number[] = [];
    for (let n = 0; n < bench.size(RUNS); n++) {
        const page = await browser.page();
        await page.goto(server.url, { waitUntil: 'commit' });
        first.push((await painted(page, TILES, server.upses)).sinceNavigationMs);
        await page.reload({ waitUntil: 'commit' });
        again.push((await painted(page, TILES, server.upses)).sinceNavigationMs);
        await closeAll([page]);
    }
    const page = await open(browser, server);
    for (let n = 0; n < bench.size(OUTAGES); n++) {
        const ups = n % SWITCHED;
        // At any phase of the second.
        await delay(Math.random() * 1000);
        const shown = painted(page, `[data-unit="unit${ups}"][data-state="outage"]`);
        const failedAt = Date.now();
        await server.nodeRed.inject(`fail${ups}`);
        seen.push((await shown).wall - failedAt);
        await server.nodeRed.inject(`return${ups}`);
    }
    await closeAll([page]);
    const line = (measurement: string, values: number[], target: { median: number } | { max: number }) => {
        const found = { ...summarize(values, 0) };
        return { measurement, unit: 'ms', ...found, target: { ...target }, met: withinTargets(found, { ...target }) };
    };
    return [
        line('navigation to the first picture of 50 UPSs, nothing in the cache', first, { median: 2000 }),
        line('reload to the state of 50 UPSs', again, { median: 1000 }),
        line('mains failed at the device to seen on the page', seen, { max: 2000 }),
    ];
}

/** Each tile with a state of its own. */
const TILES = '.rt-tile[data-state="ok"]';

async function open(browser: MeasuredBrowser, { url, upses }: Server): Promise<Page> {
    const page = await browser.page();
    await page.goto(url);
    await painted(page, TILES, upses);
    return page;
}

interface OverMinutes {
    /** Of each minute: % of a core for each page. */
    renderer: number[];
    others: number[];
    server: number[];
    /** Of each page: bytes at the begin, and after each minute. */
    heaps: number[][];
}

/** Garbage is collected between the minutes, so that it is in no figure of the processor but its own. */
async function overMinutes(
    bench: Bench,
    browser: MeasuredBrowser,
    server: Server,
    shown: readonly Page[],
): Promise<OverMinutes> {
    const found: OverMinutes = { renderer: [], others: [], server: [], heaps: shown.map(() => []) };
    const collect = async () => {
        for (const [n, page] of shown.entries()) found.heaps[n]!.push(await heapOf(page));
    };
    // What a page makes once, it makes in its first seconds.
    await delay(bench.size(5000));
    await collect();
    for (let minute = 0; minute < bench.minutes; minute++) {
        const cpu = await cpuOver(browser, server, shown.length, bench.size(MINUTE_MS));
        found.renderer.push(cpu.renderer);
        found.others.push(cpu.others);
        found.server.push(cpu.server);
        await collect();
    }
    return found;
}

/** % of a core: the renderer of each page, the rest of the browser, and the server. */
async function cpuOver(browser: MeasuredBrowser, { nodeRed }: Server, count: number, ms: number) {
    const [before, serverBefore, began] = [await browser.cpu(), await nodeRed.cpuMs(), performance.now()];
    await delay(ms);
    const [after, serverAfter, took] = [await browser.cpu(), await nodeRed.cpuMs(), performance.now() - began];
    return {
        renderer: ((after.renderers - before.renderers) * 100_000) / took / count,
        others: ((after.others - before.others) * 100_000) / took,
        server: ((serverAfter - serverBefore) * 100) / took,
    };
}

async function serverCpu({ nodeRed }: Server, ms: number): Promise<number> {
    const [before, began] = [await nodeRed.cpuMs(), performance.now()];
    await delay(ms);
    return (((await nodeRed.cpuMs()) - before) * 100) / (performance.now() - began);
}

async function closeAll(shown: readonly Page[]): Promise<void> {
    for (const page of shown) await page.context().close();
}

function judged(
    measurement: string,
    unit: string,
    values: { value: number; [detail: string]: unknown },
    limit: number,
): Result {
    const target = { value: limit };
    return { measurement, unit, ...values, target, met: withinTargets(values, target) };
}
