import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Browser } from 'playwright-core';
import { SystemClock } from '../../lib/core/clock';
import { Rmcu } from '../../simulators/rmcu/rmcu';
import { requireBrowser } from '../support/peers';
import { openBrowser } from './support/browser';
import { NodeRedProcess } from './support/node-red-process';
import type { FlowNode } from './support/shipped-flow';
import { UpsPage, type PageLook } from './support/ups-page';
import { waitFor } from './support/wait-for';

const ROOT = resolve(__dirname, '../..');
const read = (file: string) => JSON.parse(readFileSync(join(ROOT, file), 'utf8')) as FlowNode[];
const PICTURES = process.env.PAGE_PICTURES;

const pages = read('packages/dashboard/examples/ups-pages.json');
const site = pages.find(({ type }) => type === 'ups-site')!;
const shipped = read('flows/dc-supply-alarms.json');
const supply = shipped.find(({ type }) => type === 'ups-duracomm')!;
/** The same map at a node that knows nothing of the line. */
const device = { ...supply, type: 'ups-snmp', dialect: 'own', trapPort: 0 } as FlowNode;
const line = shipped.find(({ type, name }) => type === 'ups-sensor' && name === 'AC line')!;
const tab = pages.find(({ type }) => type === 'tab')!;

interface OwnMap {
    items: { to: string; kind: string }[];
}

/** A device that tells channels alone, a sensor of it that is in alarm, and one on a channel that is a state. */
function cabinet(port: number): FlowNode[] {
    const map = device.map as unknown as OwnMap;
    const items = map.items.filter(({ to }) => to.startsWith('channel:'));
    const state = items.find(({ kind }) => kind === 'state')!.to.slice('channel:'.length);
    const own = { z: tab.id, g: undefined, site: site.id, wires: [[], []] };
    return [
        { ...shipped.find(({ type }) => type === 'ups-unit')!, id: 'cabinet', name: 'DC cabinet', site: site.id },
        { ...device, ...own, id: 'rmcu', ups: 'cabinet', port, map: { ...map, items }, wires: [[]] },
        { ...line, ...own, id: 'line', device: 'rmcu', alarmHigh: 101, alarmHighRecovery: 100.5, alarmLow: '' },
        { ...line, ...own, id: 'door', name: 'Cabinet door', device: 'rmcu', channel: state, timeout: 3 },
    ] as unknown as FlowNode[];
}

describe('the pages with alarms of several devices', function () {
    this.timeout(400_000);
    let browser: Browser;
    let nodeRed: NodeRedProcess;
    let simulator: Rmcu;
    let userDir: string;
    const opened: UpsPage[] = [];

    const open = async (path: string, name: string, look?: PageLook) => {
        const shown = await UpsPage.open(browser, nodeRed.url(path), look);
        opened.push(shown);
        return {
            shown,
            keep: async () => {
                if (PICTURES) await shown.picture(join(PICTURES, `alarms-${name}.png`));
                assert.deepEqual(await shown.violations(), []);
                assert.ok((await shown.sideways()) <= 0);
            },
        };
    };

    before(async function () {
        browser = await openBrowser(requireBrowser(this));
        userDir = mkdtempSync(join(tmpdir(), 'ridethrough-pages-alarms-'));
        if (PICTURES) mkdirSync(PICTURES, { recursive: true });
        simulator = new Rmcu({ clock: new SystemClock(1) });
        await simulator.start();
        nodeRed = await NodeRedProcess.start({ userDir, flows: [...pages, ...cabinet(simulator.port)] });
        await waitFor('what is unseen, in alarm and lost', async () => {
            const { sources } = (await nodeRed.get('ridethrough/api/v1/sources')) as {
                sources: { events: { id: string }[] }[];
            };
            const { units } = (await nodeRed.get('ridethrough/api/v1/state')) as { units: { state: string }[] };
            const ids = sources.flatMap(({ events }) => events.map(({ id }) => id));
            const isOn = ids.includes('alarm-high') && ids.includes('connection-lost');
            return isOn && units.some(({ state }) => state === 'warning');
        });
    });

    afterEach(async () => {
        for (const page of opened.splice(0)) await page.close();
    });

    after(async () => {
        await browser?.close();
        await simulator?.stop();
        await NodeRedProcess.killAll();
        rmSync(userDir, { recursive: true, force: true });
    });

    for (const [name, look] of Object.entries<PageLook>({
        light: { width: 390, height: 844 },
        'dark-de': { width: 320, height: 700, dark: true, language: 'de-DE' },
    })) {
        it(`name on the phone whose alarm it is, and since when the named one has it, ${name}`, async () => {
            const { shown, keep } = await open('/dashboard/m', `phone-${name}`, look);
            await shown.page.locator('[data-alarm="cabinet"] [data-event]').waitFor();
            const order = await shown.page
                .locator('[data-alarm]')
                .evaluateAll((all) => all.map((each) => (each as HTMLElement).dataset.alarm));
            assert.deepEqual([order[0], [...order].sort()], ['line', ['cabinet', 'door', 'line']]);
            for (const text of ['DC cabinet', 'AC line', 'Cabinet door']) {
                assert.ok((await shown.text('.rt-phone-alarms')).includes(text), text);
            }
            const head = await shown.text('.rt-phone-head');
            assert.match(head, /AC line: (alarm|Alarm).*(since|seit) \d\d:\d\d/);
            await keep();
        });

        it(`say why a sensor has no value, and keep it a warning, ${name}`, async () => {
            const { shown, keep } = await open('/dashboard/sensors', `sensors-${name}`, look);
            const row = shown.page.locator('[data-source="door"]');
            await row.locator('summary').click();
            await row.getByText(/says ".*": that is no number/).waitFor();
            assert.equal(await row.locator('.rt-mark').first().getAttribute('data-state'), 'warning');
            await keep();
        });

        it(`show channels in the tile of what tells nothing else, ${name}`, async () => {
            const { shown, keep } = await open('/dashboard/overview', `overview-${name}`, look);
            const tile = shown.page.locator('[data-unit="cabinet"]');
            await tile.locator('[data-value="channel"]').first().waitFor();
            assert.equal(await tile.locator('[data-value="channel"]').count(), 3);
            await keep();
        });
    }

    it('have no time on battery of a device that does not tell whether it is', async () => {
        const unit = (await nodeRed.get('ridethrough/api/v1/units/cabinet')) as { status: { derived: object } };
        assert.equal('secondsOnBattery' in unit || 'secondsOnBattery' in unit.status.derived, false);
        const { series } = (await nodeRed.get('ridethrough/api/v1/series?owner=cabinet')) as {
            series: { quantity: string }[];
        };
        assert.ok(series.length > 0);
        assert.ok(!series.some(({ quantity }) => quantity === 'secondsOnBattery'), 'nor in the history');
        const { shown, keep } = await open('/dashboard/unit?ups=cabinet', 'unit');
        await shown.page.locator('[data-event="outages-unseen"]').waitFor();
        assert.match(await shown.text('article'), /does not tell whether it runs on battery/);
        await keep();
    });
});
