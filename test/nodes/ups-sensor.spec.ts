import assert from 'node:assert/strict';
import upsUnit from '../../nodes/config/ups-unit';
import upsSimulator from '../../nodes/devices/ups-simulator';
import upsSnmp from '../../nodes/devices/ups-snmp';
import upsSensor from '../../nodes/sensors/ups-sensor';
import { SimulatedUps } from '../../lib/simulation/simulated-ups';
import { Rfc1628Card } from '../../simulators/rfc1628-card/card';
import { freePort } from '../support/free-port';
import { helper } from '../support/node-red';
import { SourceFlow } from '../support/source-flow';
import { faultsOf, readSettings } from '../../lib/core/settings';
import { settings } from '../../nodes/sensors/ups-sensor.settings';

const sensor = (more: object = {}) => ({
    id: 's1',
    type: 'ups-sensor',
    name: 'Cellar',
    site: 'site1',
    source: 'message',
    unit: '°C',
    preAlarmHigh: '30',
    alarmHigh: '40',
    alarmLow: '',
    hysteresis: 1,
    timeout: 0,
    wires: [['out'], ['values']],
    ...more,
});
const VALUES = { id: 'values', type: 'helper' };

describe('ups-sensor', () => {
    let bench: SourceFlow;
    const load = (...flow: object[]) => bench.load([...flow, VALUES]);

    before(() => helper.startServer() as unknown as Promise<void>);
    after(() => helper.stopServer() as unknown as Promise<void>);
    beforeEach(() => (bench = new SourceFlow([upsUnit, upsSimulator, upsSnmp, upsSensor])));
    afterEach(() => bench.close());

    it('sends events of its levels, logs them and shows the value', async () => {
        await load(sensor());
        await bench.send('s1', { payload: 21 });
        assert.deepEqual(bench.told(), ['Cellar/normal true']);
        assert.equal(bench.status('s1').text, '21 °C');
        await bench.send('s1', { payload: '41,5' });
        const told = bench.arrived();
        assert.deepEqual(
            told.map(({ topic, payload }) => `${topic} ${payload}`),
            ['Cellar/normal false', 'Cellar/pre-alarm-high true', 'Cellar/alarm-high true'],
        );
        assert.equal(told[2].event.value, 41.5);
        assert.match(told[2].event.text, /41.5 °C/);
        assert.equal(bench.status('s1').fill, 'red');
        assert.deepEqual(bench.log().slice(-2), ['Cellar/pre-alarm-high true', 'Cellar/alarm-high true']);
    });

    it('sends the value before the events that it brings, also before an end', async () => {
        const order: unknown[] = [];
        await load(sensor({ preAlarmHigh: '' }));
        bench.node('values').on('input', ({ payload }) => order.push(payload));
        bench.node('out').on('input', ({ topic, payload }) => order.push(`${topic} ${payload as string}`));
        for (const payload of [20, 41, 39]) await bench.send('s1', { payload });
        assert.deepEqual(order.slice(2), [
            41,
            'Cellar/normal false',
            'Cellar/alarm-high true',
            39,
            'Cellar/alarm-high false',
            'Cellar/normal true',
        ]);
    });

    it('sends every value on its second output', async () => {
        const values: unknown[] = [];
        await load(sensor({ scale: '0.1', samples: 2 }));
        bench.node('values').on('input', ({ topic, payload }) => values.push([topic, payload]));
        await bench.send('s1', { payload: 210 }, { payload: 220 });
        assert.deepEqual(values, [
            ['Cellar/value', 21],
            ['Cellar/value', 21.5],
        ]);
    });

    it('sends no old value for a reading that the sensor cannot have measured', async () => {
        const values: unknown[] = [];
        await load(sensor({ max: 50 }));
        bench.node('values').on('input', ({ payload }) => values.push(payload));
        await bench.send('s1', { payload: 20 }, { payload: 999 }, { payload: 21 });
        assert.deepEqual(values, [20, 21]);
    });

    it('reads the property and the topic of its dialog', async () => {
        await load(sensor({ property: 'payload.t', topic: 'room/1' }));
        await bench.send('s1', { topic: 'room/2', payload: { t: 50 } }, { topic: 'room/1', payload: { t: 20 } });
        assert.deepEqual(bench.told(), ['Cellar/normal true']);
    });

    it('tells a reading that is none, and decides nothing on it', async () => {
        await load(sensor({ min: -25, max: 100 }));
        await bench.send('s1', { payload: 'warm' }, {}, { payload: 850 });
        assert.deepEqual(bench.told(), []);
        assert.equal(bench.status('s1').fill, 'yellow');
        const errors = bench.calls('s1', 'error').map((error) => String((error as Error).message ?? error));
        assert.equal(errors.length, 2, 'text and nothing; a number out of range is shown only');
    });

    it('keeps a latched alarm over a restart until it is reset', async () => {
        const latched = sensor({ latch: true });
        await load(latched);
        await bench.send('s1', { payload: 41 }, { payload: 20 });
        assert.deepEqual(bench.told(), ['Cellar/pre-alarm-high true', 'Cellar/alarm-high true']);
        await bench.reload([latched, VALUES]);
        await bench.send('s1', { payload: 20 });
        assert.deepEqual(bench.told(), []);
        await bench.send('s1', { topic: 'reset' });
        assert.deepEqual(bench.told(), [
            'Cellar/alarm-high false',
            'Cellar/pre-alarm-high false',
            'Cellar/normal true',
        ]);
    });

    it('latches of version 1 hold both sides, until a dialog stores each of its own', () => {
        const own = (stored: object) => {
            const { latchLow, latchHigh } = readSettings(settings, { name: 'Room', ...stored });
            return [latchLow, latchHigh];
        };
        assert.deepEqual(own({ latch: true }), [true, true]);
        assert.deepEqual(own({ latch: 'false' }), [false, false]);
        assert.deepEqual(own({}), [false, false]);
        // The editor keeps the old property, and no version where the flow had none.
        assert.deepEqual(own({ latch: true, latchLow: false, latchHigh: true }), [false, true]);
        assert.deepEqual(own({ latch: true, settingsVersion: 2 }), [false, false]);
    });

    it('follows a value of a UPS', async () => {
        await load(
            { id: 'unit1', type: 'ups-unit', name: 'UPS', site: 'site1' },
            { id: 'sim1', type: 'ups-simulator', ups: 'unit1', interval: 0.1, holdMinutes: 60, speed: 1 },
            sensor({
                source: 'unit',
                ups: 'unit1',
                value: 'battery.chargePercent',
                unit: '%',
                alarmHigh: '',
                preAlarmHigh: '',
            }),
        );
        await bench.eventually(() => bench.status('s1').text === '100 %');
    });

    it('does not lose a UPS between two of its readings', async () => {
        await load(
            { id: 'unit1', type: 'ups-unit', name: 'UPS', site: 'site1' },
            { id: 'sim1', type: 'ups-simulator', ups: 'unit1', interval: 0.5 },
            sensor({ source: 'unit', ups: 'unit1', value: 'battery.chargePercent', timeout: 0.2, preAlarmHigh: '' }),
        );
        let values = 0;
        bench.node('values').on('input', () => values++);
        await bench.eventually(() => values >= 3, 5000);
        assert.deepEqual(
            bench.told().filter((line) => line.includes('lost')),
            [],
        );
    });

    it('asks an SNMP device for an object', async () => {
        const { clock } = bench;
        const ups = new SimulatedUps(clock, { holdMinutes: 60, rechargeMinutes: 60 });
        const port = await freePort();
        const card = new Rfc1628Card({ ups, clock, port, address: '127.0.0.1' });
        await card.start();
        await load(
            { id: 'unit1', type: 'ups-unit', name: 'UPS', site: 'site1' },
            { id: 'snmp1', type: 'ups-snmp', ups: 'unit1', host: '127.0.0.1', port, version: '2c', interval: 1 },
            sensor({
                source: 'snmp',
                device: 'snmp1',
                oid: '1.3.6.1.2.1.33.1.2.4.0',
                interval: 0.5,
                timeout: 0.2,
                unit: '%',
                alarmHigh: '',
            }),
        );
        let values = 0;
        bench.node('values').on('input', () => values++);
        await bench.onWire(() => bench.status('s1').text === '100 %', 5000);
        await bench.onWire(() => values >= 3, 5000);
        assert.deepEqual(bench.told(), ['Cellar/pre-alarm-high true'], 'not lost between two readings');
        await card.stop();
        await bench.onWire(() => bench.told().includes('Cellar/connection-lost true'), 5000);
        ups.destroy();
    });

    for (const [more, named] of [
        [{ preAlarmHigh: 50 }, 'Alarm high: the limits must rise'],
        [{ source: 'unit' }, 'ups'],
        [{ source: 'snmp' }, 'device'],
        [{ source: 'snmp', device: 'x', oid: 'sysUpTime' }, 'Object: enter a numeric'],
        [{ source: 'wire' }, 'source'],
    ] as const) {
        it(`says what is wrong with ${JSON.stringify(more)}`, async () => {
            await load(sensor(more));
            assert.match(String(bench.calls('s1', 'error')[0]), new RegExp(named));
            assert.equal(bench.status('s1').fill, 'red');
            await bench.send('s1', { payload: 50 });
            assert.deepEqual(bench.told(), []);
        });
    }
});

describe('settings of an ups-sensor', () => {
    const BOTH = { alarmLow: 5, preAlarmLow: 10, preAlarmHigh: 30, alarmHigh: 40, hysteresis: 2 };

    it('take every order of limits that makes sense, also below zero', () => {
        for (const limits of [{}, BOTH, { alarmLow: -40, preAlarmLow: -30, preAlarmHigh: -20, alarmHigh: -10 }])
            assert.deepEqual(faultsOf(settings, { name: 'Room', ...limits }), []);
        const read = readSettings(settings, { preAlarmLow: '3', alarmHigh: '', seconds: '10' });
        assert.deepEqual([read.preAlarmLow, read.alarmHigh, read.seconds], [3, undefined, 10]);
    });

    for (const [config, property] of [
        [{ alarmLow: 5, preAlarmLow: 3 }, 'preAlarmLow'],
        [{ alarmLow: -5, preAlarmLow: -10 }, 'preAlarmLow'],
        [{ preAlarmHigh: 90, alarmHigh: 70 }, 'alarmHigh'],
        [{ preAlarmHigh: 70, alarmHigh: 70 }, 'alarmHigh'],
        [{ alarmLow: 30, alarmHigh: 20 }, 'alarmHigh'],
        [{ alarmHigh: 120, max: 100 }, 'alarmHigh'],
        [{ alarmLow: -30, min: -25 }, 'alarmLow'],
        [{ min: 10, max: 10 }, 'max'],
        [{ scale: 0 }, 'scale'],
        [{ samples: 0 }, 'samples'],
        [{ samples: 1.5 }, 'samples'],
        [{ hysteresis: -1 }, 'hysteresis'],
        [{ seconds: -1 }, 'seconds'],
        [{ alarmHigh: 'much' }, 'alarmHigh'],
        [{ alarmHigh: 40, alarmHighRecovery: 45 }, 'alarmHighRecovery'],
        [{ alarmLow: 10, alarmHigh: 20, hysteresis: 11 }, 'hysteresis'],
    ] as const) {
        it(`${JSON.stringify(config)} names ${property}, in dialog and runtime`, () => {
            assert.deepEqual(
                faultsOf(settings, { name: 'Room', ...config }).map((fault) => fault.property),
                [property],
            );
            assert.throws(() => readSettings(settings, config), { code: 'config-invalid' });
        });
    }

    it('have a unit of °C unless it was emptied', () => {
        const units = [{}, { unit: '' }, { unit: '%' }].map((given) => readSettings(settings, given).unit);
        assert.deepEqual(units, ['°C', '', '%']);
    });
});
