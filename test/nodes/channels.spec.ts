import assert from 'node:assert/strict';
import type { PartialStatus } from '../../lib/core/status/status';
import { faultsOf, readSettings } from '../../lib/core/settings';
import upsUnit from '../../nodes/config/ups-unit';
import upsThreshold from '../../nodes/events/ups-threshold';
import { settings as thresholdSettings } from '../../nodes/events/ups-threshold.settings';
import upsDigitalInput from '../../nodes/sensors/ups-digital-input';
import upsSensor from '../../nodes/sensors/ups-sensor';
import type { UpsUnitNode } from '../../nodes/shared/config/config-nodes';
import { watchedId } from '../../nodes/shared/fields/watched';
import { FakeDriver } from '../support/fake-ups';
import { helper } from '../support/node-red';
import { SourceFlow } from '../support/source-flow';

const UNIT = { id: 'unit1', type: 'ups-unit', name: 'Supply', site: 'site1' };
const less = (low: number) => ({ enabled: true, comparison: 'less-than', low, seconds: 0, latch: false });
const threshold = (more: object) => ({
    ...{
        id: 't1',
        type: 'ups-threshold',
        ups: 'unit1',
        warning: less(12),
        alarm: { enabled: false },
        wires: [['out']],
    },
    ...more,
});
const sensor = (more: object = {}) => ({
    ...{
        id: 's1',
        type: 'ups-sensor',
        name: 'Battery',
        site: 'site1',
        source: 'unit',
        ups: 'unit1',
        wires: [['out'], []],
    },
    ...{ value: 'channel:Volts Battery', unit: 'V', alarmLow: 12, timeout: 0 },
    ...more,
});
const input = (more: object = {}) => ({
    ...{ id: 'd1', type: 'ups-digital-input', name: 'Alarm In', site: 'site1', source: 'unit', ups: 'unit1' },
    ...{ value: 'channel:Alarm In', contact: 'nc', debounce: 0, timeout: 0, level: 'alarm', wires: [['out']] },
    ...more,
});

describe('channels of a device', () => {
    let bench: SourceFlow;
    let driver: FakeDriver;

    before(() => helper.startServer() as unknown as Promise<void>);
    after(() => helper.stopServer() as unknown as Promise<void>);
    beforeEach(() => {
        bench = new SourceFlow([upsUnit, upsThreshold, upsSensor, upsDigitalInput]);
        driver = new FakeDriver();
    });
    afterEach(() => close());

    const close = async () => {
        await (bench.node('unit1') as UpsUnitNode | null)?.unit.removeDriver('device1');
        await bench.close();
    };
    const load = async (...nodes: object[]) => {
        await bench.load([UNIT, ...nodes]);
        const { unit } = bench.node('unit1') as UpsUnitNode;
        unit.addDriver(
            'device1',
            driver,
            () => {},
            () => {},
        );
    };
    const read = async (reading: PartialStatus) => {
        driver.read(reading);
        await bench.settle();
    };
    const battery = (value: number, unit = 'V') => read({ channels: { 'Volts Battery': { value, unit } } });

    it('are watched by a threshold, by name in the dialog as in a flow that somebody wrote', async () => {
        for (const own of [{ value: 'channel', channel: 'Volts Battery' }, { value: 'channel:Volts Battery' }]) {
            await load(threshold(own));
            await battery(13.24);
            assert.equal(bench.status('t1').text, '13.2 V');
            await battery(11.96);
            const [message] = bench.arrived();
            assert.equal(message?.topic, 'Supply Volts Battery/warning');
            assert.deepEqual([message?.event.value, message?.event.unit], [11.96, 'V']);
            assert.match(message!.event.text, /\(12 V\)$/);
            await close();
            bench = new SourceFlow([upsUnit, upsThreshold]);
            driver = new FakeDriver();
        }
    });

    it('are a value of a DC supply like any other', async () => {
        await load(threshold({ value: 'dc.outputVoltage', warning: less(23) }));
        await read({ dc: { outputVoltage: 24 } });
        assert.equal(bench.status('t1').text, '24 V');
        await read({ dc: { outputVoltage: 22.5 } });
        assert.deepEqual(bench.told(), ['Supply dc.outputVoltage/warning true']);
    });

    it('need a name in the dialog, and only where a channel is watched', () => {
        const faults = (more: object) => faultsOf(thresholdSettings, threshold(more)).map(({ property }) => property);
        assert.deepEqual(faults({ value: 'channel' }), ['channel']);
        assert.deepEqual(faults({ value: 'channel', channel: '  ' }), ['channel']);
        assert.deepEqual(faults({ value: 'channel', channel: 'Volts' }), []);
        assert.deepEqual(faults({ value: 'channel:Volts' }), []);
        assert.deepEqual(faults({ value: 'channel:' }), ['value']);
        assert.deepEqual(faults({ value: 'battery.voltage', channel: 'Volts' }), []);
        const own = readSettings(thresholdSettings, threshold({ value: 'channel', channel: ' Volts ' }));
        assert.equal(watchedId(own), 'channel:Volts');
    });

    it('are readings of a sensor, in its unit alone', async () => {
        await load(sensor());
        await battery(13.2, 'Volts');
        assert.equal(bench.status('s1').text, '13.2 V');
        assert.deepEqual(bench.told(), ['Battery/normal true']);
        await battery(13_100, 'mV');
        assert.equal(bench.status('s1').text, '13.1 V', 'the same quantity is converted');
        await battery(13.2);
        await battery(11.9, 'A');
        await battery(11.8, 'A');
        assert.deepEqual(bench.told(), [], 'amperes are not below 12 V');
        assert.deepEqual([bench.status('s1').fill, bench.status('s1').text], ['yellow', 'unit-differs 13.2 V']);
        const [warning, ...more] = bench.calls('s1', 'warn').map(String);
        assert.match(warning!, /unit-differs/);
        assert.deepEqual(more, [], 'told once');
        await battery(11_900, 'mV');
        assert.deepEqual(bench.told(), ['Battery/normal false', 'Battery/alarm-low true']);
    });

    it('are in any unit where the sensor has none', async () => {
        await load(sensor({ unit: '', alarmLow: '' }));
        await battery(13.2, 'mV');
        assert.equal(bench.status('s1').text, '13.2');
    });

    for (const [what, own, shown] of [
        ['in its own unit', {}, '54 V'],
        ['in another unit of the same quantity', { unit: 'mV' }, '54000 mV'],
        ['as it is where somebody converts it himself', { unit: 'mV', scale: 1000 }, '54000 mV'],
        ['as it is under a unit of another quantity, such as the default one', { unit: '°C' }, '54 °C'],
    ] as const)
        it(`and beside them a value of the status is read ${what}`, async () => {
            await load(sensor({ value: 'battery.voltage', alarmLow: '', ...own }));
            await read({ battery: { voltage: 54 } });
            assert.equal(bench.status('s1').text, shown);
        });

    it('that are states are contacts', async () => {
        const state = (state: string) => read({ channels: { 'Alarm In': { state } } });
        await load(input());
        await state('CLOSED');
        assert.deepEqual(bench.told(), []);
        await state('OPEN');
        assert.deepEqual(bench.told(), ['Alarm In/on true']);
        await state('broken');
        assert.deepEqual(bench.told(), [], 'a word that is no state of a contact tells nothing');
        await state('closed');
        assert.deepEqual(bench.told(), ['Alarm In/on false']);
    });

    it('that the device does not tell are no readings', async () => {
        await load(sensor({ timeout: 60 }), input());
        await battery(13.2);
        bench.told();
        for (let seconds = 0; seconds < 70; seconds += 5) {
            await read({ channels: { Other: { value: 1 } } });
            await bench.clock.advance(5000);
        }
        assert.deepEqual(bench.told(), ['Battery/connection-lost true']);
    });
});
