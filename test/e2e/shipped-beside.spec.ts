import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { openBrowser } from './support/browser';
import { openEditor } from './support/editor-page';
import { requireBrowser } from '../support/peers';
import { freePort } from '../support/free-port';
import { NodeRedProcess } from './support/node-red-process';
import type { FlowNode } from './support/shipped-flow';
import { flowWithFreePorts } from './support/supply-flow';
import { waitFor } from './support/wait-for';

const FLOWS = resolve(__dirname, '../../flows');

/** Always armed, until somebody uses the schedule. */
const UNASKED = 'Always';

interface Unit {
    name: string;
    state: string;
    loadPercent?: number;
    ageSeconds?: number;
}

describe('all shipped flows, imported beside each other', function () {
    this.timeout(400_000);
    let nodeRed: NodeRedProcess;

    before(async () => {
        const ports = new Map([
            [6003, await freePort()],
            [6013, await freePort()],
        ]);
        const flows: FlowNode[] = [];
        for (const file of readdirSync(FLOWS)) {
            flows.push(...(await flowWithFreePorts(file)));
        }
        const moved = flows.map((node) => ({ ...node, port: ports.get(Number(node.port)) ?? node.port }));
        nodeRed = await NodeRedProcess.start({ flows: moved });
    });
    after(async () => {
        await nodeRed?.stop();
        await NodeRedProcess.killAll();
    });

    it('each have a UPS that answers, loaded by about 60 percent', async () => {
        let units: Unit[] = [];
        await waitFor('all UPSs', async () => {
            units = ((await nodeRed.get('ridethrough/units')) as Unit[]).filter(({ name }) => name !== 'DC supply');
            return units.length === 6 && units.every(({ loadPercent }) => loadPercent !== undefined);
        });
        assert.deepEqual(units.map(({ name }) => name).sort(), [
            'Battery room UPS',
            'DC UPS',
            'Stages UPS',
            'UPS 1',
            'UPS 1',
            'UPS 2',
        ]);
        for (const { name, state, loadPercent } of units) {
            assert.equal(state, 'ok', name);
            assert.ok(loadPercent! > 55 && loadPercent! < 70, `${name}: ${loadPercent} %`);
        }
    });

    it('each have a DC supply that answers', async () => {
        await waitFor('all supplies', async () => {
            const units = (await nodeRed.get('ridethrough/units')) as Unit[];
            const supplies = units.filter(({ name }) => name === 'DC supply');
            return (
                supplies.length === 3 &&
                supplies.every(({ state, ageSeconds = Infinity }) => state === 'ok' && ageSeconds < 10)
            );
        });
    });

    it('print no error, and refuse nothing', async () => {
        assert.doesNotMatch(nodeRed.output(), /\[error\]/);
        const entries = (await nodeRed.get('ridethrough/log?limit=1000')) as { level: string; text: string }[];
        assert.deepEqual(
            entries.filter(({ level, text }) => level === 'error' || /refused/.test(text)).map(({ text }) => text),
            [],
        );
    });

    it('fit on the canvas, and nothing waits for a first reading', async function () {
        const browser = await openBrowser(requireBrowser(this));
        try {
            const page = await openEditor(browser, nodeRed.url(), { width: 1600, height: 1000 });
            // The status of every node has come some moments after the page.
            await page.waitForFunction('RED.nodes.filterNodes({ type: "ups-sensor" }).every((node) => node.status)');
            const seen = (await page.evaluate(LOOK)) as { name: string; right: number; status: string }[];
            assert.ok(seen.length > 400, `${seen.length} nodes`);
            for (const { name, right, status } of seen) {
                assert.ok(right <= 1080, `${name} reaches to ${right}`);
                if (name !== UNASKED) assert.doesNotMatch(status, /no reading|\?$|no answer/, name);
            }
        } finally {
            await browser.close();
        }
    });
});

/** Of every node on every tab, drawn once: its name, its right edge and its status. */
const LOOK = `(async () => {
    const seen = [];
    for (const id of RED.nodes.getWorkspaceOrder()) {
        RED.workspaces.show(id);
        const drawn = () => [...RED.nodes.filterNodes({ z: id }), ...RED.nodes.groups(id)].every(({ w, x }) => w >= 0 && x >= 0);
        while (!drawn()) await new Promise((done) => setTimeout(done, 50));
        for (const node of RED.nodes.filterNodes({ z: id })) {
            seen.push({ name: node.name || node.type, right: node.x + node.w / 2, status: node.status?.text ?? '' });
        }
        RED.nodes.groups(id).forEach(({ name, x, w }) => seen.push({ name, right: x + w, status: '' }));
    }
    return seen;
})()`;
