import assert from 'node:assert/strict';
import { emptyStatus } from '../../../../lib/core/status/status';
import { isThresholdValue, THRESHOLD_VALUES, unitOf, valuesOf } from '../../../../lib/core/thresholds/values';

describe('values that a threshold can watch', () => {
    it('are all unknown in an empty status', () => {
        for (const { id } of THRESHOLD_VALUES) assert.deepEqual(valuesOf(emptyStatus(0), id), [], id);
    });

    it('are read from where they stand', () => {
        const status = emptyStatus(0);
        status.battery = { chargePercent: 40, minutesRemaining: 12, voltage: 271.6, temperature: 25, current: -3 };
        Object.assign(status.battery, { positiveVoltage: 134.1, negativeVoltage: 137.5 });
        status.derived = { secondsOnBattery: 30, minutesRemaining: 11, chargePercent: 39, depletionPerMinute: 2 };
        status.input.lines = [{ voltage: 230, frequency: 50 }, { voltage: 190 }, {}];
        status.output = {
            frequency: 50.1,
            lines: [{ load: 10, power: -4, apparentPower: 5, voltage: 229 }, { load: 60, power: 469 }, { power: -26 }],
        };
        status.bypass = { frequency: 49.9, lines: [{ voltage: 228 }] };
        status.dc = { inputVoltage: 24.1, outputVoltage: 23.9, outputCurrent: -4.2, temperature: 41 };
        status.temperature = 34.5;
        status.environment = { temperature: 21, humidity: 55 };
        const read = Object.fromEntries(THRESHOLD_VALUES.map(({ id }) => [id, valuesOf(status, id)]));
        assert.deepEqual(read, {
            'battery.chargePercent': [40],
            'battery.minutesRemaining': [12],
            'battery.voltage': [271.6],
            'battery.asymmetry': [3.4],
            'battery.current': [-3],
            'battery.temperature': [25],
            'derived.secondsOnBattery': [30],
            'derived.minutesRemaining': [11],
            'derived.chargePercent': [39],
            'derived.depletionPerMinute': [2],
            'input.voltage': [230, 190],
            'input.frequency': [50],
            'input.current': [],
            'output.load': [60],
            'output.voltage': [229],
            'output.frequency': [50.1],
            'output.current': [],
            'output.power': [439],
            'output.apparentPower': [5],
            'bypass.voltage': [228],
            'bypass.frequency': [49.9],
            'dc.inputVoltage': [24.1],
            'dc.outputVoltage': [23.9],
            'dc.outputCurrent': [-4.2],
            'dc.temperature': [41],
            'ups.temperature': [34.5],
            'environment.temperature': [21],
            'environment.humidity': [55],
        });
    });

    it('tell how far the halves of a battery have drifted apart, whichever is lower, and nothing of one half alone', () => {
        const status = emptyStatus(0);
        status.battery = { positiveVoltage: 137.4, negativeVoltage: 137.1 };
        assert.deepEqual(valuesOf(status, 'battery.asymmetry'), [0.3]);
        status.battery = { positiveVoltage: 131, negativeVoltage: 136 };
        assert.deepEqual(valuesOf(status, 'battery.asymmetry'), [5]);
        status.battery = { positiveVoltage: 137.4 };
        assert.deepEqual(valuesOf(status, 'battery.asymmetry'), []);
    });

    it('fall back to our own estimate where the device gives none', () => {
        const status = emptyStatus(0);
        status.derived = { chargePercent: 14, minutesRemaining: 3 };
        assert.deepEqual(valuesOf(status, 'battery.chargePercent'), [14]);
        assert.deepEqual(valuesOf(status, 'battery.minutesRemaining'), [3]);
    });

    it('are also channels, by their name, as far as they are numbers', () => {
        const status = emptyStatus(0);
        status.channels = { 'Volts Battery': { value: 13.2, unit: 'V' }, 'Alarm In': { state: 'CLOSED' }, Gone: {} };
        assert.deepEqual(valuesOf(status, 'channel:Volts Battery'), [13.2]);
        assert.equal(unitOf('channel:Volts Battery', status), 'V');
        status.channels = { ...status.channels, Told: { state: '11.99 Volts' }, Wrong: { state: '3 A', unit: 'V' } };
        assert.deepEqual(valuesOf(status, 'channel:Told'), [11.99], 'a text with its unit is a number');
        assert.equal(unitOf('channel:Told', status), 'V');
        assert.deepEqual(valuesOf(status, 'channel:Wrong'), []);
        for (const name of ['Alarm In', 'Gone', 'Volts', 'constructor']) {
            assert.deepEqual(valuesOf(status, `channel:${name}`), [], name);
            assert.equal(unitOf(`channel:${name}`, status), undefined, name);
        }
        const valid = ['channel:Volts Battery', 'channel:', 'channel', 'dc.inputVoltage', 'dc.x'].map(isThresholdValue);
        assert.deepEqual(valid, [true, false, false, true, false]);
    });

    it('have units, and unknown ids have nothing', () => {
        assert.equal(unitOf('battery.chargePercent'), '%');
        assert.equal(unitOf('constructor'), undefined);
        assert.deepEqual(valuesOf(emptyStatus(0), '__proto__.x'), []);
    });
});
