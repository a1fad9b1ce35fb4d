import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SystemClock } from '../../lib/core/clock';
import { Rmcu } from '../../simulators/rmcu/rmcu';
import { NodeRedProcess } from './support/node-red-process';
import { waitFor } from './support/wait-for';

const ROOT = '1.3.6.1.4.1.8072.9999.9999.34.2';
/** RMCU manual, "Sensor Setup": output 2 is Power Supply ON/OFF; inactive is ON. */
const SUPPLY = 2;

describe('a pulse of the output Power Supply of an RMCU, in a real Node-RED', function () {
    this.timeout(400_000);
    let userDir: string;
    let rmcu: Rmcu;
    let nodeRed: NodeRedProcess | undefined;
    /** Of the output, in their order. */
    let states: string[];

    const map = {
        ...{ version: 1, id: 'm', name: 'm', judgedBy: 'the simulator' },
        items: [
            { id: 'ac', at: { oid: `${ROOT}.1.2.0` }, kind: 'number', scale: 0.1, to: 'input.lines.1.voltage' },
            {
                ...{ id: 'ps', at: { oid: `${ROOT}.5.2.2.0` }, kind: 'state', to: 'outlet:Power Supply' },
                ...{ states: { 0: 'on', 1: 'off' }, write: { on: 0, off: 1 } },
            },
        ],
    };
    const flow = (job: object | undefined): object[] => [
        { id: 'tab', type: 'tab', label: 'Pulse' },
        { id: 'site', type: 'ups-site', name: 'Site', directory: join(userDir, 'site'), settingsVersion: 1 },
        { id: 'unit', type: 'ups-unit', name: 'Supply', site: 'site', settingsVersion: 1 },
        {
            ...{ id: 'device', type: 'ups-duracomm', z: 'tab', ups: 'unit', way: 'snmp', version: '2c' },
            ...{ host: '127.0.0.1', port: rmcu.port, interval: 0.5, map, settingsVersion: 1, wires: [[]] },
        },
        {
            ...{ id: 'press', type: 'inject', z: 'tab', props: [{ p: 'payload' }, { p: 'topic', vt: 'str' }] },
            ...{ topic: 'x/y', payload: 'true', payloadType: 'bool', wires: [['job']] },
        },
        ...(job
            ? [
                  {
                      ...{ id: 'job', type: 'ups-outlet', z: 'tab', ups: 'unit', outlet: 'Power Supply' },
                      ...{ edge: 'on', log: 'always', settingsVersion: 1, wires: [[]], ...job },
                  },
              ]
            : []),
    ];
    const start = async (job: object | undefined) => {
        nodeRed = await NodeRedProcess.start({ userDir, flows: flow(job) });
    };
    const until = (what: string, holds: () => boolean) => waitFor(what, () => Promise.resolve(holds()), 40_000);
    const supply = () => rmcu.device.outputs.stateText(SUPPLY);
    /** The device has answered once, so that the job knows what it can do. */
    const ready = async () => {
        const before = rmcu.requests;
        await until('the device is read', () => rmcu.requests > before + 2);
    };

    beforeEach(async () => {
        userDir = mkdtempSync(join(tmpdir(), 'ridethrough-pulse-'));
        states = [];
        // With the community of writing open, no credentials are needed.
        rmcu = new Rmcu({ clock: new SystemClock(1), writeCommunity: 'public', community: 'other' });
        rmcu.device.on('output', ({ output, active }) => {
            if (output === SUPPLY) states.push(active ? 'off' : 'on');
        });
        await rmcu.start();
    });
    afterEach(async () => {
        await nodeRed?.kill9();
        await rmcu.stop();
        rmSync(userDir, { recursive: true, force: true });
    });

    it('is off for the time, and on again', async () => {
        await start({ action: 'pulse', seconds: 0.5 });
        await ready();
        await nodeRed!.inject('press');
        await until('off and on', () => states.length === 2);
        assert.deepEqual([states, supply()], [['off', 'on'], 'ON']);
    });

    for (const [what, after] of [
        ['', { action: 'pulse', seconds: 4 }],
        [', though the job was deleted meanwhile', undefined],
    ] as const)
        it(`is on again after a kill -9 in the middle${what}`, async () => {
            await start({ action: 'pulse', seconds: 4 });
            await ready();
            await nodeRed!.inject('press');
            await until('off', () => states.length === 1);
            await nodeRed!.kill9();
            assert.equal(supply(), 'OFF');
            await start(after);
            await until('on again', () => supply() === 'ON');
            assert.deepEqual(states, ['off', 'on']);
        });

    it('goes off and on again, though the device has no command for that', async () => {
        await start({ action: 'cycle', offSeconds: 2 });
        await ready();
        await nodeRed!.inject('press');
        await until('off and on', () => states.length === 2);
        assert.deepEqual([states, supply()], [['off', 'on'], 'ON']);
    });
});
