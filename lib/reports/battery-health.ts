import type { BatteryHealth } from '../core/batteries/health/health';
import { replacementList, type ReplacementList } from '../core/batteries/health/replacement';
import type { BatteryNames } from './battery-names';
import { headOf, type ReportHead, type ReportRequest } from './sources';

/** The health of all blocks of a battery at a time. JSON; keys are only ever added. */
export interface BatteryHealthReport extends ReportHead {
    kind: 'battery-health';
    version: 1;
    names: BatteryNames;
    health: BatteryHealth;
}

/** The blocks that have to be replaced, now or later. */
export interface BatteryReplacementReport extends ReportHead {
    kind: 'battery-replacement';
    version: 1;
    names: BatteryNames;
    /** When the health was judged, epoch ms, and of how many blocks. */
    judgedAt: number;
    modules: number;
    list: ReplacementList;
    /** By block (module 1 first): what the inventory says of it. */
    notes: (string | null)[];
}

export function batteryHealthReport(
    request: ReportRequest,
    health: BatteryHealth,
    names: BatteryNames = {},
): BatteryHealthReport {
    return { kind: 'battery-health', version: 1, ...headOf(request), names, health };
}

export function batteryReplacementReport(
    request: ReportRequest,
    health: BatteryHealth,
    names: BatteryNames = {},
    notes: readonly (string | undefined)[] = [],
): BatteryReplacementReport {
    return {
        kind: 'battery-replacement',
        version: 1,
        ...headOf(request),
        names,
        judgedAt: health.at,
        modules: health.modules,
        list: replacementList(health),
        notes: Array.from({ length: health.modules }, (_, index) => notes[index] ?? null),
    };
}
