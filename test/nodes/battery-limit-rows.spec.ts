import assert from 'node:assert/strict';
import { limitsOfCard } from '../../lib/core/batteries/card-limits';
import { limitsOfRows, rowsOfLimits, withLimits, type LimitRow } from '../../nodes/shared/fields/battery-limits';
import { all, BatteryBench } from '../support/battery-bench';

const rowsOf = (told: Record<string, number>) => rowsOfLimits(limitsOfCard(told));

describe('the limits of a card in the table of a battery', () => {
    it('come as their rows; deviations count on both sides', () => {
        const rows = rowsOf({
            'voltage-low-alarm': 10.8,
            'voltage-high-warning': 14.4,
            'impedance-high-alarm': 9,
            'string-voltage-low-warning': 220,
            'current-deviation-charge-alarm': 40,
            'no-such-limit': 1,
        });
        assert.deepEqual(JSON.parse(JSON.stringify(rows)), [
            { kind: 'voltage', alarmLow: 10.8, warningHigh: 14.4, recovery: 0, seconds: 0 },
            { kind: 'impedanceStatic', alarmHigh: 9, recovery: 0, seconds: 0 },
            { kind: 'stringVoltage', warningLow: 220, recovery: 0, seconds: 0 },
            { kind: 'deviationCharge', alarmHigh: 40, recovery: 0, seconds: 0 },
        ]);
        const { deviationCharge } = limitsOfRows(rows);
        assert.deepEqual([deviationCharge?.alarm?.low?.value, deviationCharge?.alarm?.high?.value], [-40, 40]);
        assert.deepEqual(rowsOf({}), []);
    });

    it('take the place of those in the same cells; recovery, delay and the rest stay', () => {
        const table: LimitRow[] = [
            { kind: 'temperature', alarmLow: 5, warningHigh: 32, alarmHigh: 36, recovery: 1, seconds: 60 },
            { kind: 'impedanceDynamic', warningHigh: 25, recovery: 2, seconds: 0 },
        ];
        const told = rowsOf({
            'temperature-high-warning': 30,
            'temperature-high-alarm': 36,
            'voltage-low-alarm': 10.8,
        });
        const { rows, changes } = withLimits(table, told);
        assert.deepEqual(rows, [
            { kind: 'temperature', alarmLow: 5, warningHigh: 30, alarmHigh: 36, recovery: 1, seconds: 60 },
            { kind: 'impedanceDynamic', warningHigh: 25, recovery: 2, seconds: 0 },
            { kind: 'voltage', alarmLow: 10.8, recovery: 0, seconds: 0 },
        ]);
        assert.deepEqual(changes, [
            { kind: 'temperature', cell: 'warningHigh', was: 32, now: 30 },
            { kind: 'voltage', cell: 'alarmLow', now: 10.8 },
        ]);
        assert.equal(table[0]!.warningHigh, 32, 'what the dialog had is not touched');
    });
});

describe('the delay of a deviation of currents in the table of a battery', () => {
    /** Two strings that are charged with 10 A and 30 A. @returns seconds until it was told, by steps of 30 s */
    function toldAfter(seconds: number): number | undefined {
        const limits = limitsOfRows([{ kind: 'deviationCharge', warningHigh: 20, recovery: 0, seconds }]);
        const bench = new BatteryBench({ limits, deviationDelayMinutes: 5 });
        for (let passed = 0; passed <= 600; passed += 30) {
            if (bench.told.includes('current-deviation-charge-warning on')) return passed;
            bench.run(30, { voltage: all(6, 13.5), current: [10, 30] });
        }
        return undefined;
    }

    it('is that of the battery, unless its row has one of its own', () => {
        const byBattery = toldAfter(0)!;
        assert.ok(byBattery >= 300 && byBattery <= 360, `after ${byBattery} s`);
        const byRow = toldAfter(60)!;
        assert.ok(byRow >= 60 && byRow <= 120, `after ${byRow} s`);
    });
});
