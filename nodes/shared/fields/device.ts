import { number, reference, whole, type When } from '../../../lib/core/settings';

/** The settings that every device node has: the UPS that it feeds, and its priority among several nodes of one UPS. */
export const deviceFields = {
    ups: reference('ups-unit', { icon: 'battery-full', required: true }),
    priority: whole({ icon: 'sort-numeric-asc', min: 1, max: 9, default: 1 }),
};

/** Seconds between two polls. @param min the shortest interval that the device allows */
export function pollInterval(min: number) {
    return number({ icon: 'refresh', unit: 's', min, max: 3600, default: 1 });
}

/** Seconds to wait for an answer. */
export function answerTimeout(options: { min: number; max: number; default: number; when?: When }) {
    return number({ icon: 'clock-o', unit: 's', ...options });
}
