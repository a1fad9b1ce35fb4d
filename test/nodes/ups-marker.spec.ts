import assert from 'node:assert/strict';
import upsDigitalInput from '../../nodes/sensors/ups-digital-input';
import upsMarker from '../../nodes/sensors/ups-marker';
import { helper, theFlow } from '../support/node-red';
import { SourceFlow } from '../support/source-flow';
import { faultsOf, readSettings } from '../../lib/core/settings';
import { settings } from '../../nodes/sensors/ups-marker.settings';

const input = (id: string, name: string) => ({
    id,
    type: 'ups-digital-input',
    name,
    site: 'site1',
    contact: 'no',
    debounce: 0,
    wires: [['m1']],
});
const marker = (more: object = {}) => ({
    id: 'm1',
    type: 'ups-marker',
    name: 'Flood',
    site: 'site1',
    logic: 'and',
    topics: ['Glass/on', 'Water/on'],
    wires: [['out', 'm2']],
    ...more,
});
const second = {
    id: 'm2',
    type: 'ups-marker',
    name: 'Not flooded',
    site: 'site1',
    logic: 'or',
    inverted: true,
    inputs: ['Flood/on'],
    wires: [['out']],
};
const AQUARIUM = [input('glass', 'Glass'), input('water', 'Water'), marker(), second];

describe('ups-marker', () => {
    let bench: SourceFlow;

    before(() => helper.startServer() as unknown as Promise<void>);
    after(() => helper.stopServer() as unknown as Promise<void>);
    beforeEach(() => (bench = new SourceFlow([upsDigitalInput, upsMarker])));
    afterEach(() => bench.close());

    it('joins events of sources that are wired to it, and is an input of other markers', async () => {
        await bench.load(AQUARIUM);
        await bench.settle();
        assert.deepEqual(bench.told(), ['Not flooded/on true']);
        await bench.send('glass', { payload: true });
        assert.equal(bench.status('m1').text, 'contactOff 1/2?');
        await bench.send('water', { payload: true });
        assert.deepEqual(bench.told(), ['Flood/on true', 'Not flooded/on false']);
        await bench.send('glass', { payload: false });
        assert.deepEqual(bench.told(), ['Flood/on false', 'Not flooded/on true']);
    });

    it('remembers its inputs over a restart', async () => {
        await bench.load(AQUARIUM);
        await bench.send('glass', { payload: true });
        await bench.send('water', { payload: true });
        bench.told();
        await bench.reload(AQUARIUM);
        await bench.send('glass', { payload: true });
        assert.deepEqual(bench.told(), []);
        await bench.send('water', { payload: false });
        assert.deepEqual(bench.told(), ['Flood/on false', 'Not flooded/on true']);
    });

    it('says nothing on the memory of an outage alone: after a restart its inputs are asked first', async () => {
        await bench.load(AQUARIUM);
        await bench.send('glass', { payload: true });
        await bench.send('water', { payload: true });
        bench.told();
        await bench.reload(AQUARIUM);
        const stands = (id: string) => theFlow().registry.source(id)!.stateOf('on');
        assert.equal(stands('m1').active, true);
        assert.equal(stands('m1').confirmed, false, 'the water may have gone while nothing ran');
        assert.equal(stands('m2').confirmed, false, 'no more is known of what follows it');
        await bench.send('glass', { payload: true });
        assert.equal(stands('m1').confirmed, false);
        await bench.send('water', { payload: true });
        assert.equal(stands('m1').confirmed, true);
        assert.equal(stands('m2').confirmed, true);
        assert.deepEqual(bench.told(), []);
    });

    it('takes plain booleans with a topic', async () => {
        await bench.load([marker({ logic: 'or', topics: undefined, inputs: ['door'] }), second]);
        await bench.send('m1', { topic: 'window', payload: true }, { topic: 'door', payload: true });
        assert.deepEqual(
            bench.told().filter((line) => line.startsWith('Flood')),
            ['Flood/on true'],
        );
    });

    it('a ring that contradicts itself is told, and comes to rest', async () => {
        const flow = [
            input('glass', 'Glass'),
            marker({ logic: 'or', topics: ['Glass/on', 'Dry/on'], wires: [['out', 'm2']] }),
            { ...second, name: 'Dry', topics: ['Flood/on'], inputs: undefined, wires: [['out', 'm1']] },
        ];
        await bench.load(flow);
        await bench.settle();
        const before = bench.told().length;
        await bench.send('glass', { payload: true }, { payload: false });
        await bench.settle();
        assert.ok(before + bench.told().length <= 8, 'it goes round and round');
        assert.match(String(bench.calls('m1', 'error')[0]), /Dry\/on/);
        assert.equal(bench.status('m1').fill, 'red');
    });

    it('says which setting is wrong', async () => {
        await bench.load([marker({ topics: [] }), second]);
        assert.match(String(bench.calls('m1', 'error')[0]), /Events: choose at least one/);
    });

    it('takes the topics from `inputs` where a program has written them there, and not the number of ports', () => {
        assert.deepEqual(readSettings(settings, { inputs: ['door'] }).topics, ['door']);
        assert.deepEqual(readSettings(settings, { topics: ['gate'], inputs: ['door'] }).topics, ['gate']);
        const wrong = (config: object) =>
            faultsOf(settings, { name: 'Dry', ...config }).map(({ property }) => property);
        assert.deepEqual(wrong({ inputs: 1 }), ['topics']);
        assert.deepEqual(wrong({ topics: ['a', 'a'] }), ['topics']);
        assert.deepEqual(wrong({ topics: ['a', 'b'], logic: 'n-of-m', count: 3 }), ['count']);
        assert.deepEqual(wrong({ topics: ['a', 'b'], logic: 'and', count: 3 }), []);
    });
});
