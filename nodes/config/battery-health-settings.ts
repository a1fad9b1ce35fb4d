import type { HealthSettings } from '../../lib/flow/batteries/health-input';
import type { SettingsOf } from '../../lib/core/settings';
import type { settings } from './ups-battery.settings';

/** What a person set of the health of an `ups-battery`. What is empty is as its chemistry has it. */
export function healthSettingsOf(own: SettingsOf<typeof settings>): HealthSettings {
    const { ratedHours, peukert, perKelvin, referenceCelsius } = own;
    return {
        model: {
            ...(ratedHours !== undefined && { ratedHours }),
            ...(peukert !== undefined && { peukert }),
            ...(perKelvin !== undefined && { perKelvin: perKelvin / 100 }),
            ...(referenceCelsius !== undefined && { referenceCelsius }),
        },
        limits: {
            capacity: [own.capacityWatch, own.capacityReplace],
            impedance: [own.impedanceWarning, own.impedanceReplace],
            aboveString: [own.aboveStringWatch, own.aboveStringWarning],
            heat: [own.heatWatch, own.heatWarning],
        },
    };
}
