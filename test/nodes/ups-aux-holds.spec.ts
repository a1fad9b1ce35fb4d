import assert from 'node:assert/strict';
import { SystemClock } from '../../lib/core/clock';
import upsAuxModule from '../../nodes/config/ups-aux-module';
import upsAuxSwitch from '../../nodes/jobs/ups-aux-switch';
import upsAuxInput from '../../nodes/sensors/ups-aux-input';
import upsMarker from '../../nodes/sensors/ups-marker';
import type { UpsAuxModuleNode } from '../../nodes/shared/config-nodes';
import { RelayModule } from '../../simulators/relay-module/relay-module';
import { eventually } from '../support/eventually';
import { helper, theFlow } from '../support/node-red';
import { event, job, module } from '../support/aux-flow';
import { SourceFlow } from '../support/source-flow';

describe('ups-aux-switch: who holds an output, and for how long', () => {
    let bench: SourceFlow;
    const on = (port: string) =>
        (bench.node('module1') as UpsAuxModuleNode).module!.ports.find(({ name }) => name === port)!.on;
    const results = () =>
        bench
            .arrived()
            .map(
                (message) =>
                    (message as unknown as { job: { ok: boolean; dryRun: boolean; detail?: unknown; error?: string } })
                        .job,
            );
    const logged = () =>
        theFlow()
            .registry.site('site1')!
            .store.logEntries()
            .filter(({ kind }) => kind === 'job')
            .map(({ text }) => text);

    before(() => helper.startServer() as unknown as Promise<void>);
    after(() => helper.stopServer() as unknown as Promise<void>);
    beforeEach(() => (bench = new SourceFlow([upsAuxModule, upsAuxSwitch, upsAuxInput, upsMarker])));
    afterEach(() => bench.close());

    describe('an output that several jobs hold', () => {
        const pulse = (id: string, more: object = {}) =>
            job({ id, action: 'pulse', seconds: 0.6, wires: [[]], ...more });
        const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

        it('pulses that overlap end with the last, of one node and of two', async () => {
            await bench.load([module(), pulse('switch1'), pulse('switch2')]);
            await bench.send('switch1', { topic: 'a', payload: true });
            await pause(300);
            await bench.send('switch1', { topic: 'b', payload: true });
            await pause(300);
            await bench.send('switch2', event(true));
            const begun = Date.now();
            while (Date.now() - begun < 450) {
                assert.equal(on('Fan'), true);
                await pause(20);
            }
            await eventually(() => on('Fan') === false, 1000);
        });

        it('a pulse does not end what follows an event, nor the event a pulse', async () => {
            await bench.load([module(), pulse('switch1'), job({ id: 'switch2', action: 'follow', wires: [[]] })]);
            await bench.send('switch2', event(true, 'e2'));
            await bench.send('switch1', event(true));
            await pause(800);
            assert.equal(on('Fan'), true);
            assert.ok(logged().some((text) => /stays on for another event/.test(text)));
            await bench.send('switch2', event(false, 'e2'));
            assert.equal(on('Fan'), false);
            await bench.send('switch2', event(true, 'e3'));
            await bench.send('switch1', event(true, 'e4'));
            await bench.send('switch2', event(false, 'e3'));
            assert.equal(on('Fan'), true);
            await eventually(() => on('Fan') === false, 1000);
        });

        it('of two events that follow, the last to end switches off; a plain order to switch off ends all', async () => {
            const follow = (id: string) => job({ id, action: 'follow', wires: [[]] });
            await bench.load([module(), follow('switch1'), follow('switch2'), job({ id: 'switch3', action: 'off' })]);
            await bench.send('switch1', event(true, 'e1'));
            await bench.send('switch2', event(true, 'e2'));
            await bench.send('switch1', event(false, 'e1'));
            assert.equal(on('Fan'), true);
            await bench.send('switch2', event(false, 'e2'));
            assert.equal(on('Fan'), false);
            await bench.send('switch1', event(true, 'e3'));
            await bench.send('switch3', event(true, 'e4'));
            assert.equal(on('Fan'), false);
        });

        it('is held on over a restart, until the last has ended', async () => {
            const relays = new RelayModule({ clock: new SystemClock(), outputs: 4, inputs: 4, unitId: 7, tcp: {} });
            await relays.start();
            const modbus = module({
                ...{ backend: 'modbus', transport: 'tcp', host: '127.0.0.1', port: relays.endpoint.tcpPort, unitId: 7 },
                ports: [{ name: 'Fan', output: 'true', nc: 'false', address: '0' }],
            });
            const follow = (id: string) => job({ id, action: 'follow', wires: [[]] });
            const flow = [modbus, follow('switch1'), follow('switch2')];
            try {
                await bench.load(flow);
                await bench.send('switch1', event(true, 'e1'));
                const other = { ...event(true, 'e2') };
                other.event = { ...other.event, sourceId: 'other' };
                await bench.send('switch2', other);
                await eventually(() => relays.outputs[0]);
                await bench.reload(flow);
                await bench.send('switch1', event(false, 'e1'));
                await pause(300);
                assert.equal(relays.outputs[0], true);
                await bench.send('switch2', { ...other, payload: false, event: { ...other.event, active: false } });
                await eventually(() => !relays.outputs[0]);
            } finally {
                await helper.unload();
                await relays.stop();
            }
        });
    });

    describe('a module that does not answer', () => {
        it('is asked again, on and off alike, and the end of an event is owed over a restart', async () => {
            const relays = new RelayModule({ clock: new SystemClock(), outputs: 4, inputs: 4, unitId: 7, tcp: {} });
            await relays.start();
            const modbus = module({
                ...{ backend: 'modbus', transport: 'tcp', host: '127.0.0.1', port: relays.endpoint.tcpPort, unitId: 7 },
                ...{ ports: [{ name: 'Fan', output: 'true', nc: 'false', address: '0' }], timeout: 0.3 },
            });
            const cellar = {
                ...{ id: 'cellar', type: 'ups-marker', name: 'Cellar', site: 'site1', topics: ['hot'] },
                ...{ logic: 'or', wires: [['switch1']] },
            };
            const flow = [modbus, cellar, job({ action: 'follow', wires: [[]] })];
            try {
                relays.setPower(false);
                await bench.load(flow);
                await bench.send('cellar', { topic: 'hot', payload: true });
                await eventually(() => logged().some((text) => /Fan on: orderRetried/.test(text)), 5000);
                relays.setPower(true);
                await eventually(() => relays.outputs[0], 8000);
                relays.setPower(false);
                await bench.send('cellar', { topic: 'hot', payload: false });
                await eventually(() => logged().some((text) => /Fan off: orderRetried/.test(text)), 5000);
                await bench.reload(flow);
                relays.setPower(true);
                await eventually(() => !relays.outputs[0], 8000);
            } finally {
                await helper.unload();
                await relays.stop();
            }
        }).timeout(40_000);
    });

    describe('a dry run that is switched on or off in the middle of an event', () => {
        it('switches back for real what was switched for real, and nothing else', async () => {
            const flow = [
                module(),
                job({ id: 'switch1', action: 'follow' }),
                job({ id: 'switch2', port: 'Lock', action: 'on' }),
                job({ id: 'switch3', port: 'Lock', action: 'off', edge: 'off' }),
            ];
            await bench.load(flow);
            await bench.send('switch1', event(true));
            await bench.send('switch2', event(true));
            bench.siteSettings = { dryRun: true };
            await bench.reload(flow);
            // As a relay that keeps its state: this simulated one begins anew.
            const relays = (bench.node('module1') as UpsAuxModuleNode).module!;
            await relays.switch('Fan', true);
            await relays.switch('Lock', true);
            await bench.send('switch1', event(false));
            await bench.send('switch3', event(false));
            assert.deepEqual([on('Fan'), on('Lock')], [false, false]);
            assert.deepEqual(
                results().map(({ dryRun }) => dryRun),
                [false, false],
            );
            await bench.send('switch1', event(true, 'e2'), event(false, 'e2'));
            assert.deepEqual(
                results().map(({ dryRun }) => dryRun),
                [true, true],
            );
        });

        it('runs once for real what was only rehearsed and still holds', async () => {
            const cellar = {
                ...{ id: 'cellar', type: 'ups-marker', name: 'Cellar', site: 'site1', topics: ['hot'] },
                ...{ logic: 'or', wires: [['switch1']] },
            };
            const flow = [module(), cellar, job({ action: 'on' })];
            bench.siteSettings = { dryRun: true };
            await bench.load(flow);
            await bench.send('cellar', { topic: 'hot', payload: true });
            assert.deepEqual([on('Fan'), results().at(-1)?.dryRun], [false, true]);
            bench.siteSettings = { dryRun: false };
            await bench.reload(flow);
            await eventually(() => on('Fan') === true);
            await bench.reload(flow);
            await bench.settle();
            assert.equal(logged().filter((text) => text === 'Relays: Fan on: confirmed').length, 1);
        });

        it('does not run for real what has ended meanwhile', async () => {
            const cellar = {
                ...{ id: 'cellar', type: 'ups-marker', name: 'Cellar', site: 'site1', topics: ['hot'] },
                ...{ logic: 'or', wires: [['switch1']] },
            };
            const flow = [module(), cellar, job({ action: 'on' })];
            bench.siteSettings = { dryRun: true };
            await bench.load(flow);
            await bench.send('cellar', { topic: 'hot', payload: true });
            await bench.send('cellar', { topic: 'hot', payload: false });
            bench.siteSettings = { dryRun: false };
            await bench.reload(flow);
            await bench.settle();
            assert.equal(on('Fan'), false);
        });
    });
});
