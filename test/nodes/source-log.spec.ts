import assert from 'node:assert/strict';
import type { Node } from 'node-red';
import upsAuxModule from '../../nodes/config/ups-aux-module';
import upsAuxSwitch from '../../nodes/jobs/ups-aux-switch';
import upsDigitalInput from '../../nodes/sensors/ups-digital-input';
import upsSensor from '../../nodes/sensors/ups-sensor';
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
    beforeEach(() => (bench = new SourceFlow([upsSensor, upsDigitalInput, upsAuxModule, upsAuxSwitch])));
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
        bench = new SourceFlow([upsSensor, upsDigitalInput, upsAuxModule, upsAuxSwitch]);
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
