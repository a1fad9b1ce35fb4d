import type { ThresholdValueId } from './values';

/** The side of a limit to which a discharge moves a value. */
export type Side = 'low' | 'high';

/**
 * Values that show how far a battery is discharged, with the side to which an outage moves them. A limit that was passed on that side
 * belongs to the outage: it begins anew with each outage, and ends only after the mains are back. The other side ("charged again") does not
 * belong to an outage. Temperature, asymmetry and current do not show how far the battery is discharged.
 */
const DRIVEN: Partial<Record<ThresholdValueId, Side>> = {
    'battery.chargePercent': 'low',
    'battery.minutesRemaining': 'low',
    'battery.voltage': 'low',
    'derived.chargePercent': 'low',
    'derived.minutesRemaining': 'low',
    'derived.secondsOnBattery': 'high',
    'derived.depletionPerMinute': 'high',
};

/** Undefined: the value does not show how far the battery is discharged. */
export function sideOfDischarge(value: string | undefined): Side | undefined {
    return DRIVEN[value as ThresholdValueId];
}
