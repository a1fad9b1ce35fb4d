import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Browser } from 'playwright-core';
import { requireBrowser } from '../support/peers';
import { openBrowser } from './support/browser';
import { freePort } from '../support/free-port';
import { NodeRedProcess } from './support/node-red-process';
import type { FlowNode } from './support/shipped-flow';
import { UpsPage, type PageLook } from './support/ups-page';
import { waitFor } from './support/wait-for';

const FLOW = resolve(__dirname, '../../packages/dashboard/examples/ups-pages.json');
const flow = JSON.parse(readFileSync(FLOW, 'utf8')) as FlowNode[];
const named = (name: string) => flow.find((node) => node.name === name && node.type !== 'ui-page')!;
const pages = flow.filter(({ type }) => type === 'ui-page').map(({ path }) => `/dashboard${String(path)}`);

/** The keys of all texts. */
const TEXTS = resolve(FLOW, '../../ui/texts/en');
const keys = new Set(
    readdirSync(TEXTS).flatMap((file) => keysOf(JSON.parse(readFileSync(join(TEXTS, file), 'utf8')) as object)),
);

function keysOf(texts: object, path: readonly string[] = []): string[] {
    return Object.entries(texts).flatMap(([key, text]: [string, unknown]) =>
        typeof text === 'object' && text !== null ? keysOf(text, [...path, key]) : [[...path, key].join('.')],
    );
}

/** Of pages at rest; ups-pages-full.spec.ts looks at all of them with something on them, in more looks. */
const LOOKS: Record<string, PageLook> = {
    'phone-dark-de': { width: 320, height: 850, dark: true, language: 'de-DE' },
};
/** Where to keep a picture of each page in each look; none without it. */
const PICTURES = process.env.PAGE_PICTURES;

describe('the pages', function () {
    this.timeout(400_000);
    let browser: Browser;
    let nodeRed: NodeRedProcess;
    let userDir: string;
    let deployed: FlowNode[];
    const unit = named('UPS 1');
    const opened: UpsPage[] = [];

    const open = async (path: string, look?: PageLook) => {
        const page = await UpsPage.open(browser, nodeRed.url(path), look);
        opened.push(page);
        return page;
    };
    const press = (name: string) => nodeRed.inject(named(name).id);

    before(async function () {
        browser = await openBrowser(requireBrowser(this));
        userDir = mkdtempSync(join(tmpdir(), 'ridethrough-pages-'));
        if (PICTURES) mkdirSync(PICTURES, { recursive: true });
        // One UPS that nobody has ever reached: its port is closed.
        deployed = [
            ...flow,
            { ...unit, id: 'never-unit', name: 'UPS 3' },
            {
                ...{ id: 'never-nut', type: 'ups-nut', z: flow[0]!.id, x: 100, y: 900, wires: [[]] },
                ...{ ups: 'never-unit', host: '127.0.0.1', port: await freePort(), upsName: 'ups' },
            },
        ];
        nodeRed = await NodeRedProcess.start({ userDir, flows: deployed });
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

    for (const path of pages) {
        for (const [name, look] of Object.entries(LOOKS)) {
            it(`${path} is shown, ${name}, without a fault that axe-core finds`, async () => {
                const shown = await open(path, look);
                const file = `${path.slice('/dashboard/'.length)}-${name}`;
                if (PICTURES) await shown.picture(join(PICTURES, `${file}.png`));
                assert.deepEqual(await shown.violations(), []);
                assert.equal(await shown.sideways(), 0);
                const text = await shown.text();
                assert.doesNotMatch(text, /__\w+__/);
                // What stands for a text that nobody wrote.
                assert.deepEqual(
                    [...text.matchAll(/\b[a-z]\w*(\.[\w-]+)+\b/g)]
                        .map(([word]) => word)
                        .filter((word) => keys.has(word)),
                    [],
                );
                shown.assertQuiet();
            });
        }
    }

    it('speak the language of the browser', async () => {
        const german = await open('/dashboard/overview', { language: 'de-AT' });
        assert.match(await german.text(), /Ladung .*Restlaufzeit/);
        const french = await open('/dashboard/overview', { language: 'fr' });
        assert.match(await french.text(), /Charge .*Runtime/);
    });

    it('show what is not known as a dash, never as a zero', async () => {
        const { page } = await open('/dashboard/overview');
        const tile = page.locator('[data-unit="never-unit"]');
        const text = (await tile.innerText()).replace(/\s+/g, ' ');
        assert.match(text, /Charge – not known Runtime – not known Load – not known/);
        assert.doesNotMatch(text, /\b0\b/);
        assert.equal(await tile.getAttribute('data-state'), 'never');
    });

    it('lead from a tile to the page of its UPS, by keyboard alone, and keep it in the address', async () => {
        const { page } = await open('/dashboard/overview');
        await page.locator(`[data-unit="${unit.id}"]`).focus();
        await page.keyboard.press('Enter');
        await page.waitForSelector(`article[data-unit="${unit.id}"]`);
        assert.match(page.url(), new RegExp(`/dashboard/unit\\?ups=${unit.id}$`));
        await page.reload();
        await page.waitForSelector(`article[data-unit="${unit.id}"]`);
    });

    it('ask before a command, and say what came of it', async () => {
        const { page } = await open(`/dashboard/unit?ups=${unit.id}`);
        await page.getByRole('button', { name: 'Battery test' }).focus();
        await page.keyboard.press('Enter');
        // The focus is on the harmless answer.
        assert.equal(await page.evaluate(() => document.activeElement?.textContent?.trim()), 'Cancel');
        await page.keyboard.press('Shift+Tab');
        await page.keyboard.press('Enter');
        await page.waitForFunction(() =>
            /UPS 1/.test(document.querySelector('.rt-done:not(:empty)')?.textContent ?? ''),
        );
    });

    it('offer no command to whom it is not allowed, and say so', async () => {
        // Who comes through a proxy is not on this machine.
        const { page } = await open(`/dashboard/unit?ups=${unit.id}`, { headers: { 'X-Forwarded-For': '192.0.2.1' } });
        assert.equal(await page.getByRole('button', { name: 'Battery test' }).isDisabled(), true);
        assert.match(await page.locator('.rt-functions').innerText(), /You may look, and not operate/);
    });

    describe('in an outage', () => {
        before(() => press('Mains fail'));

        it('show it at once, with how long it lasts, and the alarm with its evidence', async () => {
            const shown = await open('/dashboard/overview');
            await shown.bar('outage');
            assert.match(await shown.text('.rt-bar'), /UPS 1 on battery for/);
            await shown.page.locator(`[data-unit="${unit.id}"]`).click();
            await shown.page.locator('[data-wire="battery"][data-live="true"]').waitFor({ state: 'attached' });
            const alarm = shown.page.locator('[data-event="power-fail"]');
            assert.match(await alarm.innerText(), /Mains failed/);
            await alarm.getByText('Why').click();
            assert.match(await alarm.innerText(), /Decided by: /);
            assert.deepEqual(await shown.violations(), []);
        });

        it('pin an alarm until somebody acknowledges it, and say who has', async () => {
            const { page } = await open(`/dashboard/unit?ups=${unit.id}`);
            await page.locator('[data-badge="unacknowledged"]').waitFor();
            const alarm = page.locator('[data-event="power-fail"]');
            await alarm.getByRole('button', { name: 'Acknowledge' }).click();
            await alarm.getByText('acknowledged by').waitFor();
            await page.reload();
            await alarm.getByText('acknowledged by').waitFor();
        });

        it('show its end to a page that is open', async () => {
            const shown = await open('/dashboard/unit');
            await shown.bar('outage');
            await press('Mains return');
            await shown.page.locator('.rt-bar:not([data-state="outage"])').waitFor();
            await press('Mains fail');
            await shown.bar('outage');
        });

        it('stay up to date over a full deploy, at the same address', async () => {
            const shown = await open('/dashboard/overview?view=table');
            await shown.page.locator('table.rt-units').waitFor();
            await nodeRed.deploy(deployed, 'full');
            await waitFor('the start of the flows', () =>
                press('Mains return').then(
                    () => true,
                    () => false,
                ),
            );
            await shown.page.locator('.rt-bar:not([data-state="outage"])').waitFor();
            await shown.page.locator('table.rt-units').waitFor();
            assert.match(shown.page.url(), /view=table$/);
            await press('Mains fail');
            await shown.bar('outage');
        });

        it('lose their green when the server is killed, say so, and live again with it', async () => {
            const shown = await open('/dashboard/overview');
            await shown.bar('outage');
            await press('Mains return');
            await shown.page.locator('.rt-bar:not([data-state="outage"])').waitFor();
            await shown.page.locator('.rt-mark[data-state="ok"]').first().waitFor();
            const green = await shown.markColour('ok');
            await nodeRed.kill9();
            await shown.page.locator('.rt-banner').waitFor();
            assert.match(await shown.text('.rt-banner'), /No connection to the server.*What stands here was so/);
            assert.notEqual(await shown.markColour('ok'), green);
            assert.deepEqual(await shown.violations(), []);
            nodeRed = await NodeRedProcess.start({ userDir, port: nodeRed.port });
            await shown.isLive();
            await shown.page.locator('.rt-banner').waitFor({ state: 'detached' });
            await shown.page.locator('.rt-mark[data-state="ok"]').first().waitFor();
            assert.equal(await shown.markColour('ok'), green);
        });
    });

    describe('in silence', () => {
        it('hatch what is old, and say how old it is, when a UPS falls silent', async () => {
            const shown = await open(`/dashboard/unit?ups=${unit.id}`);
            await press('UPS falls silent');
            await shown.page.locator('.rt-values .rt-stale').first().waitFor();
            await shown.page.locator(`article .rt-age.rt-stale`).first().waitFor();
            assert.match(await shown.text('article header'), / old/);
            assert.deepEqual(await shown.violations(), []);
        });
    });
});
