import { UpsError } from '../errors';

/** The settings of a `ups-unit`, in the units of its dialog; `undefined` if left empty. */
export interface UnitConfig {
    /** Rated power, VA. */
    ratedVA?: number;
    /** The load of `holdMinutes`, VA. */
    loadVA?: number;
    /** How long a full battery lasts at `loadVA`, minutes. */
    holdMinutes?: number;
    /** Minutes from empty to full. */
    rechargeMinutes?: number;
    /** `YYYY-MM-DD` */
    batteryInstalledOn?: string;
    batteryMaxAgeMonths: number;
    confirmSeconds: number;
    /** How long the mains must be back before an outage is over; default 0. */
    mainsBackSeconds?: number;
    staleSeconds: number;
    /** What timers do while the device is silent in an outage. */
    onSilence: 'continue' | 'hold';
    shutdownSeconds?: number;
    healthPercent: number;
    testMaxMinutes: number;
}

export const UNIT_DEFAULTS: UnitConfig = {
    batteryMaxAgeMonths: 48,
    confirmSeconds: 0,
    staleSeconds: 30,
    onSilence: 'continue',
    healthPercent: 10,
    testMaxMinutes: 30,
};

/** Checks that the load is not above the rated power, both in VA. @throws UpsError config-invalid */
export function loadWithin<L extends number | undefined>(loadVA: L, ratedVA: number | undefined): L {
    if (loadVA === undefined || ratedVA === undefined || loadVA <= ratedVA) return loadVA;
    throw new UpsError('config-invalid', { property: 'loadVA', value: loadVA, expected: `1 … ${ratedVA} (ratedVA)` });
}
