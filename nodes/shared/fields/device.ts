import { choice, number, ownFault, reference, whole, type FieldFault, type When } from '../../../lib/core/settings';
import { tellsBattery } from '../../../lib/protocols/device-map/battery-sweep';
import type { DeviceMap } from '../../../lib/protocols/device-map/device-map';

/** The settings that every device node has: the UPS that it feeds, and its priority among several nodes of one UPS. */
export const deviceFields = {
    ups: reference('ups-unit', { icon: 'battery-full', required: true }),
    priority: whole({ icon: 'sort-numeric-asc', min: 1, max: 9, default: 1 }),
};

const UPS = { feeds: 'ups' } as const;

/** As `deviceFields`, for a device whose own map may tell the blocks of a battery in place of a UPS. */
export const feedFields = {
    feeds: choice(['ups', 'battery'], { icon: 'share', width: 'medium', default: 'ups' }),
    ups: reference('ups-unit', { icon: 'battery-full', required: true, when: UPS }),
    battery: reference('ups-battery', { icon: 'th', required: true, when: { feeds: 'battery' } }),
    priority: whole({ icon: 'sort-numeric-asc', min: 1, max: 9, default: 1, when: UPS }),
};

/** Faults of a device that feeds a battery: `choice` is the setting that says which map, `map` the user's own. */
export function batteryMapFault(feeds: string, choice: string): FieldFault | undefined {
    return feeds === 'battery' && choice !== 'own' ? ownFault('feedsMap') : undefined;
}

export function blocksFault(feeds: string, map: DeviceMap | undefined): FieldFault | undefined {
    return feeds === 'battery' && map && !tellsBattery(map) ? ownFault('noBlocks') : undefined;
}

/** Seconds between two polls. @param min the shortest interval that the device allows */
export function pollInterval(min: number) {
    return number({ icon: 'refresh', unit: 's', min, max: 3600, default: 1 });
}

/** Seconds to wait for an answer. */
export function answerTimeout(options: { min: number; max: number; default: number; when?: When }) {
    return number({ icon: 'clock-o', unit: 's', ...options });
}
