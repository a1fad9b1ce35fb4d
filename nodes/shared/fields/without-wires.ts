import { MOST_IMPORTANT_EVENTS } from '../../../lib/core/events/important';
import { events, reference, tick, type When } from '../../../lib/core/settings';

/** What a job takes without a wire: of which sources, and which events of UPSs. @param sources when the choice of sources counts */
export function withoutWires(sources: When = { automatic: true }) {
    return {
        automatic: tick({ icon: 'magic', default: false }),
        ups: reference('ups-unit', { icon: 'battery-full', when: sources }),
        // None chosen is every event.
        events: events({ default: MOST_IMPORTANT_EVENTS, when: { automatic: true } }),
        otherSources: tick({ icon: 'thermometer-half', default: true, when: sources }),
        schedules: tick({ default: false, when: sources }),
    };
}
