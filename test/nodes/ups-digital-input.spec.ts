import assert from 'node:assert/strict';
import upsUnit from '../../nodes/config/ups-unit';
import upsDigitalInput from '../../nodes/sensors/ups-digital-input';
import { feedReadings } from '../../nodes/shared/device/device-readings';
import { helper, RED } from '../support/node-red';
import { SourceFlow } from '../support/source-flow';
import { FakeDriver, onMains } from '../support/fake-ups';
import type { UpsUnitNode } from '../../nodes/shared/config/config-nodes';

const door = (more: object = {}) => ({
    id: 'd1',
    type: 'ups-digital-input',
    name: 'Door',
    site: 'site1',
    source: 'message',
    contact: 'nc',
    debounce: 0,
    timeout: 0,
    level: 'warning',
    alarmText: 'The door is open',
    wires: [['out']],
    ...more,
});

describe('ups-digital-input', () => {
    let bench: SourceFlow;

    before(() => helper.startServer() as unknown as Promise<void>);
    after(() => helper.stopServer() as unknown as Promise<void>);
    beforeEach(() => (bench = new SourceFlow([upsUnit, upsDigitalInput])));
    afterEach(() => bench.close());

    it('tells when a closed contact opens, with its own text, and when it closes', async () => {
        await bench.load([door()]);
        await bench.send('d1', { payload: 'closed' }, { payload: 0 });
        const [opened] = bench.arrived();
        assert.equal(opened.topic, 'Door/on');
        assert.equal(opened.event.text, 'The door is open');
        assert.equal(opened.event.level, 'warning');
        await bench.send('d1', { payload: true });
        assert.deepEqual(bench.told(), ['Door/on false']);
        assert.deepEqual(bench.log(), ['Door/on true', 'Door/on false']);
    });

    it('debounces', async () => {
        await bench.load([door({ debounce: 80 })]);
        await bench.send('d1', { payload: false }, { payload: true }, { payload: false });
        assert.deepEqual(bench.told(), []);
        await bench.eventually(() => bench.log().join() === 'Door/on true');
    });

    it('comes on once over a restart', async () => {
        await bench.load([door()]);
        await bench.send('d1', { payload: false });
        assert.deepEqual(bench.told(), ['Door/on true']);
        await bench.reload([door()]);
        await bench.send('d1', { payload: false });
        assert.deepEqual(bench.told(), []);
        await bench.send('d1', { payload: true });
        assert.deepEqual(bench.told(), ['Door/on false']);
    });

    it('follows a contact of a UPS', async () => {
        await bench.load([
            { id: 'unit1', type: 'ups-unit', name: 'UPS', site: 'site1' },
            door({ source: 'unit', ups: 'unit1', value: 'Rack door 1.2', contact: 'no' }),
        ]);
        const { unit } = bench.node('unit1') as unknown as UpsUnitNode;
        const driver = new FakeDriver();
        unit.addDriver(
            'fake',
            driver,
            () => {},
            () => {},
        );
        driver.read(onMains({ environment: { contacts: { 'Rack door 1.2': false } } }));
        driver.read(onMains({ environment: { contacts: { 'Rack door 1.2': true } } }));
        await bench.settle();
        assert.deepEqual(bench.told(), ['Door/on true']);
        await unit.removeDriver('fake');
    });

    it('says that the channel never has the state that it waits for, or is not there', async () => {
        const statesOf = (name: string) => (name === 'In' ? ['open', 'closed'] : undefined);
        const feed = feedReadings(RED, 'out', { intervalMs: 1000, statesOf });
        const input = { source: 'channel', device: 'out', channel: 'In', activeStates: ['opened'] };
        const lamp = () => (bench.calls('d1', 'status') as { fill: string; text: string }[]).at(-1);
        await bench.load([door(input)]);
        feed.read({ channels: { In: { state: 'open' } } });
        assert.deepEqual([lamp()?.fill, lamp()?.text], ['yellow', 'no-such-state']);
        feed.read({ channels: { In: { state: 'closed' } } });
        const told = bench.calls('d1', 'warn').map(String);
        assert.equal(told.length, 1);
        await bench.reload([door({ ...input, channel: 'Inn' })]);
        feed.read({ channels: { In: { state: 'open' } } });
        assert.equal(lamp()?.text, 'no-channel');
        await bench.reload([door({ ...input, activeStates: ['OPEN'] })]);
        feed.read({ channels: { In: { state: 'open' } } });
        assert.equal(lamp()?.fill, 'yellow', 'the input is active, a warning');
        assert.deepEqual(bench.calls('d1', 'warn'), []);
        feed.close();
    });

    it('refuses what is neither open nor closed', async () => {
        await bench.load([door()]);
        await bench.send('d1', { payload: 'ajar' });
        assert.match(String(bench.calls('d1', 'error')[0]), /ajar/);
        assert.deepEqual(bench.told(), []);
    });

    it('says which setting is wrong', async () => {
        await bench.load([door({ debounce: -1 })]);
        assert.match(String(bench.calls('d1', 'error')[0]), /debounce/);
    });
});
