import type { ThresholdValueId } from './values';

/** The side of a limit to which a discharge drives a value. */
export type Side = 'low' | 'high';

/**
 * Values that tell how far a battery is used up, with the side to which an outage drives them. What has tripped on that side belongs to
 * the outage: it begins anew with each, and does not end before the mains are back. The other side ("charged again") does not. Temperature,
 * asymmetry and current tell nothing of how far the battery is.
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

/** Undefined: the value is no battery level. */
export function sideOfDischarge(value: string | undefined): Side | undefined {
    return DRIVEN[value as ThresholdValueId];
}
