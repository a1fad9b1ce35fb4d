import assert from 'node:assert/strict';
import {
    assertBatteryConfig,
    batteriesOf,
    settledConfig,
    type Chemistry,
    validateBattery,
    type BatteryConfig,
    type SettledBatteryConfig,
} from '../../../../lib/core/batteries/battery-config';
import { defaultLimits, placedLimits, validateLimits, type BatteryLimits } from '../../../../lib/core/batteries/limits';
import { UpsError } from '../../../../lib/core/errors';

const GOOD: BatteryConfig = { nominalVoltage: 12, chemistry: 'lead-acid' };
const faults = (limits: unknown) => validateLimits(limits as BatteryLimits).map(({ property }) => property);
const low = (value: unknown, more = {}) => ({ low: { value, ...more } });
const high = (value: unknown, more = {}) => ({ high: { value, ...more } });

describe('limits of a battery', () => {
    it('begin with the impedance and the temperatures that the manual has in its text, and no voltage', () => {
        const all = placedLimits(defaultLimits()).map(({ eventId, limit }) => `${eventId} ${limit.value}`);
        assert.deepEqual(all, [
            'temperature-low-warning 10',
            'temperature-high-warning 32',
            'temperature-low-alarm 5',
            'temperature-high-alarm 36',
            'impedance-low-warning -25',
            'impedance-high-warning 25',
            'impedance-low-alarm -50',
            'impedance-high-alarm 50',
            'baseline-impedance-warning -25',
            'baseline-impedance-warning 25',
            'baseline-impedance-alarm -50',
            'baseline-impedance-alarm 50',
        ]);
        assert.deepEqual(validateLimits(defaultLimits()), []);
    });

    it('have the alarm beyond the warning, or later', () => {
        assert.deepEqual(faults({ voltage: { warning: low(11), alarm: low(11.5) } }), [
            'limits.voltage.alarm.low.value',
        ]);
        assert.deepEqual(faults({ voltage: { warning: high(15), alarm: high(14) } }), [
            'limits.voltage.alarm.high.value',
        ]);
        assert.deepEqual(faults({ voltage: { warning: low(11), alarm: low(11) } }), ['limits.voltage.alarm.low.value']);
        assert.deepEqual(faults({ voltage: { warning: low(11), alarm: low(11, { seconds: 60 }) } }), []);
        assert.deepEqual(faults({ voltage: { alarm: low(11), warning: high(14) } }), [], 'each alone on its side');
    });

    it('end on the right side', () => {
        assert.deepEqual(faults({ voltage: { alarm: low(11, { recovery: 10.9 }) } }), [
            'limits.voltage.alarm.low.recovery',
        ]);
        assert.deepEqual(faults({ voltage: { alarm: high(15, { recovery: 15.1 }) } }), [
            'limits.voltage.alarm.high.recovery',
        ]);
        assert.deepEqual(faults({ voltage: { alarm: low(11, { recovery: 11 }) } }), []);
        const crossed = { ...low(11, { recovery: 14 }), ...high(15, { recovery: 13 }) };
        assert.deepEqual(faults({ voltage: { alarm: crossed } }), ['limits.voltage.alarm.low.recovery']);
        assert.deepEqual(faults({ voltage: { alarm: { ...low(15), ...high(15) } } }), [
            'limits.voltage.alarm.high.value',
        ]);
    });

    it('are numbers', () => {
        for (const value of [undefined, '', 'x', NaN, Infinity, null, {}])
            assert.deepEqual(faults({ temperature: { warning: high(value) } }), [
                'limits.temperature.warning.high.value',
            ]);
        assert.deepEqual(faults({ temperature: { warning: high(32, { seconds: -1, recovery: 'x' }) } }), [
            'limits.temperature.warning.high.recovery',
            'limits.temperature.warning.high.seconds',
        ]);
    });
});

describe('settings of a battery', () => {
    it('are checked', () => {
        const property = (more: object) =>
            validateBattery({ ...GOOD, ...more } as BatteryConfig).map((fault) => fault.property);
        assert.deepEqual(property({}), []);
        assert.deepEqual(property({ nominalVoltage: 48 }), ['nominalVoltage']);
        assert.deepEqual(property({ chemistry: 'air' }), ['chemistry']);
        assert.deepEqual(property({ modules: 513, strings: 0 }), ['modules', 'strings']);
        assert.deepEqual(property({ modules: 40, strings: 3 }), ['strings']);
        assert.deepEqual(property({ twoJars: true }), ['nominalVoltage']);
        assert.deepEqual(property({ twoJars: true, nominalVoltage: 2 }), []);
        assert.deepEqual(property({ capacityAh: 0, currentMultiplier: -1 }), ['capacityAh', 'currentMultiplier']);
        assert.deepEqual(property({ offsets: { voltage: 'x' }, staleSeconds: -1 }), [
            'staleSeconds',
            'offsets.voltage',
        ]);
        assert.deepEqual(property({ detection: { dischargeBelow: 1, chargeAbove: -1, method: 'x' } }), [
            'detection.method',
            'detection.dischargeBelow',
            'detection.chargeAbove',
        ]);
    });

    it('are refused with the first fault', () => {
        assert.throws(
            () => assertBatteryConfig({ ...GOOD, modules: 600 }),
            (error) =>
                error instanceof UpsError && error.code === 'config-invalid' && error.data.property === 'modules',
        );
    });

    it('have defaults', () => {
        const settled = settledConfig({
            ...GOOD,
            currentSensors: 'one',
            currentMultiplier: 4,
            staleSeconds: undefined,
        });
        assert.equal(settled.staleSeconds, 30);
        assert.equal(settled.detection.dischargeBelow, -1);
        assert.equal(settled.detection.multiplier, 4);
        assert.equal(batteriesOf({ twoJars: true }, 20), 40);
    });

    it('ends a discharge at the voltage of its chemistry, unless one is set', () => {
        const endOf = (chemistry: Chemistry, endVoltage?: number) =>
            settledConfig({ nominalVoltage: 12, chemistry, ...(endVoltage && { detection: { endVoltage } }) }).detection
                .endVoltage;
        assert.deepEqual([endOf('lead-acid'), endOf('nicd'), endOf('lfp'), endOf('other')], [10.5, 10, 10.4, 10.5]);
        // A block of LFP of 12 V is one of 4 cells, 12.8 V.
        assert.equal(endOf('nicd', 10.8), 10.8);
    });

    it('know above which voltage only a charger brings a block of lead or nickel; of another the data sheet says it', () => {
        const chargingOf = (chemistry: Chemistry, chargingVoltage?: number) =>
            settledConfig({ nominalVoltage: 12, chemistry, ...(chargingVoltage && { detection: { chargingVoltage } }) })
                .detection.chargingVoltage;
        // 6 cells at 2.17 V, 10 at 1.36 V.
        assert.deepEqual(
            (['lead-acid', 'nicd', 'lfp', 'other'] as const).map((each) => chargingOf(each)?.toFixed(2)),
            ['13.02', '13.60', undefined, undefined],
        );
        assert.equal(chargingOf('lfp', 13.7), 13.7);
    });

    it('go by the 2.4 V of two NiCd jars at a module, unless the voltages are set', () => {
        const jars = { nominalVoltage: 2, chemistry: 'nicd', twoJars: true } as const;
        const of = ({ detection }: SettledBatteryConfig) => [detection.ratedVoltage, detection.endVoltage];
        assert.deepEqual(of(settledConfig(jars)), [2.4, 2]);
        assert.deepEqual(of(settledConfig({ ...jars, detection: { ratedVoltage: 2.5, endVoltage: 2.1 } })), [2.5, 2.1]);
        // Without them a module at 2 V is one cell of lead.
        assert.deepEqual(of(settledConfig({ nominalVoltage: 2, chemistry: 'lead-acid' })), [2, 1.75]);
    });
});
