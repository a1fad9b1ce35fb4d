import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { fillSeries } from './support/full-series';
import { delay } from './support/machine-clock';
import { MeasuredBrowser, painted } from './support/measured-browser';
import { withinTargets, type Measurement, type Result } from './support/measurement';
import { MeasuredNodeRed } from './support/node-red';
import { pagesFlow } from './support/pages-flow';
import { summarize } from './support/statistics';

const DAYS = 45;
const DAY_MS = 86_400_000;
/** With the samples at its edges, a little less than 10,000 samples of 180 s: the most that a chart asks for. */
const SHOWN_MS = 20.4 * DAY_MS;
const QUANTITIES = ['inputVoltage1', 'inputVoltage2', 'inputVoltage3'];
const MOVES = 12;
const ROUNDS = 3;
/** Drags of one round, each to a part of what was shown: from 20 days to one. */
const DRAGS = 4;
const PART = [0.3, 0.77] as const;
const QUIET_MS = 500;
/** ms */
const TARGET = 100;
const FEWEST_POINTS = 9000;

/** In the page: from a key, or the end of a drag, until the frame with the new values. */
const WATCH = `
const plain = Response.prototype.arrayBuffer;
Response.prototype.arrayBuffer = async function () {
    const bytes = await plain.call(this);
    bench.arrived?.(this.url);
    return bytes;
};
bench.chart = (event) => new Promise((resolve) => {
    let asked, arrived;
    addEventListener(event, ({ timeStamp }) => (asked = timeStamp), { capture: true, once: true });
    bench.arrived = (url) => {
        if (asked !== undefined && url.includes('${QUANTITIES.at(-1)}')) arrived ??= performance.now();
    };
    const watcher = new MutationObserver(async () => {
        if (arrived === undefined) return;
        watcher.disconnect();
        const drawn = performance.now();
        const { sinceNavigationMs } = await bench.painted();
        resolve({
            ms: sinceNavigationMs - asked,
            dataMs: arrived - asked,
            drawMs: drawn - arrived,
            points: Number(document.querySelector('.rt-chart').dataset.points),
        });
    });
    watcher.observe(document.body, { subtree: true, attributes: true, attributeFilter: ['data-drawn'] });
});
`;

interface Drawn {
    ms: number;
    dataMs: number;
    drawMs: number;
    points: number;
}

/** The page of the history: three lines of 10,000 points each, and zooming into them, until they are painted. */
export const charts: Measurement = {
    name: 'charts',
    async run({ folder, size }) {
        const browser = await MeasuredBrowser.open();
        try {
            const prepare = async (userDir: string) => {
                const directory = join(userDir, 'ridethrough');
                mkdirSync(directory);
                await fillSeries(directory, [{ id: 'unit0', name: 'UPS 1' }], { days: DAYS });
            };
            const nodeRed = await MeasuredNodeRed.start({ folder, flows: pagesFlow(1), prepare });
            try {
                await delay(3000);
                const url = addressOf(nodeRed.port);
                const page = await browser.page(WATCH);
                const moves = await moved(page, url, size(MOVES));
                const zooms = await zoomed(page, url, size(ROUNDS));
                const fewest = Math.min(...moves.map(({ points }) => points));
                if (fewest < FEWEST_POINTS) throw new Error(`the chart shows ${fewest} points`);
                return [
                    line(`3 lines of ${fewest} points each: asked to painted`, moves),
                    line('drag zoom, from 20 days to one: asked to painted', zooms),
                ];
            } finally {
                await nodeRed.stop();
            }
        } finally {
            await browser.close();
        }
    },
};

function addressOf(port: number): string {
    const to = Date.now() - DAY_MS;
    const query = new URLSearchParams({
        of: 'unit0',
        quantities: QUANTITIES.join(','),
        from: String(Math.round(to - SHOWN_MS)),
        to: String(to),
    });
    return `http://127.0.0.1:${port}/dashboard/data?${query}`;
}

/** Half a width back and forth, by keys: each time all points are asked for. */
async function moved(page: Page, url: string, times: number): Promise<Drawn[]> {
    await open(page, url);
    const found: Drawn[] = [];
    for (let n = 0; n < times; n++) {
        const drawn = page.evaluate<Drawn>(`bench.chart('keydown')`);
        await page.locator('.rt-plot').focus();
        await page.keyboard.press(n % 2 === 0 ? 'PageUp' : 'PageDown');
        found.push(await drawn);
        await delay(QUIET_MS);
    }
    return found;
}

async function zoomed(page: Page, url: string, rounds: number): Promise<Drawn[]> {
    const found: Drawn[] = [];
    for (let round = 0; round < rounds; round++) {
        await open(page, url);
        for (let n = 0; n < DRAGS; n++) {
            const drawn = page.evaluate<Drawn>(`bench.chart('mouseup')`);
            const box = await page.locator('.rt-plot .u-over').boundingBox();
            if (!box) throw new Error('no chart to drag on');
            const [from, to] = PART.map((part) => box.x + part * box.width) as [number, number];
            const y = box.y + box.height / 2;
            await page.mouse.move(from, y);
            await page.mouse.down();
            await page.mouse.move(to, y, { steps: 5 });
            await page.mouse.up();
            found.push(await drawn);
            await delay(QUIET_MS);
        }
    }
    return found;
}

async function open(page: Page, url: string): Promise<void> {
    await page.goto('about:blank');
    await page.goto(url);
    await painted(page, '.rt-chart[data-drawn]:not([data-drawn="0"]):not([data-points="0"])');
    await delay(2 * QUIET_MS);
}

function line(measurement: string, drawn: readonly Drawn[]): Result {
    const of = (part: keyof Drawn) => summarize(drawn.map((each) => each[part])).median;
    const took = { ...summarize(drawn.map(({ ms }) => ms)) };
    const target = { median: TARGET };
    const parts = { dataMs: of('dataMs'), drawMs: of('drawMs'), points: drawn.map(({ points }) => points) };
    return { measurement, unit: 'ms', ...took, ...parts, target, met: withinTargets(took, target) };
}
