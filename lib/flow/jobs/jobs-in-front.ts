import type { EventMessage } from '../../core/messages';
import type { RegisteredJob } from '../members';
import type { Registry } from '../registry';
import type { WiredJob, Wires } from '../plan/wires';

/**
 * The jobs that must have ended before this one is told of an event, by the wires: those that are on every path from the event to it.
 * @param id of the job on the canvas
 * @returns ids on the canvas
 */
export function jobsInFront(id: string, { event: { sourceId, id: eventId } }: EventMessage, wires: Wires): string[] {
    const events = wires.events.filter(({ source, event }) => source === sourceId && [eventId, '*'].includes(event));
    const inFront = (of: string) => {
        const paths = events.flatMap(({ jobs }) => jobs.filter(({ nodeId }) => nodeId === of));
        return paths.length > 0 ? paths.map(before).reduce((all, path) => all.filter((job) => path.includes(job))) : [];
    };
    const known = new Set(events.flatMap(({ jobs }) => jobs.map(({ nodeId }) => nodeId)));
    const before = ({ nodeId, through }: WiredJob) => through.filter((each) => each !== nodeId && known.has(each));
    // Two that are wired in a ring would wait for each other.
    return inFront(id).filter((job) => !inFront(job).includes(id));
}

/**
 * Whether a job in front of this one is still at work for the end of the same event: it tells this one when it has ended. A wake-up that is owed
 * from an earlier outage waits for it: that job may be what aborts a shutdown of the UPS, or waits until its output is back.
 */
export function isOneInFront(
    job: Pick<RegisteredJob, 'id' | 'subflowOrigin'>,
    message: EventMessage,
    wires: Wires,
    registry: Registry,
): boolean {
    const { sourceId, id: eventId, active } = message.event;
    if (active) return false;
    const front = new Set(jobsInFront(drawnId(job), message, wires));
    if (front.size === 0) return false;
    return registry.jobs().some((other) => {
        const inside = other.subflowOrigin?.inside === job.subflowOrigin?.inside;
        if (!front.has(drawnId(other)) || !inside) return false;
        const { acts, runs } = other.view();
        const open = runs.filter(({ state }) => state === 'running' || state === 'owed');
        return acts && open.some((run) => !run.active && run.sourceId === sourceId && run.eventId === eventId);
    });
}

function drawnId({ id, subflowOrigin }: Pick<RegisteredJob, 'id' | 'subflowOrigin'>): string {
    return subflowOrigin?.id ?? id;
}
