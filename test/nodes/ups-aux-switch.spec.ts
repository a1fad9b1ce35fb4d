import assert from 'node:assert/strict';
import { SystemClock } from '../../lib/core/clock';
import { UpsError } from '../../lib/core/errors';
import { wait } from '../../lib/core/abortable-wait';
import upsAuxModule from '../../nodes/config/ups-aux-module';
import upsSite from '../../nodes/config/ups-site';
import upsAuxSwitch from '../../nodes/jobs/ups-aux-switch';
import upsAuxInput from '../../nodes/sensors/ups-aux-input';
import upsMarker from '../../nodes/sensors/ups-marker';
import type { UpsAuxModuleNode } from '../../nodes/shared/config/config-nodes';
import { plainPulseKey } from '../../nodes/shared/job/left-pulses';
import { RelayModule } from '../../simulators/relay-module/relay-module';
import { helper, theFlow } from '../support/node-red';
import { event, job, module } from '../support/aux-flow';
import { SourceFlow } from '../support/source-flow';

describe('ups-aux-switch', () => {
    let bench: SourceFlow;
    const relay = () => (bench.node('module1') as UpsAuxModuleNode).module!;
    const on = (port: string) => relay().ports.find(({ name }) => name === port)!.on;
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

    it('switches on with the event and says that it was confirmed', async () => {
        await bench.load([module(), job()]);
        await bench.send('switch1', event(true));
        assert.equal(on('Fan'), true);
        const [result] = results();
        assert.equal(result.ok, true);
        assert.deepEqual(result.detail, { port: 'Fan', on: true, confirmed: true });
        assert.deepEqual(logged(), ['Relays: Fan on: confirmed']);
        await bench.send('switch1', event(false));
        assert.equal(on('Fan'), true, 'switching off is the counter job');
    });

    it('follows an event on and off, NC contacts the other way round', async () => {
        await bench.load([module(), job({ action: 'follow', port: 'Lock' })]);
        await bench.send('switch1', event(false), event(true, 'e2'));
        assert.equal(on('Lock'), true);
        await bench.send('switch1', event(false, 'e2'));
        assert.equal(on('Lock'), false);
        assert.equal(results().length, 3);
    });

    it('pulses', async () => {
        await bench.load([module(), job({ action: 'pulse', seconds: 5 })]);
        await bench.send('switch1', event(true));
        assert.equal(on('Fan'), true);
        await bench.eventually(() => on('Fan') === false);
        await bench.eventually(() => logged()[0] === 'Relays: Fan on for 5 s: confirmed');
    });

    it('does not leave a pulse on that a restart has interrupted, though its event is over', async () => {
        const door = {
            id: 'input1',
            type: 'ups-aux-input',
            name: 'Door',
            site: 'site1',
            module: 'module1',
            port: 'Door',
            wires: [['switch1']],
        };
        const pulse = job({ action: 'pulse', seconds: 1, port: 'Lock' });
        await bench.load([module(), door, pulse]);
        await relay().switch('Lock', false);
        await bench.send('input1', { payload: true });
        assert.equal(on('Lock'), true);
        await bench.reload([module(), door, pulse]);
        await bench.settle();
        assert.equal(on('Lock'), true, 'a fresh simulated relay is not energised, and this one is NC');
        assert.equal(on('Door'), false, 'its event is over');
        await bench.eventually(() => on('Lock') === false);
        await bench.eventually(() => /Lock on for 1 s: confirmed/.test(logged()[0] ?? ''));
    });

    it('makes a pulse to its end though the wall clock was set in between', async () => {
        const cellar = {
            ...{ id: 'cellar', type: 'ups-marker', name: 'Cellar', site: 'site1', topics: ['hot'] },
            ...{ logic: 'or', wires: [['switch1']] },
        };
        const pulse = job({ action: 'pulse', seconds: 60, port: 'Lock' });
        await bench.load([module(), cellar, pulse]);
        await relay().switch('Lock', false);
        await bench.send('cellar', { topic: 'hot', payload: true });
        assert.equal(on('Lock'), true);
        bench.clock.jumpWall(5 * 3600_000);
        await bench.reload([module(), cellar, pulse]);
        await bench.settle();
        assert.equal(on('Lock'), true, 'a fresh simulated relay is not energised, and this one is NC');
        assert.deepEqual(logged(), []);
        await bench.clock.advance(60_000);
        assert.equal(on('Lock'), false);
    });

    describe('a pulse of an output that is on at rest', () => {
        // A fresh simulated relay is not energised, and this one is NC.
        const pulse = (more: object = {}) => job({ action: 'pulse', seconds: 5, port: 'Lock', ...more });

        it('goes off, and on again', async () => {
            await bench.load([module(), pulse()]);
            await bench.eventually(() => on('Lock') === true);
            await bench.send('switch1', event(true));
            assert.equal(on('Lock'), false);
            await bench.eventually(() => on('Lock') === true);
            await bench.eventually(() => logged()[0] === 'Relays: Lock off for 5 s, then on again: confirmed');
        });

        it('is on when the last of two that overlap has ended', async () => {
            await bench.load([module(), pulse({ wires: [[]] }), pulse({ id: 'switch2', seconds: 8, wires: [[]] })]);
            await bench.eventually(() => on('Lock') === true);
            await bench.send('switch1', event(true));
            await bench.clock.advance(1000);
            await bench.send('switch2', event(true));
            await bench.clock.advance(6000);
            assert.equal(on('Lock'), false, 'the second still lasts');
            await bench.eventually(() => on('Lock') === true);
        });

        it('stays off if somebody has switched it off meanwhile', async () => {
            await bench.load([module(), pulse(), job({ id: 'switch2', port: 'Lock', action: 'off', wires: [[]] })]);
            await bench.eventually(() => on('Lock') === true);
            await bench.send('switch1', event(true));
            await bench.send('switch2', event(true));
            await bench.clock.advance(10_000);
            assert.equal(on('Lock'), false);
        });
    });

    it('ends a pulse of a plain message or the Test button when it closes: nothing would go on with it', async () => {
        // On a tab, as people have it: the runtime closes configuration nodes after the nodes of the tabs.
        const tab = { id: 'tab1', type: 'tab', label: 'Pulse' };
        await bench.load([tab, module(), job({ action: 'pulse', seconds: 60, z: 'tab1', wires: [[]] })]);
        const relays = (bench.node('module1') as UpsAuxModuleNode).module!;
        await bench.send('switch1', { topic: 'button', payload: true });
        assert.equal(on('Fan'), true);
        await helper.unload();
        assert.equal(relays.ports.find(({ name }) => name === 'Fan')!.on, false);
    });

    it('ends such a pulse though it closes while the relay is still being switched on', async () => {
        const tab = { id: 'tab1', type: 'tab', label: 'Pulse' };
        await bench.load([tab, module(), job({ action: 'pulse', seconds: 60, z: 'tab1', wires: [[]] })]);
        const relays = (bench.node('module1') as UpsAuxModuleNode).module!;
        const { switch: real } = relays;
        const taken: boolean[] = [];
        let open = true;
        relays.switch = async (name, wanted) => {
            if (!open) throw new UpsError('interrupted');
            taken.push(wanted);
            const result = await real.call(relays, name, wanted);
            await wait(bench.clock, 40, new AbortController().signal);
            return result;
        };
        bench.node('switch1').receive({ topic: 'button', payload: true } as never);
        await bench.eventually(() => taken.length > 0);
        const unloaded = bench.unload();
        open = false;
        await unloaded;
        assert.deepEqual(taken, [true, false]);
    });

    it('ends a pulse of a plain message that a kill has cut short', async () => {
        const flow = [module(), job({ action: 'pulse', seconds: 60, wires: [[]] })];
        await bench.load(flow);
        const { claims, registry } = theFlow();
        // What the pulse has left behind.
        const [at, until] = [bench.clock.now(), bench.clock.now() + 5000];
        const pulse = { moduleId: 'module1', port: 'Fan', ownerId: 'switch1', key: plainPulseKey(at, 1), at, until };
        claims.put(pulse, registry.site('site1')!.store);
        await bench.reload(flow);
        await relay().switch('Fan', true);
        await bench.eventually(() => on('Fan') === false);
        assert.ok(bench.clock.now() >= until);
        assert.deepEqual(theFlow().claims.claims.of('module1', 'Fan'), []);
    });

    it('tries to end a pulse whose begin failed: the relay may have heard it', async () => {
        await bench.load([module(), job({ action: 'pulse', seconds: 60 })]);
        const relays = (bench.node('module1') as UpsAuxModuleNode).module!;
        const { switch: real } = relays;
        relays.switch = async (name, wanted) => {
            const result = await real.call(relays, name, wanted);
            if (wanted) throw new UpsError('device-silent', { host: 'relays' });
            return result;
        };
        await bench.send('switch1', event(true));
        await bench.eventually(() => results()[0]?.ok === false || logged().length > 0);
        assert.equal(on('Fan'), false);
        assert.match(logged()[0]!, /device-silent/);
    });

    describe('a pulse that a deploy comes between', () => {
        const tab = { id: 'tab1', type: 'tab', label: 'Pulse' };
        const pulse = (more: object = {}) => job({ action: 'pulse', seconds: 1, z: 'tab1', wires: [[]], ...more });
        const cellar = {
            ...{ id: 'cellar', type: 'ups-marker', name: 'Cellar', site: 'site1', topics: ['hot'] },
            ...{ logic: 'or', z: 'tab1', wires: [['switch1']] },
        };
        let relays: RelayModule;
        let modbus: object;

        beforeEach(async () => {
            relays = new RelayModule({ clock: new SystemClock(), outputs: 4, inputs: 4, unitId: 7, tcp: {} });
            await relays.start();
            modbus = module({
                ...{ backend: 'modbus', transport: 'tcp', host: '127.0.0.1', port: relays.endpoint.tcpPort, unitId: 7 },
                ports: [
                    { name: 'Fan', output: 'true', nc: 'false', address: '0' },
                    { name: 'Lamp', output: 'true', nc: 'false', address: '1' },
                ],
            });
            // Of a source that says at once how it stands when it is there again.
            await bench.load([tab, modbus, cellar, pulse()]);
            await bench.send('cellar', { topic: 'hot', payload: true });
            await bench.onWire(() => relays.outputs[0] === true);
        });
        afterEach(async () => {
            await bench.unload();
            await relays.stop();
        });

        it('ends at the output where it began, though another one was chosen meanwhile', async () => {
            await bench.reload([tab, modbus, cellar, pulse({ port: 'Lamp' })]);
            await bench.onWire(() => relays.outputs[0] === false);
        });

        it('ends, though the site is in dry run now', async () => {
            bench.siteSettings = { dryRun: true };
            await bench.reload([tab, modbus, cellar, pulse()]);
            await bench.onWire(() => relays.outputs[0] === false);
        });

        it('ends at once when the node is deleted or disabled: nobody would go on with it', async () => {
            const site = { id: 'site1', type: 'ups-site', name: 'Site', directory: bench.directory };
            await helper.setFlows(
                [tab, site, modbus, cellar, { id: 'out', type: 'helper', z: 'tab1' }] as never,
                'nodes',
            );
            assert.equal(helper.getNode('switch1'), null);
            assert.equal(relays.outputs[0], false);
        });
    });

    it('in a dry run says what it would do, and does nothing', async () => {
        const site = { id: 'site1', type: 'ups-site', name: 'Site', directory: bench.directory, dryRun: true };
        await helper.load(
            [upsSite, upsAuxModule, upsAuxSwitch] as never,
            [site, module(), job(), { id: 'out', type: 'helper' }] as never,
        );
        (helper.getNode('switch1') as unknown as { receive(message: object): void }).receive(event(true));
        await bench.settle();
        assert.equal(on('Fan'), false);
        assert.match(logged()[0], /Relays: Fan on$/);
    });

    it('switches a relay of a Modbus module, and tells what its inputs do', async () => {
        const relays = new RelayModule({ clock: new SystemClock(), outputs: 4, inputs: 4, unitId: 7, tcp: {} });
        await relays.start();
        const where = {
            backend: 'modbus',
            transport: 'tcp',
            host: '127.0.0.1',
            port: relays.endpoint.tcpPort,
            unitId: 7,
        };
        const ports = [
            { name: 'Fan', output: 'true', nc: 'false', address: '2' },
            { name: 'Door', output: 'false', nc: 'true', address: '1' },
        ];
        try {
            await bench.load([module({ ...where, ports }), job({ action: 'follow' })]);
            await bench.onWire(() => on('Door') === true);
            await bench.send('switch1', event(true));
            await bench.onWire(() => logged()[0] === 'Relays: Fan on: confirmed');
            assert.deepEqual(relays.outputs, [false, false, true, false]);
            relays.setInput(2, true);
            await bench.onWire(() => on('Door') === false);
            await bench.send('switch1', event(false));
            await bench.onWire(() => relays.outputs[2] === false);
        } finally {
            await bench.unload();
            await relays.stop();
        }
    });

    it('says at the deploy that there is no such output, and fails once, naming those there are', async () => {
        await bench.load([module(), job({ port: 'Door' })]);
        assert.equal(bench.calls('switch1', 'error').length, 1);
        await bench.send('switch1', event(true));
        const [result] = results();
        assert.equal(result.ok, false);
        assert.match(result.error!, /port/);
        assert.equal(bench.calls('switch1', 'error').length, 2);
    });

    it('says when the module is missing', async () => {
        await bench.load([job()]);
        await bench.send('switch1', event(true));
        assert.match(results()[0].error!, /module/);
    });

    it('switches on at power-up, and not again at a deploy', async () => {
        const ports = [{ name: 'Beacon', output: 'true', powerUp: 'true', powerUpDelay: 0 }];
        const flow = [module({ id: 'fresh1', ports }), job({ module: 'fresh1', port: 'Beacon' })];
        await bench.load(flow);
        const beacon = () => (bench.node('fresh1') as UpsAuxModuleNode).module!.ports[0].on;
        await bench.eventually(() => beacon() === true);
        await bench.reload(flow);
        await bench.settle();
        assert.equal(beacon(), false, 'a fresh simulated relay, left as it is');
    });
});
