import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import type { DischargeRecord } from '../../lib/core/batteries/discharge/record';
import { openSeries } from '../../lib/store/series';
import type { BatteryStateView } from '../../lib/views';
import { FakeClock } from '../support/fake-clock';
import { requireBrowser } from '../support/peers';
import { openBrowser } from './support/browser';
import { NodeRedProcess } from './support/node-red-process';
import type { FlowNode } from './support/shipped-flow';
import { UpsPage, type PageLook } from './support/ups-page';
import { waitFor } from './support/wait-for';

const EXAMPLE = resolve(__dirname, '../../packages/dashboard/examples/ups-pages.json');
const API = 'ridethrough/api/v1/';
const [MODULES, STRINGS] = [512, 16];
const STEP_MS = 180_000;
const DAY_MS = 86_400_000;
/** Where to keep a picture of each view in each look; none without it. */
const PICTURES = process.env.PAGE_PICTURES;
const LOOKS: Record<string, PageLook> = {
    light: {},
    'phone-dark-de': { width: 320, height: 700, dark: true, language: 'de-DE' },
};
const MORE_LOOKS: Record<string, PageLook> = {
    'dark-de': { dark: true, language: 'de-DE' },
    phone: { width: 360, height: 760 },
};
const VIEWS = ['bars', 'table', 'heat', 'chart', 'discharges', 'health'] as const;

/** The pages of the example, with a room of 512 simulated blocks that lives 60 times as fast. */
function batteryFlow(directory: string): FlowNode[] {
    const example = JSON.parse(readFileSync(EXAMPLE, 'utf8')) as FlowNode[];
    const z = example[0]!.id;
    const site = example.find(({ type }) => type === 'ups-site')!.id;
    const button = (id: string, topic: string, payload: unknown) =>
        ({
            ...{ id, type: 'inject', z, x: 100, y: 900, topic, payload: JSON.stringify(payload), payloadType: 'json' },
            ...{ props: [{ p: 'payload' }, { p: 'topic', vt: 'str' }], wires: [['blocks']] },
        }) as FlowNode;
    const limit = { kind: 'voltage', alarmLow: '10.8', warningLow: '11.4', warningHigh: '14.4', alarmHigh: '14.8' };
    return [
        ...example.map((node) => (node.id === site ? { ...node, directory } : node)),
        {
            ...{
                id: 'room',
                type: 'ups-battery',
                name: 'Battery room',
                site,
                nominalVoltage: '12',
                ups: '',
            },
            ...{
                chemistry: 'lead-acid',
                capacityAh: 100,
                currentSensors: 'each-string',
            },
            stringNames: ['North', 'West', 'South'],
            limits: [
                { ...limit, recovery: '0.1', seconds: '0' },
                {
                    ...limit,
                    kind: 'temperature',
                    alarmLow: '5',
                    warningLow: '10',
                    warningHigh: '32',
                    alarmHigh: '45',
                },
            ],
            ...{
                runaway: true,
                runawayMinutes: 1,
                countdownMinutes: 1000,
                dischargeLimit: 50,
            },
        } as unknown as FlowNode,
        {
            ...{
                id: 'blocks',
                type: 'ups-battery-simulator',
                z,
                x: 300,
                y: 900,
                wires: [[]],
                battery: 'room',
                ups: '',
            },
            ...{
                speed: 60,
                modules: MODULES,
                strings: STRINGS,
                capacityAh: 100,
                loadWatts: 1_500_000,
                ambient: 22,
                seed: 3,
            },
        } as unknown as FlowNode,
        button('fail', 'mains', false),
        button('back', 'mains', true),
        button('weak', 'fault', { fault: 'weak', module: 17, value: 0.4 }),
        button('gone', 'fault', { fault: 'module-lost', module: 100 }),
        button('door', 'input', { device: 1, port: 2 }),
        button('hot', 'fault', { fault: 'runaway', module: 70, value: 150 }),
    ];
}

describe('the page of a battery of 512 blocks', function () {
    this.timeout(400_000);
    let browser: Browser;
    let nodeRed: NodeRedProcess;
    let userDir: string;
    const opened: UpsPage[] = [];

    const open = async (query = '', look?: PageLook): Promise<UpsPage> => {
        const shown = await UpsPage.open(browser, nodeRed.url(`/dashboard/battery${query}`), look);
        opened.push(shown);
        shown.page.setDefaultTimeout(90_000);
        await shown.page.locator('[data-battery="room"]').waitFor();
        return shown;
    };
    const battery = async () =>
        (await (await fetch(nodeRed.url(`${API}batteries/room`))).json()) as BatteryStateView & {
            blocks: { module: number; voltage?: number }[];
        };
    const discharges = async () =>
        (
            (await (await fetch(nodeRed.url(`${API}batteries/room/discharges`))).json()) as {
                discharges: DischargeRecord[];
            }
        ).discharges;
    const until = (what: string, holds: (view: BatteryStateView) => boolean) =>
        waitFor(what, async () => holds(await battery()), 240_000);
    const shownAt = async (page: Page) => (await page.locator('.rt-bars-cursor').innerText()).replace(/\u00a0/g, ' ');
    const bar = (page: Page, module: number) => page.locator(`.rt-bar-of[data-module="${module}"]`);

    before(async function () {
        browser = await openBrowser(requireBrowser(this));
        userDir = mkdtempSync(join(tmpdir(), 'ridethrough-battery-'));
        if (PICTURES) mkdirSync(PICTURES, { recursive: true });
        const directory = join(userDir, 'store');
        await writeDay(directory);
        nodeRed = await NodeRedProcess.start({
            userDir,
            flows: batteryFlow(directory),
        });
        await until('the first values', ({ modules }) => modules === MODULES);
        // One discharge, which is over.
        await nodeRed.inject('weak');
        // It warms for minutes before it counts.
        await nodeRed.inject('hot');
        await nodeRed.inject('fail');
        await until('the discharge', ({ discharging }) => discharging);
        await until('a low block', ({ levels }) => levels['17'] !== undefined);
        // A flag of the monitor is on at once; a record begins when the current has shown it in two passes.
        await waitFor('some readings of it', async () => ((await discharges())[0]?.rows.discharge ?? 0) > 5);
        await nodeRed.inject('back');
        await until('its end', ({ discharging }) => !discharging);
        await nodeRed.inject('gone');
        await until('the lost module', ({ events }) => events.some(({ id }) => id === 'module-lost'));
        const noted = await fetch(nodeRed.url('ridethrough/batteries/room/inventory'), {
            method: 'POST',
            headers: { 'Content-Type': 'application/json' },
            body: JSON.stringify({ text: 'module,replaced on,Maker,Row\n200,2026-01-10,FIAMM,\n201,,FIAMM,3\n' }),
        });
        assert.equal(noted.status, 200);
        await until('the countdown', ({ runaway }) => runaway.some(({ phase }) => phase === 'counting'));
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

    for (const [name, look] of Object.entries({
        ...LOOKS,
        ...(PICTURES ? MORE_LOOKS : {}),
    })) {
        it(`fits and can be read by everybody, ${name}`, async () => {
            const found: string[] = [];
            for (const view of VIEWS) {
                const shown = await open(`?view=${view}`, look);
                const { page } = shown;
                if (view === 'bars') await page.locator('.rt-bar-of').first().waitFor();
                if (view === 'heat') await page.locator('.rt-heat[data-known="true"]').waitFor();
                if (view === 'health') await page.locator('[data-ranked]').first().waitFor();
                if (view === 'chart') await page.locator('.rt-plot canvas').first().waitFor();
                if (view === 'discharges') {
                    await page.locator('.rt-discharges button').last().click();
                    await page.locator('.rt-replay .rt-plot canvas').first().waitFor();
                    await page.locator('.rt-replay input[type="range"]').fill('20');
                }
                if (PICTURES) await shown.picture(join(PICTURES, `battery-${view}-${name}.png`));
                found.push(...(await shown.violations()).map((each) => `${view}: ${each}`));
                const sideways = await shown.sideways();
                if (sideways > 0) found.push(`${view}: ${sideways} px wider than the window`);
                const text = await shown.text('.rt-battery');
                found.push(...[...text.matchAll(/__\w+__|\bbattery\.[\w.-]+/g)].map(([each]) => `${view}: ${each}`));
                found.push(...shown.complaints.map((each) => `${view}: ${each}`));
                await shown.close();
                opened.pop();
            }
            assert.deepEqual(found, []);
        });
    }

    it('shows every block, what is lost as unknown and never as zero, and follows what changes', async () => {
        const { page } = await open();
        assert.equal(await page.locator('.rt-bar-of').count(), MODULES);
        assert.equal(await page.locator('.rt-string').count(), STRINGS);
        await page.locator('.rt-bar-of[data-module="100"][data-look="unknown"]').waitFor();
        await bar(page, 100).hover();
        assert.match(
            await page.locator('.rt-bars-cursor').innerText(),
            /^Block 100, String 4: Voltage not known, alarm$/,
        );
        const before = (await battery()).time!;
        await until('another pass', ({ time = 0 }) => time > before);
        await bar(page, 40).hover();
        await waitFor('what the API tells', async () => {
            const { blocks } = await battery();
            const volts = Number(blocks[39]!.voltage!.toFixed(2));
            return (await shownAt(page)) === `Block 40, String 2 (West): Voltage ${volts} V, OK`;
        });
    });

    it('has the limits of what is shown as text, a target voltage for each string, and the ports of the GX_R_AUX', async () => {
        const { page } = await open();
        const text = async (selector: string) => (await page.locator(selector).innerText()).replace(/\s/g, ' ');
        assert.equal(
            await text('.rt-limits-line'),
            'Limits: alarm below 10.8 V, warning below 11.4 V, warning above 14.4 V, alarm above 14.8 V',
        );
        await page.getByLabel('Value').selectOption('equalizing');
        await waitFor('other limits', async () => (await text('.rt-limits-line')) === 'No limits are set for it.');
        const target = page
            .getByRole('row', { name: /^String 2 / })
            .getByRole('cell')
            .nth(2);
        assert.match(await target.innerText(), /^1[23]\.\d+\sV$/);
        assert.equal(await text('.rt-gx-ports summary'), 'GX_R_AUX – inputs on: 0, outputs on: 0');
        await nodeRed.inject('door');
        await page.locator('.rt-gx-ports summary').click();
        await page.locator('[data-port="1-2"] td[data-on="true"]').waitFor();
        assert.equal(await page.locator('.rt-gx-ports tr[data-port]').count(), 16);
        assert.match(await text('[data-port="1-2"]'), /^1-2 on off$/);
    });

    it('leads through the blocks by keyboard, and keeps in the address what is open', async () => {
        const shown = await open();
        const { page } = shown;
        await page.locator('.rt-strings').focus();
        for (const key of ['ArrowRight', 'ArrowRight', 'ArrowDown', 'End']) await page.keyboard.press(key);
        // 1, 2, the same place of the next string of 32, its last.
        assert.match(await page.locator('.rt-bars-cursor').innerText(), /^Block 64, /);
        await page.keyboard.press('Enter');
        await page.locator('[data-block="64"]').waitFor();
        assert.match(page.url(), /block=64/);
        await page.reload();
        await page.locator('[data-block="64"]').getByRole('button', { name: 'Close' }).press('Escape');
        await page.locator('[data-block="64"]').waitFor({ state: 'detached' });
        assert.deepEqual(await shown.unreachableByTab(), []);
    });

    it('sorts 512 rows by any column at once, with unknown values last', async () => {
        const { page } = await open('?view=table');
        const first = () => page.locator('tbody tr[data-row="0"]').getAttribute('data-module');
        assert.equal(await page.locator('.rt-blocks-table').getAttribute('aria-rowcount'), String(MODULES + 1));
        assert.ok((await page.locator('tbody tr[data-row]').count()) < 100);
        const { blocks } = await battery();
        await page.getByRole('columnheader', { name: 'Temperature' }).getByRole('button').click();
        await page.getByRole('columnheader', { name: 'Temperature' }).getByRole('button').click();
        assert.equal(await first(), '70');
        assert.match(page.url(), /sort=-temperature/);
        await page.locator('tbody tr[data-row="0"] button').focus();
        await page.keyboard.press('End');
        assert.equal(await page.locator(':focus').innerText(), '100');
        assert.equal(blocks[99]!.voltage, undefined);
    });

    it('draws the day of all blocks, and the chart of those that somebody chooses', async () => {
        const heat = await open('?view=heat');
        await heat.page.locator('.rt-heat[data-known="true"]').waitFor();
        await heat.page.locator('.rt-heat-place').focus();
        await heat.page.keyboard.press('ArrowUp');
        assert.match(await heat.page.locator('.rt-bars-cursor').innerText(), /^Block 1, String 1 \(North\), .*: \d/);
        const { page } = await open('?view=chart&blocks=1-3,500');
        await page.locator('.rt-plot canvas').first().waitFor();
        assert.deepEqual(await page.locator('.rt-legend li > span').allInnerTexts(), [
            'block 1',
            'block 2',
            'block 3',
            'block 500',
        ]);
    });

    it('plays a discharge once more, block by block', async () => {
        const { page } = await open('?view=discharges');
        await page.locator('.rt-discharges button').last().click();
        const replay = page.locator('.rt-replay');
        await replay.locator('.rt-plot canvas').first().waitFor();
        assert.ok(Number(await replay.getAttribute('data-readings')) > 3);
        const slider = replay.locator('input[type="range"]');
        await slider.fill('0');
        const at = () => replay.locator('.rt-bar-of[data-module="17"] > b').evaluate((each) => each.style.height);
        const before = parseFloat(await at());
        await slider.fill(String(Number(await slider.getAttribute('max')) >> 1));
        assert.ok(parseFloat(await at()) < before, `${await at()} < ${before}`);
    });

    it('ranks the weakest with reasons and dates, says what it cannot judge, and what is written down of a block', async () => {
        const shown = await open('?view=health');
        const { page } = shown;
        const rising = page.locator('[data-ranked="200"]');
        await rising.waitFor();
        assert.match(await rising.innerText(), /block 200\s+String 7\s.*Its impedance rises: \d+.% over its baseline/s);
        assert.match(await rising.innerText(), /reaches the limit between \d+ \w+ \d{4} and \d+ \w+ \d{4}/);
        assert.match(
            await page.locator('.rt-battery').innerText(),
            /What cannot be judged yet[^]*Capacity: no discharge was deep/,
        );
        await rising.getByRole('button', { name: 'block 200' }).click();
        const block = page.locator('[data-block="200"]');
        await block.getByText('FIAMM').waitFor();
        if (PICTURES) await shown.picture(join(PICTURES, 'battery-block-light.png'));
        assert.match(await block.innerText(), /Replaced on\s+10 Jan 2026\s+Maker\s+FIAMM\s+Row\s+–/);
    });

    it('asks before it stops the countdown of a runaway, and writes down who did', async () => {
        const { page } = await open();
        const row = page.locator('.rt-runaway-row[data-phase="counting"]');
        assert.match(await row.innerText(), /String 3 \(South\): fires in \d+:\d\d/);
        await row.getByRole('button', { name: 'Stop the countdown' }).click();
        assert.equal(await page.evaluate(() => document.activeElement?.textContent?.trim()), 'Cancel');
        await row.getByRole('button', { name: 'Stop the countdown' }).click();
        await page.locator('.rt-runaway-row[data-phase="stopped"]').waitFor();
        const { rows } = (await (await fetch(nodeRed.url(`${API}log?of=room&rows=20`))).json()) as {
            rows: { entry: { text: string } }[];
        };
        const texts = rows.map(({ entry }) => entry.text);
        assert.ok(
            texts.some((text) => /stop the countdown of the thermal runaway, string 3: confirmed \(by /.test(text)),
            texts.join('\n'),
        );
    });

    it('lets nobody operate who may only look', async () => {
        const { page } = await open('', {
            headers: { 'X-Forwarded-For': '192.0.2.1' },
        });
        for (const button of await page.locator('.rt-confirm button').all()) assert.ok(await button.isDisabled());
        assert.match(await page.locator('.rt-battery').innerText(), /You may look, and not operate/);
    });
});

/** A day of all blocks before the start: at float, with one that sinks. */
async function writeDay(directory: string): Promise<void> {
    const end = Date.now();
    const clock = new FakeClock(end - DAY_MS);
    const series = openSeries({ directory, clock, onProblem: assert.ifError });
    const owner = { id: 'room', name: 'Battery room' };
    // Sixteen weeks of impedances: block 200 rises since eight of them, block 300 by a step.
    for (let day = 112; day > 0; day -= 0.5) {
        const values = Float64Array.from({ length: MODULES }, (_, index) => {
            const own = 4 + 0.2 * Math.sin(index * 3.1) + 0.02 * Math.sin(index * 5.7 + day * 9.1);
            if (index === 299) return own * 1.6;
            return index === 199 ? own * (1 + (0.2 * Math.max(0, 56 - day)) / 56) : own;
        });
        series.sampleNumbered(owner, end - day * DAY_MS, [{ quantity: 'impedance', unit: 'mΩ', values }], 'seldom');
    }
    await series.flush();
    for (; clock.now() < end; clock.jumpWall(STEP_MS)) {
        const part = 1 - (end - clock.now()) / DAY_MS;
        const voltage = Float64Array.from({ length: MODULES }, (_, index) => {
            const own = 13.5 + 0.06 * Math.sin(index * 7.3) + 0.05 * Math.sin(part * 20 + index / 40);
            return index === 16 ? own - 0.5 * part : own;
        });
        const temperature = voltage.map((_, index) => 22 + 2 * Math.sin(part * 6) + (index % 32) / 16);
        series.sampleNumbered(owner, clock.now(), [
            { quantity: 'voltage', unit: 'V', values: voltage },
            { quantity: 'temperature', unit: '°C', values: temperature },
        ]);
        // What waits in memory is bounded.
        await series.flush();
    }
    series.close();
}
