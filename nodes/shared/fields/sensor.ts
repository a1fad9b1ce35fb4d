import { choice, number, reference, seconds, type Role } from '../../../lib/core/settings';
import type { EventLevel } from '../../../lib/core/events/ids';

/** Where a source of its own keeps its state and its log; default: the only site. */
export function sourceSite() {
    return reference('ups-site', { icon: 'building-o' });
}

/** ms that a change of a contact must last. */
export function debounce(otherwise: number) {
    return number({ icon: 'filter', unit: 'ms', min: 0, max: 3_600_000, default: otherwise });
}

/** Seconds without a reading until the connection counts as lost; 0: never. */
export function lostAfter(otherwise: number) {
    return seconds({ icon: 'chain-broken', min: 0, max: 31_536_000, default: otherwise });
}

/** What an event counts as. */
export function eventLevel(otherwise: EventLevel) {
    return choice(['alarm', 'warning', 'info'], { icon: 'exclamation-triangle', default: otherwise, width: 'medium' });
}

/** Of a node with one contact. */
export const contactRole: Role<unknown> = {
    source: () => ({ events: ['on', 'connection-lost'] }),
    eventPrefix: 'contact-',
};
