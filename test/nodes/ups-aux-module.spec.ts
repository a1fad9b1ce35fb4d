import assert from 'node:assert/strict';
import { SystemClock } from '../../lib/core/clock';
import type { EventMessage } from '../../lib/core/messages';
import upsAuxModule from '../../nodes/config/ups-aux-module';
import upsAuxSwitch from '../../nodes/jobs/ups-aux-switch';
import upsAuxInput from '../../nodes/sensors/ups-aux-input';
import type { UpsAuxModuleNode } from '../../nodes/shared/config/config-nodes';
import { moduleUsersOf } from '../../nodes/shared/config/module-users';
import { RelayModule } from '../../simulators/relay-module/relay-module';
import { helper, RED, theFlow } from '../support/node-red';
import { SourceFlow } from '../support/source-flow';

const event = (active: boolean, episode = 'e1') =>
    ({
        topic: 'UPS/over-temperature',
        payload: active,
        event: {
            ...{ id: 'over-temperature', source: 'UPS', sourceId: 'gone', level: 'alarm', text: 'hot' },
            ...{ active, since: 1, at: 2, episode },
        },
    }) as EventMessage;

describe('ups-aux-module over Modbus', () => {
    let bench: SourceFlow;
    let relays: RelayModule;

    before(() => helper.startServer() as unknown as Promise<void>);
    after(() => helper.stopServer() as unknown as Promise<void>);
    beforeEach(async () => {
        bench = new SourceFlow([upsAuxModule, upsAuxSwitch, upsAuxInput]);
        relays = new RelayModule({ clock: new SystemClock(), outputs: 4, inputs: 4, unitId: 7, tcp: {} });
        await relays.start();
    });
    afterEach(async () => {
        await bench.close();
        await bench.onWire(() => relays.endpoint.clients === 0);
        await relays.stop();
    });

    const config = (more: object = {}) => ({
        id: 'module1',
        type: 'ups-aux-module',
        name: 'Relays',
        backend: 'modbus',
        host: '127.0.0.1',
        port: String(relays.endpoint.tcpPort),
        unitId: '7',
        timeout: '0.3',
        interval: '0.1',
        ports: [
            { name: 'Fan', output: 'true', nc: 'false' },
            { name: 'Lock', output: 'true', nc: 'true' },
            { name: 'Door', output: 'false', nc: 'false', address: '3' },
        ],
        ...more,
    });
    const job = (more: object = {}) => ({
        ...{ id: 'switch1', type: 'ups-aux-switch', module: 'module1', port: 'Fan', action: 'follow' },
        ...{ edge: 'on', log: 'always', site: 'site1', wires: [['out']] },
        ...more,
    });
    const door = () => ({
        ...{ id: 'input1', type: 'ups-aux-input', name: 'Door', site: 'site1', module: 'module1', port: 'Door' },
        ...{ debounce: 0, timeout: 1, level: 'alarm', wires: [['out']] },
    });
    const module = () => (bench.node('module1') as UpsAuxModuleNode).module!;
    const on = (name: string) => module().ports.find((port) => port.name === name)!.on;
    async function result(): Promise<{ ok: boolean; detail?: unknown; error?: string }> {
        const message = await bench.onWire(() => bench.arrived().find((each) => 'job' in each));
        return (message as unknown as { job: { ok: boolean } }).job;
    }

    it('connects for its first user, and lets go after its last', async () => {
        await bench.load([config()]);
        assert.deepEqual([module().state.state, relays.endpoint.clients], ['idle', 0], 'nobody uses it');
        const [one, two] = [moduleUsersOf(RED).use('module1'), moduleUsersOf(RED).use('module1')];
        await bench.onWire(() => on('Fan') === false && relays.endpoint.clients === 1);
        one();
        assert.equal(module().state.state, 'ready');
        two();
        await bench.onWire(() => relays.endpoint.clients === 0);
        const again = moduleUsersOf(RED).use('module1');
        await bench.onWire(() => on('Fan') === false && relays.endpoint.clients === 1);
        again();
    });

    it('connects without a user where an output is to be on at power-up', async () => {
        const [fan] = config().ports;
        await bench.load([config({ id: 'module3', ports: [{ ...fan, powerUp: 'true' }] })]);
        await bench.onWire(() => relays.outputs[0]);
    });

    it('connects for whoever has an order', async () => {
        await bench.load([config({ id: 'module2' })]);
        await (bench.node('module2') as UpsAuxModuleNode).module!.switch('Lock', true);
        assert.deepEqual(relays.outputs.slice(0, 2), [false, false]);
    });

    it('switches a relay with the event and back with its end, and what is read back counts', async () => {
        await bench.load([config(), job()]);
        await bench.onWire(() => on('Fan') === false && on('Lock') === true);
        await bench.send('switch1', event(true));
        assert.deepEqual((await result()).detail, { port: 'Fan', on: true, confirmed: true });
        assert.deepEqual(relays.outputs, [true, false, false, false]);
        await bench.send('switch1', event(false));
        assert.equal((await result()).ok, true);
        assert.deepEqual(relays.outputs, [false, false, false, false]);
    });

    it('switches an NC relay the other way round', async () => {
        await bench.load([config(), job({ port: 'Lock', action: 'off' })]);
        await bench.send('switch1', event(true));
        assert.deepEqual((await result()).detail, { port: 'Lock', on: false, confirmed: true });
        assert.deepEqual(relays.outputs, [false, true, false, false]);
    });

    it('a stuck relay has accepted, and is not confirmed', async () => {
        relays.setStuck(1, false);
        await bench.load([config(), job()]);
        await bench.send('switch1', event(true));
        const { ok, detail } = await result();
        assert.equal(ok, true);
        assert.deepEqual(detail, { port: 'Fan', on: true, confirmed: false, detail: 'still off' });
        await bench.onWire(() => on('Fan') === false);
    });

    it('an input is a source of events', async () => {
        await bench.load([config(), door()]);
        await bench.onWire(() => on('Door') === false);
        relays.setInput(4, true);
        await bench.onWire(() => bench.log().at(-1) === 'Door/on true');
        relays.setInput(4, false);
        await bench.onWire(() => bench.log().at(-1) === 'Door/on false');
    });

    it('a module that is unplugged is unknown and told; the job is tried until it is back', async () => {
        const input = { ...door(), wires: [[]] };
        await bench.load([config(), input, job({ action: 'on' })]);
        await bench.onWire(() => on('Door') === false);
        relays.setPower(false);
        await bench.onWire(() => module().state.state === 'waiting');
        assert.equal(on('Door'), undefined);
        await bench.send('switch1', event(true));
        const entries = () => theFlow().registry.site('site1')!.store.logEntries();
        await bench.onWire(() => entries().some(({ text }) => /Fan on: orderRetried.*127\.0\.0\.1/.test(text)), 5000);
        relays.setPower(true);
        await bench.onWire(() => on('Door') === false, 8000);
        assert.equal(await bench.onWire(() => relays.outputs[0], 8000), true);
        assert.equal((await result()).ok, true);
    }).timeout(20_000);

    it('refuses what is wrong with a word for it', async () => {
        for (const [wrong, word] of [
            [{ host: '' }, /host/],
            [{ unitId: 300 }, /unitId/],
            [{ ports: [{ name: 'A', output: true, address: 'aux1' }] }, /“aux1” is no address/],
            [{ transport: 'rtu', path: '' }, /path/],
        ] as const) {
            await bench.load([config(wrong)]);
            assert.match(String(bench.calls('module1', 'error')[0]), word);
            await helper.unload();
        }
    });
});
