import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Browser } from 'playwright-core';
import { requireBrowser } from '../support/peers';
import { openBrowser } from './support/browser';
import { NodeRedProcess } from './support/node-red-process';
import type { FlowNode } from './support/shipped-flow';
import { UpsPage, type PageLook } from './support/ups-page';
import { waitFor } from './support/wait-for';

const FLOW = resolve(__dirname, '../../packages/dashboard/examples/ups-pages.json');
const flow = JSON.parse(readFileSync(FLOW, 'utf8')) as FlowNode[];
const find = (type: string) => flow.find((node) => node.type === type)!;
const PICTURES = process.env.PAGE_PICTURES;

/** The UPS of the example, and beside it a DC supply. */
const unit = {
    ...flow.find(({ name, type }) => name === 'UPS 1' && type === 'ups-unit')!,
    id: 'dc-unit',
    name: 'Rectifier',
};
const supply = {
    ...find('ups-simulator'),
    ...{
        id: 'dc-simulator',
        name: '',
        ups: 'dc-unit',
        output: 'dc',
        dcVolts: 24,
        speed: 1,
        interval: 1,
        y: 900,
        g: undefined,
        wires: [[]],
    },
};
const site = { ...find('ups-site'), significantDigits: 4, dataLogSeconds: 1 };
const deployed = [...flow.map((node) => (node.id === site.id ? site : node)), unit, supply];

describe('the pages of a DC supply', function () {
    this.timeout(400_000);
    let browser: Browser;
    let nodeRed: NodeRedProcess;
    let userDir: string;
    const opened: UpsPage[] = [];

    const open = async (path: string, look?: PageLook) => {
        const page = await UpsPage.open(browser, nodeRed.url(path), look);
        opened.push(page);
        return page;
    };
    const picture = async (page: UpsPage, name: string) => {
        if (PICTURES) await page.picture(join(PICTURES, `dc-${name}.png`));
    };

    before(async function () {
        browser = await openBrowser(requireBrowser(this));
        userDir = mkdtempSync(join(tmpdir(), 'ridethrough-pages-dc-'));
        if (PICTURES) mkdirSync(PICTURES, { recursive: true });
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

    it('show what it gives in volts and amperes in place of a load, beside a UPS that has one', async () => {
        const shown = await open('/dashboard/overview');
        const tile = shown.page.locator('[data-unit="dc-unit"]');
        await tile.locator('[data-value="dc"]').waitFor();
        const text = (await tile.innerText()).replace(/\s+/g, ' ');
        assert.match(text, /DC output 24 V/);
        assert.doesNotMatch(text, /Load/);
        assert.match(await shown.text('.rt-tile:not([data-unit="dc-unit"])'), /Load/);
        await picture(shown, 'overview');
        assert.deepEqual(await shown.violations(), []);
        const table = await open('/dashboard/overview?view=table');
        assert.match(await table.text('table.rt-units'), /Load Power DC output Alarms/);
    });

    for (const [name, look] of Object.entries<PageLook>({
        light: {},
        'phone-dark-de': { width: 320, height: 850, dark: true, language: 'de-DE' },
    })) {
        it(`list its values and channels, and nothing that it does not have, ${name}`, async () => {
            const shown = await open('/dashboard/unit?ups=dc-unit', look);
            await shown.page.locator('[data-row="dcOutputVoltage"]').waitFor();
            const row = (key: string) => shown.text(`[data-row="${key}"]`);
            const isGerman = look.language !== undefined;
            assert.equal(
                await row('dcOutputVoltage'),
                isGerman ? 'DC-Ausgangsspannung 24 V' : 'DC output voltage 24 V',
            );
            assert.match(await row('channel Volts Battery'), /^Volts Battery \d+([.,]\d{1,2})? V$/);
            assert.equal(await row('channel DC OK'), 'DC OK CLOSED');
            const text = await shown.text('article');
            assert.doesNotMatch(text, /Hz|Bypass|bypass|frequency|Frequenz/);
            assert.equal(await shown.page.locator('[data-wire="bypass"]').count(), 0);
            await picture(shown, `unit-${name}`);
            assert.deepEqual(await shown.violations(), []);
            assert.equal(await shown.sideways(), 0);
            shown.assertQuiet();
        });
    }

    it('show its output on the phone in place of the load', async () => {
        const shown = await open('/dashboard/m', { width: 360, height: 800 });
        const line = shown.page.locator('article[data-unit="dc-unit"]');
        await line.locator('[data-value="dc"]').waitFor();
        const text = (await line.innerText()).replace(/\s+/g, ' ');
        assert.match(text, /DC output 24 V/);
        assert.doesNotMatch(text, /Load/);
        await picture(shown, 'phone');
    });

    it('draw the history of its voltages and of any channel that somebody chooses', async () => {
        await waitFor('values of the supply', async () => {
            const answer = await fetch(nodeRed.url('/ridethrough/api/v1/series?owner=dc-unit'));
            const { series } = (await answer.json()) as { series: { quantity: string }[] };
            return series.some(({ quantity }) => quantity === 'channel DC OK');
        });
        const shown = await open('/dashboard/data?of=dc-unit&span=1h');
        await shown.page.getByText('Choose values').click();
        for (const name of ['DC output voltage', 'Volts Battery', 'DC OK']) {
            const box = shown.page.getByRole('checkbox', { name, exact: true });
            if (!(await box.isChecked())) await box.click();
        }
        await shown.page.waitForFunction(() => /channel\+DC\+OK|channel%20DC%20OK/.test(location.search));
        await shown.page.getByText('CLOSED').first().waitFor();
        await picture(shown, 'data');
        assert.deepEqual(await shown.violations(), []);
        await shown.page.reload();
        await shown.isLive();
        await shown.page.getByText('CLOSED').first().waitFor();
    });
});
