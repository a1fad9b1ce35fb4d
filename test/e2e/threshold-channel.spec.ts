import assert from 'node:assert/strict';
import { requireBrowser } from '../support/peers';
import { EditorPage } from './support/editor-dialogs';
import { NodeRedProcess } from './support/node-red-process';

const level = { enabled: true, comparison: 'less-than', low: 12, recoveryLow: 13, seconds: 0, latch: false };
const FLOW = [
    { id: 'tab1', type: 'tab', label: 'Flow' },
    { id: 'site1', type: 'ups-site', name: 'Hall', dryRun: false },
    { id: 'unit1', type: 'ups-unit', name: 'Supply', site: 'site1' },
    {
        ...{ id: 'written', type: 'ups-threshold', z: 'tab1', x: 200, y: 100, ups: 'unit1', wires: [[]] },
        ...{ value: 'channel:Volts Battery', warning: level, alarm: { ...level, enabled: false } },
    },
];

describe('the dialog of a threshold on a channel', function () {
    this.timeout(400_000);
    let nodeRed: NodeRedProcess;
    let editor: EditorPage;
    before(async function () {
        const chromium = requireBrowser(this);
        nodeRed = await NodeRedProcess.start({ flows: FLOW });
        editor = await EditorPage.open(nodeRed, chromium);
    });
    after(async () => {
        await editor?.close();
        await nodeRed?.stop();
    });

    const value = () => editor.page.locator('#node-input-value');
    const channel = () => editor.page.locator('#node-input-channel');
    const stored = (id: string) =>
        editor.page.evaluate((node) => {
            const { RED } = window as unknown as { RED: { nodes: { node(id: string): Record<string, unknown> } } };
            const { value: watched, channel: name } = RED.nodes.node(node);
            return [watched, name];
        }, id);

    it('shows the name that a flow has, and asks for one where it is emptied', async () => {
        await editor.edit('written');
        assert.equal(await value().inputValue(), 'channel');
        assert.equal(await channel().inputValue(), 'Volts Battery');
        assert.deepEqual(await value().locator('option[value^="channel"]').allInnerTexts(), [
            'A channel of the device',
        ]);
        await channel().fill('');
        await editor.page.locator('#node-input-channel.input-error').waitFor();
        await channel().fill('Volts, left');
        await editor.accept('node');
        assert.deepEqual(await stored('written'), ['channel', 'Volts, left']);
        assert.deepEqual(await editor.faults(), []);
    });

    it('has no field for a name while another value is watched', async () => {
        await editor.edit('written');
        await value().selectOption('dc.outputVoltage');
        assert.equal(await channel().isVisible(), false);
        await editor.accept('node');
        assert.equal((await stored('written'))[0], 'dc.outputVoltage');
        assert.deepEqual(await editor.faults(), []);
    });
});
