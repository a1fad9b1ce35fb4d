import assert from 'node:assert/strict';
import type { UpsError } from '../../../../lib/core/errors';
import {
    assertThreshold,
    type ThresholdConfig,
    type ThresholdLevelConfig,
    validateThreshold,
} from '../../../../lib/core/thresholds/config';
import { inEnglish } from '../../../support/in-english';

const less = (low: number | undefined, more: Partial<ThresholdLevelConfig> = {}): ThresholdLevelConfig => ({
    enabled: true,
    comparison: 'less-than',
    low,
    ...more,
});
const range = (low: number, high: number, more: Partial<ThresholdLevelConfig> = {}): ThresholdLevelConfig => ({
    enabled: true,
    comparison: 'out-of-range',
    low,
    high,
    ...more,
});
const wrong = (config: ThresholdConfig) => validateThreshold(config).map(({ property }) => property);

describe('threshold configuration', () => {
    it('accepts the examples of the CS141 manual', () => {
        assert.deepEqual(wrong({ value: 'battery.chargePercent', warning: less(41), alarm: less(15) }), []);
        assert.deepEqual(wrong({ value: 'battery.temperature', warning: range(10, 34), alarm: range(5, 39) }), []);
        assert.deepEqual(
            wrong({ alarm: { enabled: true, comparison: 'greater-than', high: 39 }, warning: range(10, 34) }),
            [],
        );
    });

    it('names what is missing', () => {
        assert.deepEqual(wrong({ warning: less(undefined) }), ['warning.low']);
        assert.deepEqual(wrong({ alarm: { enabled: true, comparison: 'out-of-range' } }), ['alarm.low', 'alarm.high']);
        assert.deepEqual(wrong({}), ['warning.enabled']);
        assert.deepEqual(wrong({ warning: less(1, { enabled: false }) }), ['warning.enabled']);
    });

    it('names what makes no sense', () => {
        assert.deepEqual(wrong({ value: 'battery.colour', warning: less(1) }), ['value']);
        assert.deepEqual(wrong({ warning: less(1, { comparison: 'equal' as never }) }), ['warning.comparison']);
        assert.deepEqual(wrong({ warning: range(34, 10) }), ['warning.high']);
        assert.deepEqual(wrong({ warning: less(41, { recoveryLow: 40 }) }), ['warning.recoveryLow']);
        assert.deepEqual(wrong({ warning: range(10, 34, { recoveryHigh: 35 }) }), ['warning.recoveryHigh']);
        assert.deepEqual(wrong({ warning: range(10, 34, { recoveryLow: 30, recoveryHigh: 20 }) }), [
            'warning.recoveryLow',
        ]);
        assert.deepEqual(wrong({ warning: less(1, { seconds: -1 }) }), ['warning.seconds']);
        assert.deepEqual(wrong({ warning: less(1, { recoveryLow: 'abc' as never }) }), ['warning.recoveryLow']);
    });

    it('takes figures that the editor left as strings', () => {
        assert.deepEqual(
            wrong({ warning: less('41' as never, { recoveryLow: '' as never, seconds: '5' as never }) }),
            [],
        );
    });

    it('wants the alarm to be the escalation of the warning', () => {
        assert.deepEqual(wrong({ warning: less(15), alarm: less(41) }), ['alarm.low']);
        assert.deepEqual(wrong({ warning: less(15), alarm: less(15) }), ['alarm.low']);
        assert.deepEqual(wrong({ warning: range(10, 34), alarm: range(5, 30) }), ['alarm.high']);
        assert.deepEqual(wrong({ warning: less(41), alarm: range(15, 90) }), ['alarm.comparison']);
        assert.deepEqual(wrong({ warning: less(15), alarm: less(15, { seconds: 60 }) }), []);
        assert.deepEqual(wrong({ warning: range(10, 34), alarm: range(10, 39) }), []);
    });

    it('throws an error that names the property and what it should be', () => {
        const check = (config: ThresholdConfig, code: string, property: string, expected: RegExp) =>
            assert.throws(
                () => assertThreshold(config),
                (error: UpsError) =>
                    error.code === code &&
                    error.data.property === property &&
                    expected.test(inEnglish(error.data.expected)),
            );
        check({ warning: less(15), alarm: less(41) }, 'config-invalid', 'alarm.low', /below warning\.low \(15\)/);
        check({ warning: less(undefined) }, 'config-missing', 'warning.low', /number/);
    });
});
