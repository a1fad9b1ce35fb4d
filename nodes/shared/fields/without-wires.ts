import { MOST_IMPORTANT_EVENTS } from '../../../lib/core/events/important';
import { events, reference, tick, type When } from '../../../lib/core/settings';

/**
 * The events that a job receives without a wire: of which sources, and which events of UPSs. @param sources the condition under which the
 * choice of sources applies
 */
export function withoutWires(sources: When = { automatic: true }) {
    return {
        automatic: tick({ icon: 'magic', default: false }),
        ups: reference('ups-unit', { icon: 'battery-full', when: sources }),
        // An empty choice means every event.
        events: events({ default: MOST_IMPORTANT_EVENTS, when: { automatic: true } }),
        otherSources: tick({ icon: 'thermometer-half', default: true, when: sources }),
        schedules: tick({ default: false, when: sources }),
    };
}
