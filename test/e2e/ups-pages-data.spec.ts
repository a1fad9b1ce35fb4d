import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { openSeries } from '../../lib/store/series';
import { FakeClock } from '../support/fake-clock';
import { requireBrowser } from '../support/peers';
import { openBrowser } from './support/browser';
import { fullFlow, type FullFlow } from './support/full-pages-flow';
import { NodeRedProcess } from './support/node-red-process';
import { UpsPage } from './support/ups-page';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const STEP = 3 * MINUTE;
/** Of the browser and of the server: the clock was changed on 25 October 2026, and on 26 October 2025. */
const ZONE = 'Europe/Berlin';

/** The latest day before now that had 25 hours in the zone. */
function longDay(): { name: string; from: number } {
    const hourIn = (at: number) =>
        Number(new Intl.DateTimeFormat('en-GB', { hour: '2-digit', hourCycle: 'h23', timeZone: ZONE }).format(at));
    for (let noon = Math.floor(Date.now() / DAY) * DAY - DAY / 2; ; noon -= DAY) {
        const from = [22, 23].map((hour) => noon - DAY / 2 - (24 - hour) * 60 * MINUTE).find((at) => hourIn(at) === 0)!;
        if (hourIn(from + DAY) !== 23) continue;
        return { name: new Date(noon).toISOString().slice(0, 10), from };
    }
}

describe('the page of data, with days of values of two UPSs', function () {
    this.timeout(400_000);
    let browser: Browser;
    let nodeRed: NodeRedProcess;
    let userDir: string;
    let flow: FullFlow;
    let shown: UpsPage;
    let page: Page;
    const day = longDay();
    /** Charge of the first UPS by time, as it was kept. */
    const kept = new Map<number, number>();

    before(async function () {
        browser = await openBrowser(requireBrowser(this));
        userDir = mkdtempSync(join(tmpdir(), 'ridethrough-data-'));
        flow = fullFlow({ reached: 9, closed: 9, unused: 9 });
        const directory = join(userDir, 'store');
        const clock = new FakeClock(day.from - DAY);
        const series = openSeries({ directory, clock, onProblem: assert.ifError });
        const owners = [
            { id: flow.unit, name: 'UPS 1' },
            { id: 'never-unit', name: 'UPS 3' },
        ];
        for (; clock.now() < day.from + 2 * DAY; clock.jumpWall(STEP)) {
            const minutes = (clock.now() - day.from) / MINUTE;
            for (const [index, owner] of owners.entries()) {
                const value = Math.round((60 + index * 20 + 15 * Math.sin(minutes / 200)) * 10) / 10;
                if (index === 0) kept.set(clock.now(), value);
                series.sample(owner, clock.now(), [{ quantity: 'charge', unit: '%', value }]);
            }
        }
        series.close();
        const flows = flow.nodes.map((node) => (node.id === flow.site ? { ...node, directory } : node));
        nodeRed = await NodeRedProcess.start({ userDir, flows, env: { TZ: ZONE } });
        shown = await UpsPage.open(
            browser,
            nodeRed.url(`/dashboard/data?of=${flow.unit},never-unit&quantities=charge`),
            {
                zone: ZONE,
            },
        );
        ({ page } = shown);
    });

    after(async () => {
        await browser?.close();
        await nodeRed?.stop();
        await NodeRedProcess.killAll();
        rmSync(userDir, { recursive: true, force: true });
    });

    /** The range in the address, ms. */
    const range = () => {
        const { searchParams } = new URL(page.url());
        return { from: Number(searchParams.get('from')), to: Number(searchParams.get('to')) };
    };
    const plot = () => page.locator('.rt-plot').first();

    it('shows a day of the calendar, 25 hours where the clock is changed, with the lines of both', async () => {
        await page.locator('.rt-range input[type="date"]').fill(day.name);
        await page.waitForURL(/from=\d+/);
        assert.deepEqual(range(), { from: day.from, to: day.from + 25 * 60 * MINUTE });
        // What was shown before stays until the answer has come.
        const legend = page.locator('.rt-legend').first();
        await legend.filter({ hasText: /UPS 1: Charge\s*[\d.]+.*UPS 3: Charge\s*[\d.]+/ }).waitFor();
    });

    it('gives as a file what it shows: each time, and each value', async () => {
        const link = page.locator('a[download]', { hasText: 'UPS 1' }).first();
        const file = await (await page.request.get(nodeRed.url((await link.getAttribute('href'))!))).text();
        const rows = file.trim().split('\r\n').slice(1);
        const inFile = rows.map((row) => row.split(',')).map(([at, value]) => [Date.parse(at!), Number(value)]);
        const { from, to } = range();
        assert.deepEqual(
            inFile,
            [...kept].filter(([at]) => at >= from && at <= to),
        );
        await page.locator('summary', { hasText: 'As a table' }).click();
        const cells = page.locator('.rt table tbody tr').first().locator('td, th');
        await cells.first().waitFor();
        const newest = await cells.allInnerTexts();
        assert.equal(Number(newest[1]), [...kept].filter(([at]) => at <= to).at(-1)![1]);
    });

    it('is zoomed by dragging and by keys, never closer than two minutes, and back', async () => {
        const box = (await page.locator('.rt-plot .u-over').first().boundingBox())!;
        const middle = box.y + box.height / 2;
        const before = range();
        await page.mouse.move(box.x + box.width / 4, middle);
        await page.mouse.down();
        await page.mouse.move(box.x + box.width / 2, middle, { steps: 5 });
        await page.mouse.up();
        await page.waitForURL((url) => url.searchParams.get('from') !== String(before.from));
        const width = before.to - before.from;
        const dragged = range();
        assert.ok(Math.abs(dragged.from - (before.from + width / 4)) < width / 50, JSON.stringify({ before, dragged }));
        assert.ok(Math.abs(dragged.to - (before.from + width / 2)) < width / 50);
        await plot().focus();
        for (let press = 0; press < 14; press++) {
            const { from } = range();
            const left = range().to - from;
            await page.keyboard.press('+');
            if (left > 2 * MINUTE) await page.waitForURL((url) => url.searchParams.get('from') !== String(from));
        }
        const closest = range();
        assert.equal(closest.to - closest.from, 2 * MINUTE);
        assert.equal(await page.getByRole('button', { name: 'Zoom in' }).isDisabled(), true);
        await page.reload();
        await shown.isLive();
        assert.deepEqual(range(), closest, 'a reload shows the same');
        await plot().focus();
        await page.keyboard.press('Escape');
        await page.waitForURL((url) => !url.searchParams.has('from'));
    });

    it('asks nobody else, and makes no error', () => shown.assertQuiet());
});
