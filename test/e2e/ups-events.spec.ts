import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { UPS_EVENT_IDS } from '../../lib/core/events/ids';
import { everShipped } from '../support/frozen/frozen-flows';
import { freePort } from '../support/free-port';
import { NodeRedProcess } from './support/node-red-process';
import { waitFor } from './support/wait-for';

type FlowNode = Record<string, unknown> & {
    id: string;
    type: string;
    name?: string;
    wires?: string[][];
    links?: string[];
};

interface Entry {
    kind: string;
    source: string;
    text: string;
    active?: boolean;
    eventId?: string;
    nodeId?: string;
}

/** The one comes by itself when a test ends well, the other takes two devices. */
const WITHOUT_BUTTONS = ['test-passed', 'paths-disagree'];
const until = (condition: () => Promise<boolean>) => waitFor(condition.toString(), condition);

for (const { where, nodes } of everShipped('ups-events')) {
    describe(where, function () {
        this.timeout(400_000);
        let nodeRed: NodeRedProcess;
        let flow: FlowNode[];
        let userDir: string;
        const byId = (id: string) => flow.find((node) => node.id === id)!;
        const entries = async () => ((await nodeRed.get('ridethrough/log?limit=1000')) as Entry[]).reverse();

        before(async () => {
            const port = await freePort();
            flow = (nodes() as FlowNode[]).map((node) => {
                const moved = { ...node };
                if (node.port === 6013) moved.port = port;
                if (typeof node.hosts === 'string') moved.hosts = node.hosts.replace(':6013', `:${port}`);
                return moved;
            });
            userDir = mkdtempSync(join(tmpdir(), 'ridethrough-events-'));
            nodeRed = await NodeRedProcess.start({ userDir, flows: flow });
        });
        after(async () => {
            await nodeRed?.stop();
            await NodeRedProcess.killAll();
            if (userDir) rmSync(userDir, { recursive: true, force: true });
        });

        /** The node of an event, its buttons (by the link that they share: in the order of the rows) and its two log jobs. */
        function row(id: string) {
            const event = flow.find((node) => node.type === 'ups-event' && (node.events as string[]).join() === id)!;
            const jobs = event.wires!.flat().map(byId);
            const logs = jobs.filter(({ type }) => type === 'ups-log');
            return {
                event,
                on: logs.find(({ edge }) => edge === 'on')!,
                off: logs.find(({ edge }) => edge === 'off')!,
            };
        }

        /** Buttons stand beside their event. */
        function button(id: string, name: 'begins' | 'ends'): FlowNode {
            const { event } = row(id);
            const found = flow.find(
                (node) =>
                    node.type === 'inject' && node.name === name && Math.abs(Number(node.y) - Number(event.y)) <= 40,
            );
            assert.ok(found, `${id} has no button "${name}"`);
            return found;
        }

        const lines = async (node: FlowNode) => (await entries()).filter((entry) => entry.nodeId === node.id);

        it('has a row for every event of a UPS, and no other', () => {
            const shown = flow.filter(({ type }) => type === 'ups-event').flatMap(({ events }) => events as string[]);
            assert.deepEqual([...new Set(shown)].sort(), [...UPS_EVENT_IDS].sort());
            for (const id of UPS_EVENT_IDS) {
                const { on, off } = row(id);
                assert.ok(on && off, `${id} is logged at both edges`);
            }
        });

        for (const id of UPS_EVENT_IDS.filter(
            (each) => !WITHOUT_BUTTONS.includes(each) && each !== 'system-shutdown',
        )) {
            it(`${id}: its buttons begin and end it, and its jobs say so, once each`, async () => {
                const { on, off } = row(id);
                const isOn = async () => (await lines(on)).length > (await lines(off)).length;
                // The mains failure before has left the battery charging, for a moment or for longer.
                if (await isOn()) {
                    await nodeRed.inject(button(id, 'ends').id);
                    await until(async () => !(await isOn()));
                }
                const before = { on: (await lines(on)).length, off: (await lines(off)).length };
                await nodeRed.inject(button(id, 'begins').id);
                await until(async () => (await lines(on)).length > before.on);
                await nodeRed.inject(button(id, 'ends').id);
                await until(async () => (await lines(off)).length > before.off);
                assert.equal((await lines(on)).length, before.on + 1, 'once');
                assert.equal((await lines(off)).length, before.off + 1, 'once');
            });
        }

        it('a low battery shuts the computer down in an outage only, and the end of a mains failure withdraws it', async () => {
            const told = async () => (await entries()).filter(({ kind }) => kind === 'job').map(({ text }) => text);
            const shutdowns = async () => (await told()).filter((text) => /^RCCMD shutdown/.test(text));
            assert.deepEqual(await shutdowns(), [], 'the buttons have played a low battery on mains');
            await nodeRed.inject(button('power-fail', 'begins').id);
            await nodeRed.inject(button('battery-low', 'begins').id);
            await until(async () => (await shutdowns()).length === 1);
            await nodeRed.inject(button('battery-low', 'ends').id);
            await nodeRed.inject(button('power-fail', 'ends').id);
            await until(async () => (await told()).some((text) => /wakeup/i.test(text)));
            const heard = (await entries()).filter(({ kind }) => kind === 'job').map(({ text }) => text);
            for (const what of [/shutdown/i, /wakeup/i, /message/i, /Beacon on/, /Fan off/]) {
                assert.ok(
                    heard.some((text) => what.test(text)),
                    `${String(what)} in\n${heard.join('\n')}`,
                );
            }
        });

        it('an event that lasts is not told again by a restart, and ends after it', async () => {
            const { on, off } = row('overload');
            const before = (await lines(off)).length;
            const begun = (await lines(on)).length;
            await nodeRed.inject(button('overload', 'begins').id);
            await until(async () => (await lines(on)).length > begun);
            const told = (await lines(on)).length;
            await nodeRed.kill9();
            nodeRed = await NodeRedProcess.start({ userDir, flows: flow });
            await until(
                async () => ((await nodeRed.get('ridethrough/units')) as { state: string }[])[0]?.state !== 'unknown',
            );
            await new Promise((done) => setTimeout(done, 3000));
            assert.equal((await lines(on)).length, told, 'nothing twice');
            await nodeRed.inject(button('overload', 'ends').id);
            await until(async () => (await lines(off)).length > before);
        });

        it('the last call switches the outputs off in three minutes, and says so', async () => {
            await nodeRed.inject(button('system-shutdown', 'begins').id);
            await until(async () =>
                (await entries()).some(({ source, text }) => /UPS off/.test(source) && /confirmed/.test(text)),
            );
            const { on } = row('system-shutdown');
            assert.equal((await lines(on)).length, 1);
        });
    });
}
