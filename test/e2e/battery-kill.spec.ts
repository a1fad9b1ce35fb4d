import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { SystemClock } from '../../lib/core/clock';
import type { CardState } from '../../lib/core/batteries/model';
import { SimulatedBattery } from '../../lib/simulation/battery/simulated-battery';
import type { BatteryStateView } from '../../lib/views';
import { BacsCard } from '../../simulators/bacs/card';
import { freePort } from '../support/free-port';
import { NodeRedProcess } from './support/node-red-process';
import { waitFor } from './support/wait-for';

/** `BATTERY_KILLS=200` for a soak. */
const KILLS = Number(process.env.BATTERY_KILLS ?? 4);
/** States that the card is told to have, with the blocks that have them. */
const STATES: readonly [CardState, number[]?][] = [
    ['voltage-low-alarm', [7]],
    ['temperature-high-alarm', [3]],
    ['ground-fault'],
    ['impedance-high-alarm', [9]],
    ['breaker-open'],
];
const RUNAWAYS = ['thermal-runaway-string-1', 'thermal-runaway-string-2'];

interface Entry {
    kind: string;
    eventId?: string;
    episode?: string;
    active?: boolean;
    text: string;
}

const flows = (port: number) => [
    { id: 'tab', type: 'tab', label: 'Room' },
    { id: 'site', type: 'ups-site', name: 'Site', directory: '', dryRun: false },
    {
        ...{ id: 'room', type: 'ups-battery', name: 'Room', site: 'site', nominalVoltage: '12', capacityAh: 100 },
        // Any float current counts: a countdown runs from the start on, while others come and go.
        ...{ currentSensors: 'each-string', mostCurrent: 0.01, runawayMinutes: 0.1, countdownMinutes: 0.3 },
    },
    {
        ...{ id: 'card', type: 'ups-bacs', z: 'tab', name: 'Card', battery: 'room', way: 'modbus', transport: 'tcp' },
        ...{ host: '127.0.0.1', port, interval: 2, wires: [[]] },
    },
    ...RUNAWAYS.flatMap((event) => [
        {
            id: `at-${event}`,
            type: 'ups-battery-event',
            z: 'tab',
            battery: 'room',
            events: [event],
            wires: [[event], []],
        },
        {
            ...{
                id: event,
                type: 'ups-log',
                z: 'tab',
                name: `Breaker ${event.at(-1)}`,
                text: `breaker ${event.at(-1)}`,
            },
            ...{ level: 'info', edge: 'on', log: 'always', site: 'site', wires: [[]] },
        },
    ]),
];

describe('a battery: SIGKILL at any point', function () {
    this.timeout(60_000 + KILLS * 30_000);
    let userDir: string;
    let nodeRed: NodeRedProcess;
    let card: BacsCard;
    let battery: SimulatedBattery;

    const view = async () =>
        (await (await fetch(nodeRed.url('ridethrough/api/v1/batteries/room'))).json()) as BatteryStateView;
    const isOn = async (id: string) => (await view()).events.some((event) => event.id === id);
    const killed = async () => {
        await delay(Math.random() * 2500);
        await nodeRed.kill9();
        nodeRed = await NodeRedProcess.start({ userDir });
    };

    before(async () => {
        battery = new SimulatedBattery(new SystemClock(), { bank: { modules: 40, strings: 2 }, warm: true });
        const port = await freePort();
        card = new BacsCard({ battery, clock: new SystemClock(), tcp: { port } });
        await card.start();
        userDir = mkdtempSync(join(tmpdir(), 'ridethrough-battery-kill-'));
        nodeRed = await NodeRedProcess.start({ userDir, flows: flows(port) });
    });
    after(async () => {
        await NodeRedProcess.killAll();
        await card?.stop();
        battery?.stop();
        if (userDir) rmSync(userDir, { recursive: true, force: true });
    });

    it(`loses no event and no job, and tells none twice, in ${KILLS} kills`, async () => {
        const times = new Map<string, number>();
        for (let kill = 0; kill < KILLS; kill += 2) {
            const [state, modules] = STATES[(kill / 2) % STATES.length]!;
            times.set(state, (times.get(state) ?? 0) + 1);
            battery.force(state, true, modules);
            await killed();
            await waitFor(`${state} on`, () => isOn(state), 30_000);
            battery.force(state, false);
            await killed();
            await waitFor(`${state} off`, async () => !(await isOn(state)), 30_000);
        }
        // The current of each string is above its limit at its own time.
        const jobs = async () => (await log()).filter(({ text }) => /^breaker \d/.test(text)).length;
        await waitFor('the end of both countdowns, and their jobs', async () => (await jobs()) >= 2, 180_000);
        // What would come twice would come now.
        await delay(2000);
        const entries = await log();
        const edgesOf = (id: string) => entries.filter(({ kind, eventId }) => kind === 'event' && eventId === id);
        for (const [state, count] of times) {
            const edges = edgesOf(state);
            assert.equal(edges.length, 2 * count, state);
            assert.equal(new Set(edges.map(({ episode }) => episode)).size, count, state);
        }
        // On and off by turns, each.
        for (const id of [...times.keys(), 'thermal-runaway-warning', 'general-alarm'])
            for (const [index, { active }] of edgesOf(id).entries()) assert.equal(active, index % 2 === 0, id);
        assert.equal(edgesOf('thermal-runaway').length, 1);
        for (const text of ['breaker 1', 'breaker 2'])
            assert.equal(entries.filter((entry) => entry.text === text).length, 1, text);
    });

    const log = async () => ((await nodeRed.get('ridethrough/log?limit=1000')) as Entry[]).toReversed();
});
