import { choice, number, reference, seconds, type Role } from '../../../lib/core/settings';
import type { EventLevel } from '../../../lib/core/events/ids';

/** The site for the state and the log of a source; default: the only site. */
export function sourceSite() {
    return reference('ups-site', { icon: 'building-o' });
}

/** How long a change of a contact must last, ms. */
export function debounce(otherwise: number) {
    return number({ icon: 'filter', unit: 'ms', min: 0, max: 3_600_000, default: otherwise });
}

/** Seconds without a reading until the connection counts as lost; 0: never. */
export function lostAfter(otherwise: number) {
    return seconds({ icon: 'chain-broken', min: 0, max: 31_536_000, default: otherwise });
}

/** The level of an event. */
export function eventLevel(otherwise: EventLevel) {
    return choice(['alarm', 'warning', 'info'], { icon: 'exclamation-triangle', default: otherwise, width: 'medium' });
}

/** The role of a node with one contact. */
export const contactRole: Role<unknown> = {
    source: () => ({ events: ['on', 'connection-lost'] }),
    eventPrefix: 'contact-',
};
