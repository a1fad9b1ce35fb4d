import type { ViewFacts } from './facts';

/** The number of failures of jobs that events of a source run, by the id of the source. A job of two sources counts for both. */
export function failuresByUnit({ failures, plan }: Pick<ViewFacts, 'failures' | 'plan'>): ReadonlyMap<string, number> {
    if (failures.length === 0) return new Map();
    return new Map(
        plan().sources.map(({ sourceId, events }) => {
            const its = failures.filter(({ nodeId, eventId }) =>
                events.some(
                    (event) =>
                        (eventId === undefined || event.eventId === eventId || event.eventId === '*') &&
                        event.jobs.some((job) => job.nodeId === nodeId),
                ),
            );
            return [sourceId, its.length];
        }),
    );
}
