import type { UnitView } from '../../../../../lib/views';

type Told = Pick<
    UnitView,
    'dcSupply' | 'source' | 'charge' | 'runtimeSeconds' | 'estimatedSeconds' | 'secondsOnBattery' | 'status'
>;

/** Whether to show where the power goes. A UPS that does not know it says so; a DC supply need not have anything to say about it. */
export function tellsSource({ dcSupply, source }: Told): boolean {
    return !dcSupply || source !== undefined;
}

/** Whether to show a battery: a DC supply need not have one. */
export function tellsBattery(unit: Told): boolean {
    if (!unit.dcSupply || unit.secondsOnBattery) return true;
    const { charge, runtimeSeconds, estimatedSeconds } = unit;
    const told = [charge, runtimeSeconds, estimatedSeconds, ...Object.values(unit.status?.battery ?? {})];
    return told.some((value) => value !== undefined && value !== 'unknown');
}
