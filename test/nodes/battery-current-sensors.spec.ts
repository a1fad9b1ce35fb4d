import assert from 'node:assert/strict';
import { faultsOf } from '../../lib/core/settings';
import { settings } from '../../nodes/config/ups-battery.settings';

/** The faults of a battery with these settings: property and rule. */
function faults(config: object): string[] {
    const whole = { name: 'Battery', site: 'site1', ...config };
    return faultsOf(settings, whole).map(({ property, rule }) => `${property} ${rule}`);
}

describe('the current sensors of a battery', () => {
    const current = { kind: 'stringCurrent', alarmHigh: 30, recovery: 0, seconds: 0 };
    const deviation = { kind: 'deviationCharge', warningHigh: 20, recovery: 0, seconds: 0 };

    it('are there where a limit judges currents, which would be silent without them', () => {
        assert.deepEqual(faults({}), []);
        for (const row of [current, deviation]) {
            assert.deepEqual(faults({ limits: [row] }), ['currentSensors currentSensors']);
            assert.deepEqual(faults({ limits: [row], currentSensors: 'each-string' }), []);
        }
    });

    it('are one in each string where a thermal runaway is seen by its current', () => {
        for (const currentSensors of ['none', 'one'])
            assert.deepEqual(faults({ currentSensors, mostCurrent: 20 }), ['mostCurrent sensorsEach']);
        assert.deepEqual(faults({ currentSensors: 'each-string', mostCurrent: 20 }), []);
        assert.deepEqual(faults({ runaway: false, mostCurrent: 20 }), []);
    });

    it('are there where a discharge is seen by the current alone', () => {
        assert.deepEqual(faults({ detection: 'current' }), ['detection currentSensors']);
        for (const currentSensors of ['each-string', 'one'])
            assert.deepEqual(faults({ detection: 'current', currentSensors }), []);
    });
});

describe('the chemistry of a battery', () => {
    const seen = (chemistry: string, more: object = {}) => faults({ chemistry, detection: 'modules', ...more });

    it('decides whether block voltages can tell a discharge', () => {
        for (const chemistry of ['lead-acid', 'nicd']) assert.deepEqual(seen(chemistry), []);
        for (const chemistry of ['lfp', 'other']) {
            assert.deepEqual(seen(chemistry), ['detection blocksTellNothing']);
            assert.deepEqual(seen(chemistry, { ratedVoltage: 12.8 }), ['detection blocksTellNothing']);
            assert.deepEqual(seen(chemistry, { ratedVoltage: 12.8, chargingVoltage: 13.7 }), []);
            assert.deepEqual(faults({ chemistry }), [], 'others may tell it');
        }
    });

    it('has a charging voltage above the rated one', () => {
        assert.deepEqual(faults({ chargingVoltage: 12 }), ['chargingVoltage chargingVoltage']);
        assert.deepEqual(faults({ ratedVoltage: 11, chargingVoltage: 12 }), []);
    });
});
