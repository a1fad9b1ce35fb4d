import type { EventSource } from '../core/events/source';
import type { Alarms } from '../flow/plan/alarms';
import type { ViewFacts } from './facts';
import type { ActiveEventView } from './unit-view';

/** The active events of a source, alarms first. Of what an earlier process has raised the source has no evidence: the log has. */
export function activeEventsOf(
    source: EventSource,
    alarms: Alarms,
    { keptEvidence }: Pick<ViewFacts, 'keptEvidence'>,
): ActiveEventView[] {
    const order = ['alarm', 'warning', 'info'];
    return source
        .activeEvents()
        .map(({ id, text, level, since, episode, value, unit, evidence: own }): ActiveEventView => {
            const evidence = own ?? keptEvidence?.(source.id, id, episode);
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
