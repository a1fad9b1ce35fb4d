import assert from 'node:assert/strict';
import type { NodeAPI } from 'node-red';
import { UpsError } from '../../lib/core/errors';
import { waitingFor } from '../../lib/core/driver';
import { declareNode, faultsOf, section } from '../../lib/core/settings';
import type { Channels } from '../../lib/core/status/status';
import upsUnit from '../../nodes/config/ups-unit';
import upsDigitalInput from '../../nodes/sensors/ups-digital-input';
import { settings as inputSettings } from '../../nodes/sensors/ups-digital-input.settings';
import upsSensor from '../../nodes/sensors/ups-sensor';
import { settings as sensorSettings } from '../../nodes/sensors/ups-sensor.settings';
import { defineDevice } from '../../nodes/shared/device/define-device';
import { deviceFields, pollInterval } from '../../nodes/shared/fields/device';
import { FakeDriver } from '../support/fake-ups';
import { helper } from '../support/node-red';
import { SourceFlow } from '../support/source-flow';

/** A device of a test: its driver says what the test wants. */
const fakeDevice = declareNode({
    type: 'ups-snmp',
    family: 'devices',
    ports: { inputs: 0, outputs: ['status'] },
    sections: [section('', { ...deviceFields, interval: pollInterval(0.1) })],
});

const UNIT = { id: 'unit1', type: 'ups-unit', name: 'Supply', site: 'site1' };
const DEVICE = { id: 'device1', type: 'ups-snmp', ups: 'unit1', interval: 10 };
const sensor = (more: object = {}) => ({
    ...{ id: 's1', type: 'ups-sensor', name: 'Battery', site: 'site1', source: 'channel', device: 'device1' },
    ...{ channel: 'Volts Battery', unit: 'V', alarmLow: 12, timeout: 0, wires: [['out'], []] },
    ...more,
});
const input = (more: object = {}) => ({
    ...{ id: 'd1', type: 'ups-digital-input', name: 'Alarm In', site: 'site1', source: 'channel', device: 'device1' },
    ...{ channel: 'Alarm In', activeStates: 'open, ON/LOW', debounce: 0, timeout: 0, level: 'alarm' },
    ...{ wires: [['out']], ...more },
});

describe('a channel of a device node', () => {
    let bench: SourceFlow;
    let driver: FakeDriver;

    before(() => helper.startServer() as unknown as Promise<void>);
    after(() => helper.stopServer() as unknown as Promise<void>);
    beforeEach(() => {
        const device = (RED: NodeAPI) => defineDevice(RED, fakeDevice, { driver: () => (driver = new FakeDriver()) });
        bench = new SourceFlow([upsUnit, device, upsSensor, upsDigitalInput] as never);
    });
    afterEach(() => bench.close());

    const load = (...nodes: object[]) => bench.load([UNIT, DEVICE, ...nodes]);
    const tell = async (channels: Channels) => {
        driver.read({ channels });
        await bench.settle();
    };
    const volts = (value: number, unit = 'V') => tell({ 'Volts Battery': { value, unit } });

    it('is the reading of a sensor, though the device is no UPS', async () => {
        await load(sensor());
        await volts(13.2, 'Volts');
        assert.equal(bench.status('s1').text, '13.2 V');
        await volts(11.9);
        assert.deepEqual(bench.told(), ['Battery/normal true', 'Battery/normal false', 'Battery/alarm-low true']);
    });

    it('that comes as a text with its unit is a number in that unit', async () => {
        await load(sensor());
        await tell({ 'Volts Battery': { state: '13,2 Volts' } });
        assert.equal(bench.status('s1').text, '13.2 V');
        await tell({ 'Volts Battery': { state: '13100 mV' } });
        assert.equal(bench.status('s1').text, '13.1 V');
        await tell({ 'Volts Battery': { state: '12900', unit: 'mV' } });
        assert.equal(bench.status('s1').text, '12.9 V');
        await tell({ 'Volts Battery': { state: '12.8 V', unit: 'mV' } });
        assert.equal(bench.status('s1').text, '12.8 V');
        await volts(12_700, 'mV');
        assert.equal(bench.status('s1').text, '12.7 V');
        await volts(13.2);
        await tell({ 'Volts Battery': { state: '11.5 Amps' } });
        assert.equal(bench.status('s1').text, 'unit-differs 13.2 V');
        await tell({ 'Volts Battery': { state: '11.5 Volts', unit: 'A' } });
        await tell({ 'Volts Battery': { state: '1,234' } });
        await tell({ 'Volts Battery': { state: 'broken' } });
        assert.equal(bench.status('s1').text, 'not-a-number 13.2 V');
        assert.deepEqual(bench.told(), ['Battery/normal true'], 'nothing of it is below 12 V');
    });

    it('that somebody scales himself is refused in another unit, and taken in his own', async () => {
        await load(sensor({ scale: 0.001 }));
        await volts(13_200);
        assert.equal(bench.status('s1').text, '13.2 V');
        await volts(11_000, 'mV');
        assert.equal(bench.status('s1').text, 'unit-differs 13.2 V');
    });

    it('that is gone, not known now, or of a silent device is no reading, and never 0', async () => {
        await load(sensor({ timeout: 60 }));
        await volts(13.2);
        bench.told();
        for (let seconds = 0; seconds < 40; seconds += 10) {
            await tell(seconds % 20 ? { Other: { value: 0 } } : { 'Volts Battery': {} });
            await bench.clock.advance(10_000);
        }
        assert.deepEqual(bench.told(), []);
        driver.enter(waitingFor(new UpsError('device-silent', { host: '192.0.2.1' })));
        await bench.clock.advance(25_000);
        assert.deepEqual(bench.told(), ['Battery/connection-lost true']);
        await volts(13.1);
        assert.deepEqual(bench.told(), ['Battery/connection-lost false']);
    });

    it('is not lost between two readings of a device that is polled rarely', async () => {
        await load(sensor({ timeout: 5 }));
        for (let poll = 0; poll < 4; poll += 1) {
            await volts(13.2);
            await bench.clock.advance(10_000);
        }
        assert.deepEqual(bench.told(), ['Battery/normal true']);
        await bench.clock.advance(20_000);
        assert.deepEqual(bench.told(), ['Battery/connection-lost true'], 'two and a half intervals');
    });

    it('is followed when a deploy puts another device of that id in its place', async () => {
        await load(sensor());
        await volts(13.2);
        await bench.reload([UNIT, DEVICE, sensor()]);
        await volts(11);
        assert.ok(bench.told().includes('Battery/alarm-low true'));
    });

    it('of a device that is not there is told once', async () => {
        await bench.load([UNIT, sensor()]);
        assert.match(bench.calls('s1', 'warn').map(String).join(), /device/);
        assert.equal(bench.status('s1').fill, 'grey');
    });

    it('is a contact, active in the states that are named', async () => {
        await load(input());
        await tell({ 'Alarm In': { state: 'CLOSED' } });
        assert.deepEqual([bench.told(), bench.status('d1').fill], [[], 'green']);
        await tell({ 'Alarm In': { state: 'Open' } });
        assert.deepEqual(bench.told(), ['Alarm In/on true']);
        await tell({ Other: { state: 'closed' } });
        await tell({ 'Alarm In': {} });
        assert.deepEqual(bench.told(), [], 'no reading');
        await tell({ 'Alarm In': { state: 'closed' } });
        assert.deepEqual(bench.told(), ['Alarm In/on false']);
        await tell({ 'Alarm In': { state: 'on/low' } });
        assert.deepEqual(bench.told(), ['Alarm In/on true']);
    });

    it('that is a number is a contact, too', async () => {
        await load(input({ activeStates: ['1', '3'] }));
        await tell({ 'Alarm In': { value: 0 } });
        await tell({ 'Alarm In': { value: 3 } });
        assert.deepEqual(bench.told(), ['Alarm In/on true']);
    });

    it('says at a contact why the device is silent', async () => {
        await load(input({ timeout: 20 }));
        await tell({ 'Alarm In': { state: 'closed' } });
        driver.enter(waitingFor(new UpsError('device-silent', { host: '192.0.2.1' })));
        await bench.clock.advance(40_000);
        assert.deepEqual(bench.told(), ['Alarm In/connection-lost true']);
        assert.match(bench.status('d1').text, /device-silent/);
    });

    it('needs a device, a name and, for a contact, its active states', () => {
        const of = (settings: Parameters<typeof faultsOf>[0], node: object) =>
            faultsOf(settings as never, node).map(({ property }) => property);
        assert.deepEqual(of(sensorSettings as never, sensor()), []);
        assert.deepEqual(of(sensorSettings as never, sensor({ device: '', channel: ' ' })), ['device', 'channel']);
        assert.deepEqual(of(sensorSettings as never, sensor({ source: 'message', device: '', channel: '' })), []);
        assert.deepEqual(of(inputSettings as never, input()), []);
        assert.deepEqual(of(inputSettings as never, input({ device: '', channel: '', activeStates: ' , ' })), [
            'device',
            'channel',
            'activeStates',
        ]);
    });
});
