import { reference } from '../../../lib/core/settings';

/** The UPS that a node has to do with, and cannot do without. */
export function chosenUps() {
    return reference('ups-unit', { icon: 'battery-full', required: true });
}
