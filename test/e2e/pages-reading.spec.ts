import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Browser } from 'playwright-core';
import { requireBrowser } from '../support/peers';
import { openBrowser } from './support/browser';
import { NodeRedProcess } from './support/node-red-process';
import type { FlowNode } from './support/shipped-flow';
import { UpsPage, type PageLook } from './support/ups-page';

const FLOW = resolve(__dirname, '../../packages/dashboard/examples/ups-pages.json');
const flow = JSON.parse(readFileSync(FLOW, 'utf8')) as FlowNode[];
const named = (name: string) => flow.find((node) => node.name === name && node.type !== 'ui-page')!;

describe('who reads the pages for the first time', function () {
    this.timeout(400_000);
    let browser: Browser;
    let nodeRed: NodeRedProcess;
    let userDir: string;
    const unit = named('UPS 1');
    const opened: UpsPage[] = [];

    const open = async (path: string, look?: PageLook) => {
        const shown = await UpsPage.open(browser, nodeRed.url(path), look);
        opened.push(shown);
        return shown;
    };
    const press = (name: string) => nodeRed.inject(named(name).id);

    before(async function () {
        browser = await openBrowser(requireBrowser(this));
        userDir = mkdtempSync(join(tmpdir(), 'ridethrough-reading-'));
        const on = { z: flow[0]!.id, x: 100, y: 950 };
        nodeRed = await NodeRedProcess.start({
            userDir,
            flows: [
                ...flow,
                // What only informs people, and never while the test lasts.
                { ...on, id: 'on-mains', type: 'ups-event', ups: unit.id, events: ['power-fail'], wires: [['later']] },
                { ...on, id: 'later', type: 'ups-timing', mode: 'after', seconds: 86_400, wires: [['note']] },
                { ...on, id: 'note', type: 'ups-log', name: 'Tell the janitor', text: 'a day', wires: [[]] },
            ],
        });
    });

    afterEach(async () => {
        for (const page of opened.splice(0)) await page.close();
    });

    after(async () => {
        await browser?.close();
        await nodeRed?.stop();
        await NodeRedProcess.killAll();
        rmSync(userDir, { recursive: true, force: true });
    });

    it('is told on every page with its times that a simulated UPS goes faster than life', async () => {
        for (const path of ['unit', 'm', 'next?informing=1']) {
            const shown = await open(`/dashboard/${path}`);
            await shown.page.locator('[data-speed="60"]').first().waitFor();
            assert.match(await shown.text('[data-speed]'), /simulated, 60 times as fast/);
        }
        const german = await open('/dashboard/m', { language: 'de-DE' });
        assert.match(await german.text('[data-speed]'), /simuliert, 60-mal so schnell/);
    });

    it('learns that jobs which only inform people are hidden, and shows them with one press', async () => {
        const shown = await open('/dashboard/next');
        await shown.page.locator('.rt-empty').waitFor();
        assert.match(await shown.text('.rt-empty'), /inform people/);
        assert.doesNotMatch(await shown.text(), /No job is wired/);
        await shown.page.getByRole('button', { name: 'Show them' }).click();
        await shown.page.getByText('Tell the janitor').waitFor();
        assert.match(shown.page.url(), /informing=1$/);
        assert.deepEqual(await shown.violations(), []);
    });

    it('finds the page under its own name in the bar, and no English head above a German page', async () => {
        const shown = await open('/dashboard/next', { language: 'de-DE', width: 320, height: 640 });
        assert.equal(await shown.page.locator('header').filter({ hasText: 'What happens next' }).count(), 0);
        const top = await shown.page.locator('.rt').first().boundingBox();
        assert.ok(top && top.y < 60, `the page begins at ${top?.y} px`);
    });

    it('sees which months a report is of, and a link keeps the choice', async () => {
        const { page } = await open('/dashboard/outages?months=3');
        const choice = page.getByLabel('Months back');
        assert.equal(await choice.inputValue(), '3');
        const days = await page.locator('.rt-range-list dd span').first().innerText();
        assert.match(days, /^1 \w+ \d{4} to (28|29|30|31) \w+ \d{4}:$/);
        await choice.selectOption('6');
        await page.waitForURL(/months=6/);
    });

    describe('in an outage, and after it', () => {
        before(() => press('Mains fail'));

        it('reads what is happening, and that only people are informed of it', async () => {
            const shown = await open('/dashboard/next');
            const plan = shown.page.locator(`[data-source="${unit.id}"]`);
            await plan.waitFor();
            assert.match(await plan.innerText(), /now: Mains failure/);
            assert.match(await plan.innerText(), /Only people are informed/);
        });

        it('is told when nothing is next any more', async () => {
            const { page } = await open('/dashboard/next?informing=1');
            const row = page.locator('[data-step]').filter({ hasText: 'Tell the janitor' });
            await row.getByRole('button', { name: 'Leave out' }).click();
            await row.locator('.rt-question').getByRole('button', { name: 'Leave out' }).click();
            await page.locator('.rt-bar').getByText('No job is waiting').waitFor();
        });

        it('finds the outage under its name in the log, in the colour of its level', async () => {
            const shown = await open('/dashboard/events');
            const row = shown.page.locator('[data-outage]').first();
            await row.waitFor();
            assert.match((await row.innerText()).replace(/\s+/g, ' '), /UPS 1 Mains failure/);
            assert.equal(await row.locator('.rt-mark').first().getAttribute('data-level'), 'alarm');
        });

        it('acknowledges an alarm that is over where the bar leads to', async () => {
            const phone = await open('/dashboard/m');
            await phone.page.locator('a[data-badge="unacknowledged"]').waitFor();
            await press('Mains return');
            await phone.page.locator('.rt-phone-head:not([data-state="outage"])').waitFor();
            await phone.page.locator('a[data-badge="unacknowledged"]').click();
            const alarm = phone.page.locator('[data-pinned]');
            await alarm.first().waitFor();
            assert.equal(await alarm.count(), 1);
            assert.match((await alarm.innerText()).replace(/\s+/g, ' '), /UPS 1 Mains failed.*until/);
            assert.deepEqual(await phone.violations(), []);
            await alarm.getByRole('button', { name: 'Acknowledge' }).click();
            await phone.page.locator('[data-badge="unacknowledged"]').waitFor({ state: 'detached' });
            await alarm.waitFor({ state: 'detached' });
        });
    });
});
