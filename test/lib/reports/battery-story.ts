import { dischargeOf } from '../../../bench/support/block-discharge';
import { impedanceHistory } from '../../../bench/support/block-history';
import { batteryHealth } from '../../../lib/core/batteries/health/health';
import { layoutOf } from '../../../lib/core/batteries/layout';
import { Slices } from '../../../lib/core/turns';
import {
    batteryDischargeReport,
    batteryHealthReport,
    batteryReplacementReport,
    type BatteryDischargeReport,
    type BatteryHealthReport,
    type BatteryNames,
    type BatteryReplacementReport,
    type ReportRequest,
} from '../../../lib/reports';

const DAY_MS = 86_400_000;
export const BATTERY = { layout: layoutOf(16, 2), nominalVoltage: 12, capacityAh: 100 };

/** Two strings of eight blocks: block 5 has 70 % of its capacity, the impedance of block 10 rises for 50 days. */
export async function batteryReports(
    request: ReportRequest,
    names: BatteryNames,
    notes: readonly string[],
): Promise<{ discharge: BatteryDischargeReport; health: BatteryHealthReport; replacement: BatteryReplacementReport }> {
    const days = 120;
    const discharge = dischargeOf({
        seed: 2,
        blocks: 16,
        strings: 2,
        capacityAh: 100,
        rate: 0.3,
        depth: 0.3,
        capacity: new Map([[4, 0.7]]),
    });
    const impedance = impedanceHistory({
        seed: 1,
        blocks: 16,
        strings: 2,
        days,
        from: request.now - days * DAY_MS,
        noise: () => 0.01,
        rises: new Map([[9, { startDay: 70, days: 70, shape: 'line' }]]),
    });
    const health = batteryHealth({ now: request.now, ...BATTERY, impedance, discharges: [discharge] });
    return {
        discharge: await batteryDischargeReport(request, { curves: discharge, battery: BATTERY, names }, new Slices()),
        health: batteryHealthReport(request, health, names),
        replacement: batteryReplacementReport(request, health, names, notes),
    };
}
