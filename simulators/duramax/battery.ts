/** What the battery does now. A and Ah. */
export interface BatteryUse {
    kind: 'discharging' | 'charging' | 'resting';
    current: number;
    capacity: number;
}

/** V of a discharging battery of 24 V, empty and full; made up, linear between them. */
const EMPTY_V = 18;
const SPAN_V = 7;

/** V at its terminals. */
export function batteryVolts(charge: number, { kind }: Pick<BatteryUse, 'kind'>): number {
    const discharging = EMPTY_V + SPAN_V * charge;
    return kind === 'discharging' ? discharging : kind === 'charging' ? discharging + 2 : discharging + 1;
}

/** The charge at which a discharging battery has this voltage, 0..1. */
export function chargeAtVolts(volts: number): number {
    return Math.min(1, Math.max(0, (volts - EMPTY_V) / SPAN_V));
}

/** 0..100, without what binary fractions add. */
export function chargePercent(charge: number): number {
    return Math.round(charge * 1e8) / 1e6;
}

/** The charge after so many hours. */
export function settledCharge(charge: number, use: BatteryUse, hours: number): number {
    return Math.min(1, Math.max(0, charge + slope(use) * hours));
}

/** Hours until the charge is `target`; Infinity if it never gets there, or is there. */
export function hoursTo(charge: number, target: number, use: BatteryUse): number {
    const perHour = slope(use);
    const hours = perHour === 0 ? Infinity : (target - charge) / perHour;
    return hours > 0 ? hours : Infinity;
}

/** Of the charge, per hour. */
function slope({ kind, current, capacity }: BatteryUse): number {
    if (kind === 'resting') return 0;
    return ((kind === 'charging' ? 1 : -1) * current) / capacity;
}
