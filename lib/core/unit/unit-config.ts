import { UpsError } from '../errors';

/** Everything that is set on a `ups-unit`, in the units of its dialog; `undefined` where left empty. */
export interface UnitConfig {
    /** VA the UPS can deliver. */
    ratedVA?: number;
    /** VA at which `holdMinutes` holds. */
    loadVA?: number;
    /** Minutes on a full battery at `loadVA`. */
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

/** The load of a UPS in VA, of which it carries no more than it is rated for. @throws UpsError config-invalid */
export function loadWithin<L extends number | undefined>(loadVA: L, ratedVA: number | undefined): L {
    if (loadVA === undefined || ratedVA === undefined || loadVA <= ratedVA) return loadVA;
    throw new UpsError('config-invalid', { property: 'loadVA', value: loadVA, expected: `1 … ${ratedVA} (ratedVA)` });
}
