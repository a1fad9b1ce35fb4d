import assert from 'node:assert/strict';
import { join } from 'node:path';
import { requireBrowser } from '../support/peers';
import { EditorPage } from './support/editor-dialogs';
import { NodeRedProcess } from './support/node-red-process';
import { flowWithFreePorts } from './support/supply-flow';
import { waitFor } from './support/wait-for';

type FlowNode = Record<string, unknown> & { id: string; type: string; name?: string };

/** What a page of the editor has. */
interface EditorWindow {
    RED: { nodes: { node(id: string): object; createExportableNodeSet(nodes: object[]): object[] } };
}

/** As a flow of version 1 has it. */
const OLD = { id: 'old1', type: 'ups-sensor', name: 'Of version 1', unit: 'V', alarmLow: 12, latch: true };
const PICTURES = process.env.DIALOG_PICTURES;

describe('dialogs of a sensor and a contact that read a channel', function () {
    this.timeout(400_000);
    let nodeRed: NodeRedProcess;
    let editor: EditorPage;
    let flow: FlowNode[];
    const named = (name: string) => flow.find((node) => node.name === name)!;
    const input = (property: string) => editor.page.locator(`.red-ui-tray #node-input-${property}`);
    const channels = () =>
        editor.page.evaluate(() =>
            [...document.querySelectorAll('.ridethrough-dialog datalist option')].map((option) => [
                option.getAttribute('value'),
                option.textContent,
            ]),
        );
    /** What the editor has of a node, as it would be deployed. */
    const stored = (id: string) =>
        editor.page.evaluate(
            (node) =>
                JSON.parse(
                    JSON.stringify(
                        (window as unknown as EditorWindow).RED.nodes.createExportableNodeSet([
                            (window as unknown as EditorWindow).RED.nodes.node(node),
                        ])[0],
                    ),
                ) as Record<string, unknown>,
            id,
        );
    const picture = async (name: string) => {
        if (PICTURES) await editor.page.screenshot({ path: join(PICTURES, `${name}.png`) });
    };

    before(async function () {
        const chromium = requireBrowser(this);
        flow = await flowWithFreePorts('dc-supply-alarms.json');
        const tab = flow.find(({ type }) => type === 'tab')!.id;
        const supply = flow.find(({ type }) => type === 'ups-duracomm')!;
        flow.push({ ...supply, id: 'page1', way: 'page', name: 'By its page', g: undefined, y: 2400 });
        flow.push({ ...OLD, z: tab, x: 900, y: 2300, wires: [[], []] });
        nodeRed = await NodeRedProcess.start({ flows: flow });
        editor = await EditorPage.open(nodeRed, chromium);
        const device = flow.find(({ type }) => type === 'ups-duracomm')!.id;
        await waitFor('the channels', async () => {
            const told = (await nodeRed.get(`ridethrough/channels/${device}`)) as unknown[];
            return told.length > 0;
        });
    });
    after(async () => {
        await editor?.close();
        await nodeRed?.stop();
        await NodeRedProcess.killAll();
    });

    it('offer the channels of the device, with their present values, and take the unit of the chosen one', async () => {
        await editor.edit(named('AC line').id);
        await waitFor('the list', async () => (await channels()).length > 0);
        const list = await channels();
        assert.deepEqual(
            list.map(([name]) => name),
            [
                'AC line',
                'Temperature',
                'Amps power supply',
                'Amps battery',
                'Volts power supply',
                'Volts battery',
                'Alarm In',
                'DC-OK',
            ],
        );
        assert.match(String(list[4]![1]), /^13\.\d+ V$/);
        await picture('sensor-channel');
        await input('channel').fill('Amps battery');
        await input('channel').dispatchEvent('change');
        assert.equal(await input('unit').inputValue(), 'A');
        await editor.accept('node');
        const { channel, unit, device } = await stored(named('AC line').id);
        assert.deepEqual([channel, unit, device], ['Amps battery', 'A', named('DC supply over SNMP').id]);
    });

    it('fill in the measuring range of a DC supply', async () => {
        await editor.edit(named('AC line').id);
        await editor.page.locator('.red-ui-tray #node-input-preset').selectOption('ac');
        await editor.accept('node');
        const { min, max, unit, preset } = await stored(named('AC line').id);
        assert.deepEqual([Number(min), Number(max), unit, preset], [0, 300, 'V', undefined]);
    });

    it('show the latch of version 1 at both sides, and store each of its own', async () => {
        await editor.edit(OLD.id);
        assert.deepEqual([await input('latchLow').isChecked(), await input('latchHigh').isChecked()], [true, true]);
        await input('latchHigh').uncheck();
        await editor.accept('node');
        await editor.edit(OLD.id);
        assert.deepEqual([await input('latchLow').isChecked(), await input('latchHigh').isChecked()], [true, false]);
        await editor.accept('node');
    });

    it('offer any device for a channel, and only one that is read by SNMP for an object', async () => {
        await editor.edit(OLD.id);
        const offered = async () => (await input('device').locator('option').allInnerTexts()).filter(Boolean).sort();
        await input('source').selectOption('channel');
        assert.deepEqual(await offered(), ['By its page', 'DC supply over SNMP']);
        await input('source').selectOption('snmp');
        assert.deepEqual(await offered(), ['DC supply over SNMP']);
        assert.equal(await input('channel').isVisible(), false);
        await editor.cancel();
    });

    it('offer the states of a contact by its name', async () => {
        await editor.edit(named('Alarm In').id);
        await waitFor('the list', async () => (await channels()).length > 0);
        assert.deepEqual(
            (await channels()).find(([name]) => name === 'Alarm In'),
            ['Alarm In', 'closed'],
        );
        assert.equal(await input('activeStates').inputValue(), 'open');
        assert.equal(await input('contact').isVisible(), false, 'the states say what is active');
        await picture('contact-channel');
        await editor.accept('node');
    });
});
