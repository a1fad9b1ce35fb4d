import { reference } from '../../../lib/core/settings';

/** The UPS of a node; required. */
export function chosenUps() {
    return reference('ups-unit', { icon: 'battery-full', required: true });
}
