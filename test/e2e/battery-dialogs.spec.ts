import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SystemClock } from '../../lib/core/clock';
import { SimulatedBattery } from '../../lib/simulation/battery/simulated-battery';
import { BacsCard } from '../../simulators/bacs/card';
import { FakeClock } from '../support/fake-clock';
import { freePort } from '../support/free-port';
import { requireBrowser } from '../support/peers';
import { EditorPage } from './support/editor-dialogs';
import { NodeRedProcess } from './support/node-red-process';
import { waitFor } from './support/wait-for';

interface EditorWindow {
    RED: {
        editor: { editConfig(name: string, type: string, id: string): void };
        nodes: { node(id: string): Record<string, unknown> };
    };
}

const PICTURES = process.env.DIALOG_PICTURES;
/** As the dialog shows a row: kind, alarm below, warning below, warning above, alarm above, back by. */
const TEMPERATURE = ['temperature', '5', '10', '32', '36', '1'];

describe('the dialogs of a battery and of its card', function () {
    this.timeout(400_000);
    let nodeRed: NodeRedProcess;
    let editor: EditorPage;
    let battery: SimulatedBattery;
    let card: BacsCard;

    before(async function () {
        const chromium = requireBrowser(this);
        battery = new SimulatedBattery(new FakeClock(), {
            bank: { modules: 6, strings: 2, spread: 0 },
            monitor: { limits: { voltage: { lowAlarm: 10.5, lowWarning: 11.1, highWarning: NaN, highAlarm: 14.8 } } },
        });
        const port = await freePort();
        card = new BacsCard({ battery, clock: new SystemClock(), tcp: { port }, snmp: {} });
        await card.start();
        nodeRed = await NodeRedProcess.start({
            flows: [
                { id: 'tab1', type: 'tab', label: 'Room' },
                { id: 'site1', type: 'ups-site', name: 'Site' },
                {
                    ...{ id: 'b1', type: 'ups-battery', name: 'Battery 1', site: 'site1', impedanceWaitMinutes: 0 },
                    limits: [
                        {
                            kind: 'temperature',
                            alarmLow: 5,
                            warningLow: 10,
                            warningHigh: 32,
                            alarmHigh: 36,
                            recovery: 1,
                        },
                    ],
                },
                {
                    ...{
                        id: 'd1',
                        type: 'ups-bacs',
                        name: 'Card 1',
                        battery: 'b1',
                        way: 'both',
                        host: '127.0.0.1',
                        port,
                    },
                    ...{ snmpPort: card.agent!.port, version: '2c', z: 'tab1', x: 200, y: 200, wires: [[]] },
                },
            ],
        });
        editor = await EditorPage.open(nodeRed, chromium);
    });
    after(async () => {
        await editor?.close();
        await nodeRed?.stop();
        await NodeRedProcess.killAll();
        await card?.stop();
        battery?.stop();
    });

    const open = async () => {
        await editor.page.evaluate(() =>
            (window as unknown as EditorWindow).RED.editor.editConfig('', 'ups-battery', 'b1'),
        );
        await editor.page.waitForSelector('#node-config-dialog-ok');
        await editor.page.waitForSelector('.ridethrough-battery-card button');
    };
    const row = (name: string) => editor.page.locator(`.ridethrough-battery-${name}`);
    const press = (name: string, text: string) => row(name).locator('button', { hasText: text }).first().click();
    const said = async (name: string) => {
        const box = row(name).locator('.ridethrough-test-outcome');
        await waitFor('an answer', async () => (await box.getAttribute('class'))?.match(/ok|failed/) !== null);
        return (await box.innerText()).replaceAll('\u2212', '-');
    };
    const table = () =>
        editor.page.evaluate(() =>
            [...document.querySelectorAll('.ridethrough-table .ridethrough-row')].map((line) =>
                [...line.querySelectorAll('input, select')].slice(0, 6).map((each) => (each as HTMLInputElement).value),
            ),
        );
    const stored = () =>
        editor.page.evaluate(() => JSON.stringify((window as unknown as EditorWindow).RED.nodes.node('b1').limits));
    const picture = async (name: string) => {
        if (PICTURES) await editor.page.screenshot({ path: join(PICTURES, `${name}.png`) });
    };

    it('take over the limits of the card, show what changes, and leave all at "Cancel"', async () => {
        await open();
        const before = await stored();
        assert.deepEqual(await table(), [TEMPERATURE]);
        await press('card', 'Take over');
        const text = await said('card');
        assert.match(text, /^\d+ limits change; “Cancel” leaves them as they were:/);
        assert.match(text, /block voltage, V: Alarm below\s+empty → 10\.5/);
        assert.doesNotMatch(text, /Warning above\s+empty/, 'the card has none');
        const voltage = (await table()).find(([kind]) => kind === 'voltage');
        assert.deepEqual(voltage, ['voltage', '10.5', '11.1', '', '14.8', '0']);
        assert.deepEqual((await table())[0], TEMPERATURE);
        assert.equal(await editor.page.locator('.ridethrough-table input:invalid').count(), 0);
        await row('card').scrollIntoViewIfNeeded();
        await picture('battery-limits');
        await editor.page.locator('#node-config-dialog-cancel').click();
        await editor.page.waitForSelector('#node-config-dialog-ok', { state: 'detached' });
        assert.equal(await stored(), before);

        await open();
        await press('card', 'Take over');
        await said('card');
        await press('card', 'Take over');
        await waitFor('the second answer', async () => /nothing changes/.test(await said('card')));
        await editor.page.locator('#node-config-dialog-ok').click();
        await editor.page.waitForSelector('#node-config-dialog-ok', { state: 'detached' });
        const limits = JSON.parse(await stored()) as Record<string, unknown>[];
        assert.equal(limits.find(({ kind }) => kind === 'voltage')?.alarmLow, 10.5);
    });

    it('ask before they set a baseline, export it, and say what is wrong with a file', async () => {
        await open();
        await row('baseline').locator('input[type=text]').fill('1-3');
        await press('baseline', 'Set');
        assert.match(await said('baseline'), /impedances of blocks 1-3 as their baseline\?/);
        await picture('battery-baseline');
        await row('baseline').locator('.ridethrough-test-choices button', { hasText: 'Set' }).click();
        await waitFor('the order', async () => /baseline of the impedances/.test(await said('baseline')));
        const download = editor.page.waitForEvent('download');
        await press('baseline', 'Export');
        const csv = await readFile(await (await download).path(), 'utf8');
        assert.match(csv, /^\ufeffmodule,impedance,at\r\n/);
        await row('baseline')
            .locator('input[type=file]')
            .setInputFiles({
                name: 'b.csv',
                mimeType: 'text/csv',
                buffer: Buffer.from('module,impedance\n1,4\n2,x\n'),
            });
        await waitFor('the question', async () => /by “b\.csv”\?/.test(await said('baseline')));
        await row('baseline').locator('.ridethrough-test-choices button', { hasText: 'Import' }).click();
        await waitFor('the refusal', async () => /line 3, column "impedance"/.test(await said('baseline')));
        await editor.page.locator('#node-config-dialog-cancel').click();
    });

    it('refuse block voltages as a sign of a discharge where nobody knows those of the chemistry, and say what to do', async () => {
        await editor.page.waitForSelector('#node-config-dialog-ok', { state: 'detached' });
        await open();
        const field = (name: string) => editor.page.locator(`#node-config-input-${name}`);
        await field('detection').selectOption('modules');
        await field('chemistry').selectOption('lfp');
        await editor.page.locator('#node-config-input-detection.input-error').waitFor();
        await field('detection').hover();
        await editor.page
            .getByText(/no voltage is known that tells a discharge: enter “Rated voltage” and “Charge voltage”/)
            .first()
            .waitFor();
        await picture('battery-chemistry');
        await field('ratedVoltage').fill('12.8');
        await field('chargingVoltage').fill('13.7');
        await field('chargingVoltage').press('Tab');
        await editor.page.locator('#node-config-input-detection:not(.input-error)').waitFor();
        await editor.page.locator('#node-config-dialog-cancel').click();
    });

    it('"Read now" of the card shows its blocks', async () => {
        await editor.page.waitForSelector('#node-config-dialog-ok', { state: 'detached' });
        await editor.edit('d1');
        await editor.page.locator('.ridethrough-try-row button', { hasText: 'Read now' }).click();
        const box = editor.page.locator('.ridethrough-try-row .ridethrough-test-outcome');
        await waitFor('the values', async () => /Modules\s+6/.test(await box.innerText()));
        assert.match(await box.innerText(), /Lowest voltage \(block \d\)\s+1[23]\.\d+ V/);
        await box.scrollIntoViewIfNeeded();
        await picture('bacs-read-now');
    });
});
