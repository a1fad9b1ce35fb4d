import type { EventSource } from '../core/events/source';
import type { Alarms } from '../flow/plan/alarms';
import type { ActiveEventView } from './unit-view';

/** The active events of a source, alarms first. */
export function activeEventsOf(source: EventSource, alarms: Alarms): ActiveEventView[] {
    const order = ['alarm', 'warning', 'info'];
    return source
        .activeEvents()
        .map(({ id, text, level, since, episode, value, unit, evidence }): ActiveEventView => {
            const by = alarms.acknowledged(source.id, episode);
            return {
                id,
                text,
                level,
                since,
                episode,
                ...(value !== undefined && { value, ...(unit ? { unit } : {}) }),
                ...(evidence && { evidence }),
                ...(by && { acknowledged: by }),
            };
        })
        .sort((a, b) => order.indexOf(a.level) - order.indexOf(b.level) || a.since - b.since);
}
