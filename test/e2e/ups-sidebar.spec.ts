import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { openStore } from '../../lib/store/store';
import { FakeClock } from '../support/fake-clock';
import { requireBrowser } from '../support/peers';
import { givePage, openBrowser } from './support/browser';
import { openEditor, showUpsTab } from './support/editor-page';
import { NodeRedProcess } from './support/node-red-process';

const HOUR_MS = 3_600_000;
const SHOTS = process.env.RIDETHROUGH_SHOTS;

const FLOW = [
    { id: 'tab1', type: 'tab', label: 'Flow' },
    { id: 'site1', type: 'ups-site', name: 'Room', directory: '', dryRun: false, dataLogSeconds: 0 },
    { id: 'ups1', type: 'ups-unit', name: 'UPS 1', site: 'site1', holdMinutes: '105', loadVA: '1000' },
    { id: 'ups2', type: 'ups-unit', name: 'UPS 2', site: 'site1' },
    node('sim1', 'ups-simulator', 100, 60, { ups: 'ups1', holdMinutes: 105, wires: [[]] }),
    node('nut2', 'ups-nut', 100, 120, { ups: 'ups2', host: '127.0.0.1', port: 9, upsName: 'x', wires: [[]] }),
    node('event1', 'ups-event', 100, 180, { ups: 'ups1', events: ['power-fail'], wires: [['wait1', 'job1']] }),
    node('wait1', 'ups-timing', 300, 180, { mode: 'after', seconds: 600, wires: [['job2']] }),
    node('job1', 'ups-rccmd', 500, 180, {
        action: 'shutdown',
        hosts: '127.0.0.1:9 127.0.0.2:9',
        retries: '0',
        timeout: 1,
        wires: [[]],
    }),
    node('job2', 'ups-log', 500, 240, { text: 'ten minutes', wires: [[]] }),
];

function node(id: string, type: string, x: number, y: number, more: object): object {
    return { id, type, z: 'tab1', name: '', x, y, ...more };
}

/** An hour in which one shutdown failed, and another job repeated each half minute ever since. */
function writeHour(userDir: string): void {
    const clock = new FakeClock(Date.now() - HOUR_MS - 60_000);
    const store = openStore({ directory: join(userDir, 'ridethrough'), clock });
    const host = { host: '127.0.0.9', port: 6999, ok: false, attempts: 1, ms: 20, error: 'ECONNREFUSED' };
    const job = { type: 'ups-rccmd', name: 'shutdown → 2 hosts', ok: false, dryRun: false, attempts: 1 };
    store.append({
        at: clock.now(),
        kind: 'job',
        level: 'error',
        source: 'shutdown → 2 hosts',
        text: 'RCCMD shutdown to 2 hosts: 1 of 2 hosts was not reached',
        nodeId: 'job1',
        eventId: 'power-fail',
        episode: 'ups1:power-fail:1:x',
        detail: { ...job, startedAt: clock.now() - 3000, endedAt: clock.now(), detail: [host] },
    });
    for (let i = 0; i < 120; i++) {
        clock.advanceSync(30_000);
        store.append({
            at: clock.now(),
            kind: 'job',
            level: 'info',
            source: 'Shut down the two unimportant ones',
            text: `Shut down the two unimportant ones: done, time ${i + 1}`,
            nodeId: 'job2',
            eventId: 'power-fail',
            episode: 'ups2:power-fail:1:x',
        });
    }
    store.close();
}

describe('UPS side bar', function () {
    this.timeout(400_000);
    let userDir: string;
    let nodeRed: NodeRedProcess;
    let browser: Browser;
    let page: Page;

    before(async function () {
        const chromium = requireBrowser(this);
        userDir = mkdtempSync(join(tmpdir(), 'ridethrough-sidebar-'));
        writeHour(userDir);
        const version = process.env.NODE_RED_UNDER_TEST === '4' ? '4' : '5';
        nodeRed = await NodeRedProcess.start({ userDir, flows: FLOW, version });
        browser = await openBrowser(chromium);
    });
    after(async () => {
        await browser?.close();
        await nodeRed?.stop();
        if (userDir) rmSync(userDir, { recursive: true, force: true });
    });
    afterEach(async () => {
        if (page && SHOTS) await page.screenshot({ path: join(SHOTS, `${shots++}.png`) });
    });
    let shots = 0;
    let looksAs: string | undefined;

    /** An editor costs five seconds of a processor: one is used as long as it is asked to look the same. */
    const open = async (options = {}) => {
        if (looksAs !== JSON.stringify(options)) {
            if (page) await givePage(page);
            page = await openEditor(browser, nodeRed.url(), options);
            looksAs = JSON.stringify(options);
        }
        await showUpsTab(page);
        await page.locator('.ridethrough-log .ridethrough-entry').first().waitFor();
    };
    /** Node-RED 5 gives the tab little height: cards and filters are folded, and unfold at a click. */
    const unfold = async (ups: string) => {
        const head = page.locator('.ridethrough-unit-head', { hasText: ups });
        if ((await head.getAttribute('aria-expanded')) === 'false') await head.click();
    };
    const showFilters = async () => {
        const button = page.locator('.ridethrough-log-bar button[aria-expanded]');
        if ((await button.getAttribute('aria-expanded')) === 'false') await button.click();
    };
    const log = () => page.locator('.ridethrough-log');
    const failures = () => page.locator('.ridethrough-failures .ridethrough-entry');

    it('shows a failed shutdown after an hour of repeats, which are one line', async () => {
        await open();
        assert.equal(await failures().count(), 1);
        assert.match(
            (await failures().first().textContent()) ?? '',
            /shutdown → 2 hosts.*1 of 2 hosts was not reached/,
        );
        const repeats = log().locator('.ridethrough-entry', { hasText: 'unimportant' });
        assert.equal(await repeats.count(), 1, 'folded');
        assert.match((await repeats.textContent()) ?? '', /×120.*–/);
        await failures().locator('.ridethrough-entry-head').click();
        assert.match((await failures().first().textContent()) ?? '', /127\.0\.0\.9:6999: failed, connection refused/);
        assert.doesNotMatch((await failures().first().textContent()) ?? '', /ECONN|[{}"]/);
    });

    it('filters over the whole log, by level, source and words', async () => {
        await open();
        await showFilters();
        await page.locator('.ridethrough-log-filters select').first().selectOption('failures');
        await log().locator('.ridethrough-entry', { hasText: 'not reached' }).waitFor();
        await page.waitForFunction(
            () => !document.querySelector('.ridethrough-log')?.textContent?.includes('unimportant'),
        );
        await page.locator('.ridethrough-log-filters select').first().selectOption('');
        await page.locator('.ridethrough-log-filters select').nth(1).selectOption({ label: 'UPS 2' });
        await log().locator('.ridethrough-entry', { hasText: 'unimportant' }).waitFor();
        await page.waitForFunction(
            () => !document.querySelector('.ridethrough-log')?.textContent?.includes('not reached'),
        );
        await page.locator('.ridethrough-log-filters select').nth(1).selectOption('');
        await page.locator('input[aria-label="search the log"]').fill('not reached');
        await page.waitForFunction(
            () => !document.querySelector('.ridethrough-log')?.textContent?.includes('unimportant'),
        );
        await log().locator('.ridethrough-entry', { hasText: 'not reached' }).waitFor();
        await page.locator('input[aria-label="search the log"]').fill('');
        await log().locator('.ridethrough-entry', { hasText: 'unimportant' }).waitFor();
    });

    it('counts on between two messages, and tells age, runtime and next step in words', async () => {
        await open();
        await unfold('UPS 1');
        const card = page.locator('.ridethrough-unit-card', { hasText: 'UPS 1' });
        await card.locator('.ridethrough-age').waitFor();
        assert.match((await card.textContent()) ?? '', /ARMED/);
        const age = () => card.locator('.ridethrough-age').textContent();
        const first = await age();
        await page.waitForFunction((was) => document.querySelector('.ridethrough-age')?.textContent !== was, first);
        assert.match((await card.textContent()) ?? '', /1 h 4\d min/);
        assert.doesNotMatch((await card.textContent()) ?? '', /\d{3} min/);
        const never = page.locator('.ridethrough-unit-card', { hasText: 'UPS 2' });
        await page.waitForFunction(() => document.querySelector('.ridethrough-unit-card.blue') !== null);
        assert.match((await never.textContent()) ?? '', /never connected/);
    });

    it('works by keyboard: a card and a row fold and unfold, a failure is acknowledged for good', async () => {
        await open();
        const head = page.locator('.ridethrough-unit-head').first();
        await head.focus();
        const before = await head.getAttribute('aria-expanded');
        await page.keyboard.press('Enter');
        await page.waitForFunction((was) => document.activeElement?.getAttribute('aria-expanded') !== was, before);
        await page.keyboard.press(' ');
        await page.waitForFunction((was) => document.activeElement?.getAttribute('aria-expanded') === was, before);
        const row = log().locator('.ridethrough-entry-head', { hasText: 'unimportant' });
        await row.focus();
        await page.keyboard.press('Enter');
        await log().locator('li', { hasText: 'time 119' }).waitFor();
        await failures().locator('button').focus();
        await page.keyboard.press('Enter');
        await page.waitForFunction(() => !document.querySelector('.ridethrough-failures .ridethrough-entry'));
        await log()
            .locator('.ridethrough-entry', { hasText: /^.*Acknowledged/ })
            .waitFor();
        assert.ok(
            (await log().locator('.ridethrough-entry', { hasText: 'not reached' }).count()) > 1,
            'the log keeps it',
        );
        await page.reload();
        await showUpsTab(page);
        await log().locator('.ridethrough-entry').first().waitFor();
        assert.equal(await failures().count(), 0);
    });

    it('shows all of an opened card in the default layout, and keeps its place and its search while it is scrolled', async () => {
        await open();
        const card = page.locator('.ridethrough-unit-card', { hasText: 'UPS 1' });
        await unfold('UPS 1');
        await card.locator('.ridethrough-unit-body').waitFor();
        await card.locator('.ridethrough-unit-head').focus();
        const pane = page.locator('.ridethrough-sidebar').first();
        const cut = await page
            .locator('.ridethrough-units')
            .evaluate((units) => units.scrollHeight - units.clientHeight);
        assert.equal(cut, 0, 'the card has no scroll area of its own');
        await pane.evaluate((element) => (element.scrollTop = element.scrollHeight));
        const place = () => pane.evaluate((element) => element.scrollTop);
        const before = await place();
        assert.ok(before > 0);
        await card.evaluate((element) => element.setAttribute('data-before', ''));
        await page.waitForFunction(() => !document.querySelector('[data-before]'));
        assert.equal(await place(), before, 'a new reading does not move it');
        const [top, searchTop] = await page.evaluate(() =>
            ['.ridethrough-sidebar', 'input[aria-label="search the log"]'].map(
                (selector) => document.querySelector(selector)!.getBoundingClientRect().top,
            ),
        );
        assert.ok(searchTop! >= top! && searchTop! < top! + 40, `${searchTop} within ${top}`);
    });

    it('names the type of each job, and shows all of what the search of the jobs asks for', async () => {
        await open();
        await page.evaluate(() => {
            const { RED } = window as unknown as { RED: { actions: { invoke(name: string): void } } };
            RED.actions.invoke('ridethrough:show-jobs-tab');
        });
        const job = page.locator('.ridethrough-jobs-job', { hasText: 'shutdown → 2 hosts' });
        assert.match((await job.locator('small').textContent()) ?? '', /^UPS RCCMD: when it begins/);
        const field = page.locator('input[aria-label="search events and jobs"]');
        const [asked, room] = await field.evaluate((input: HTMLInputElement) => {
            const { font, paddingLeft, paddingRight } = getComputedStyle(input);
            const canvas = document.createElement('canvas').getContext('2d')!;
            canvas.font = font;
            const room = input.clientWidth - parseFloat(paddingLeft) - parseFloat(paddingRight);
            return [canvas.measureText(input.placeholder).width, room];
        });
        assert.ok(asked! > 0 && asked! <= room!, `${asked} px in ${room} px`);
    });

    it('asks before the test of a job that shuts down, naming the hosts, and shows the outcome', async () => {
        await open();
        await page.setViewportSize({ width: 1400, height: 700 });
        await page.evaluate(() => {
            const { RED } = window as unknown as {
                RED: { editor: { edit(n: unknown): void }; nodes: { node(id: string): unknown } };
            };
            RED.editor.edit(RED.nodes.node('job1'));
        });
        const button = page.locator('#node-input-test button', { hasText: 'Run this job now' });
        await button.scrollIntoViewIfNeeded();
        await button.click();
        const question = page.locator('.ridethrough-test-outcome');
        await page.locator('.ridethrough-test-choices').waitFor();
        const asked = (await question.textContent()) ?? '';
        assert.match(asked, /for real/);
        assert.match(asked, /127\.0\.0\.1, 127\.0\.0\.2/);
        await page.locator('.ridethrough-test-choices button', { hasText: 'Run for real' }).click();
        await page.locator('.ridethrough-test-outcome.failed', { hasText: '127.0.0.1' }).waitFor();
        await page.waitForFunction(() => {
            const box = document.querySelector('.ridethrough-test-outcome')!.getBoundingClientRect();
            return box.top >= 0 && box.top < window.innerHeight;
        });
        const entries = (await nodeRed.get('ridethrough/log?text=editor')) as { source: string; text: string }[];
        assert.equal(entries[0]?.source, 'shutdown → 2 hosts');
        assert.match(entries[0]?.text ?? '', /^Test from the editor/);
        const pinned = (await nodeRed.get('ridethrough/failures')) as unknown[];
        assert.deepEqual(pinned, [], 'who tries it sees it');
    });

    it('has room for the log where there is little height', async () => {
        await open({ width: 900, height: 420 });
        const height = await log().evaluate((element) => element.getBoundingClientRect().height);
        assert.ok(height >= 100, `${height} px`);
        assert.equal(await page.locator('.ridethrough-unit-body').count(), 0, 'cards are folded');
    });
});
