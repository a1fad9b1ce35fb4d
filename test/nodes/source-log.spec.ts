import assert from 'node:assert/strict';
import type { Node } from 'node-red';
import upsAuxModule from '../../nodes/config/ups-aux-module';
import upsAuxSwitch from '../../nodes/jobs/ups-aux-switch';
import upsDigitalInput from '../../nodes/sensors/ups-digital-input';
import upsSensor from '../../nodes/sensors/ups-sensor';
import type { UpsUnit } from '../../lib/core/unit/ups-unit';
import upsUnit from '../../nodes/config/ups-unit';
import { FakeDriver } from '../support/fake-ups';
import { helper, theFlow } from '../support/node-red';
import { SourceFlow } from '../support/source-flow';

const MINUTE = 60_000;
const common = { site: 'site1', source: 'message', timeout: 0, wires: [['out'], []] };
const NODES = [
    { ...common, id: 's1', type: 'ups-sensor', name: 'Cellar', unit: '°C', alarmHigh: 40 },
    { ...common, id: 's2', type: 'ups-sensor', name: 'Attic', unit: '°C' },
    { ...common, id: 'd1', type: 'ups-digital-input', name: 'Door', contact: 'no', debounce: 0 },
    {
        ...{ id: 'm1', type: 'ups-aux-module', name: 'Relays', backend: 'simulated', interval: 0.5 },
        ports: [{ name: 'Fan', output: 'true', nc: 'false' }],
    },
    { id: 'fan', type: 'ups-aux-switch', module: 'm1', port: 'Fan', action: 'follow', site: 'site1', wires: [[]] },
];

describe('the data log of sensors, contacts and outputs', () => {
    let bench: SourceFlow;
    let start: number;

    before(() => helper.startServer() as unknown as Promise<void>);
    after(() => helper.stopServer() as unknown as Promise<void>);
    beforeEach(() => (bench = new SourceFlow([upsSensor, upsDigitalInput, upsAuxModule, upsAuxSwitch, upsUnit])));
    afterEach(() => bench.close());

    const load = async (site: object) => {
        bench.siteSettings = site;
        await bench.load(NODES);
        await bench.settle();
        // An even hour, so that minutes can be counted.
        await bench.clock.advance(3_600_000 - (bench.clock.now() % 3_600_000));
        start = bench.clock.now();
    };
    const tell = (id: string, payload: unknown) => (bench.node(id) as Node).receive({ payload } as never);
    /** Minutes since the start at which an owner was sampled, to a tenth. */
    const sampled = (owner: string): number[] => {
        const { series } = theFlow().registry.site('site1')!;
        const { times } = series.read({ owner, from: start, to: start + 24 * 60 * MINUTE, tier: 'fine' });
        return times.map((at) => Math.round(((at - start) / MINUTE) * 10) / 10);
    };

    it('is kept at an interval of its own, at full minutes', async () => {
        await load({ sourceLog: 'interval', sourceLogMinutes: 30, dataLogSeconds: 60 });
        tell('s1', 20);
        await bench.clock.advance(10 * MINUTE);
        tell('d1', true);
        await bench.clock.advance(55 * MINUTE);
        assert.deepEqual(sampled('s1'), [30, 60]);
        assert.deepEqual(sampled('d1'), [10, 30, 60], 'a contact also when it changes');
        assert.deepEqual(sampled('m1'), [0, 30, 60]);
    });

    it('is kept on alarms, of everything that there is, and not of what is no alarm', async () => {
        await load({ sourceLog: 'alarm', dataLogSeconds: 60 });
        tell('s1', 20);
        tell('s2', 18);
        await bench.clock.advance(90 * MINUTE);
        assert.deepEqual([sampled('s1'), sampled('s2'), sampled('m1')], [[], [], []]);
        tell('s1', 41);
        await bench.clock.advance(30 * MINUTE);
        tell('s1', 39);
        await bench.clock.advance(30 * MINUTE);
        for (const owner of ['s1', 's2', 'm1']) assert.deepEqual(sampled(owner), [90, 120], owner);
    });

    it('has the outputs and channels of a UPS too: on alarms, at their interval, and when one of them changes', async () => {
        bench.siteSettings = { sourceLog: 'alarm', dataLogSeconds: 0 };
        const supply = { id: 'u1', type: 'ups-unit', name: 'Supply', site: 'site1', staleSeconds: 3600 };
        await bench.load([...NODES, supply]);
        const driver = new FakeDriver();
        const member = theFlow().registry.byId('u1') as unknown as { unit: UpsUnit };
        const nothing = () => {};
        member.unit.addDriver('driver1', driver, nothing, nothing, {});
        const channels = { Volts: { value: 13.2, unit: 'V' } };
        const read = async (on: boolean) => {
            const output = { source: 'normal' as const, lines: [] };
            driver.read({ time: bench.clock.now(), output, outlets: [{ id: 'Alarm Out', on }], channels });
            await bench.clock.advance(MINUTE);
        };
        start = bench.clock.now();
        const kept = (quantity: string) => {
            const { series } = theFlow().registry.site('site1')!;
            const { columns } = series.read({ owner: 'u1', from: start, to: start + 60 * MINUTE, tier: 'fine' });
            return columns.find((each) => each.quantity === quantity)?.mean.length ?? 0;
        };
        await read(false);
        await read(true);
        await read(true);
        assert.equal(kept('outlet Alarm Out'), 2, 'at the first reading, and when it was switched');
        tell('s1', 41);
        await bench.clock.advance(1000);
        assert.equal(kept('outlet Alarm Out'), 3, 'and on an alarm');
        assert.equal(kept('channel Volts'), 3);
    });

    it('is one sample where several alarms come together', async () => {
        await load({ sourceLog: 'alarm' });
        tell('s2', 18);
        tell('s1', 41);
        tell('d1', true);
        await bench.clock.advance(MINUTE);
        assert.deepEqual(sampled('s2'), [0]);
    });

    it('is kept at an interval and on alarms', async () => {
        await load({ sourceLog: 'both', sourceLogMinutes: 60 });
        tell('s2', 18);
        await bench.clock.advance(20 * MINUTE);
        tell('s1', 41);
        await bench.clock.advance(50 * MINUTE);
        assert.deepEqual(sampled('s2'), [20, 60]);
    });

    it('is switched off, whatever is kept of UPSs, and without a choice is as theirs', async () => {
        await load({ sourceLog: 'off', dataLogSeconds: 60 });
        tell('s1', 41);
        tell('d1', true);
        await bench.clock.advance(10 * MINUTE);
        assert.deepEqual([sampled('s1'), sampled('d1'), sampled('m1')], [[], [], []]);
        await bench.close();
        bench = new SourceFlow([upsSensor, upsDigitalInput, upsAuxModule, upsAuxSwitch, upsUnit]);
        await load({ dataLogSeconds: 120 });
        tell('s1', 20);
        await bench.clock.advance(5 * MINUTE);
        assert.equal(sampled('s1').length, 2);
    });

    it('holds an output that an alarm has switched', async () => {
        await load({ sourceLog: 'alarm' });
        const event = {
            ...{ id: 'x', source: 'X', sourceId: '', level: 'alarm', since: 1, at: 1, episode: 'e' },
            text: 'x',
        };
        (bench.node('fan') as Node).receive({
            topic: 'X/x',
            payload: true,
            event: { ...event, active: true },
        } as never);
        await bench.clock.advance(MINUTE);
        const { series } = theFlow().registry.site('site1')!;
        const { columns } = series.read({ owner: 'm1', from: start, to: start + MINUTE, tier: 'fine' });
        const [column] = columns;
        assert.equal(column!.states?.[column!.mean.at(-1)!], 'on');
    });
});
