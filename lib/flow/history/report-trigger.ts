import type { EventInfo } from '../../core/messages';
import type { IncomingMessage } from '../messages/coerce';

/** What a message asks a report node for: a report of an occurrence that is over, a report at once, or nothing. */
export type ReportTrigger = { ask: 'ended'; event: EventInfo } | { ask: 'now' } | { ask: 'nothing' };

/** Whether `event` of a message has what a report needs of it; another node may have changed it. */
function isWhole(event: Partial<EventInfo> | undefined): event is EventInfo {
    const { id, sourceId, source, episode, since, at, active } = event ?? {};
    return (
        [id, sourceId, source, episode].every((text) => typeof text === 'string' && text !== '') &&
        Number.isFinite(since) &&
        Number.isFinite(at) &&
        typeof active === 'boolean'
    );
}

/**
 * A report of an event such as an outage is made when that is over: an event that begins asks for nothing. Any other report is made when something
 * begins, e.g. a schedule, or at any plain message.
 * @param ofEvent the report is one of an event
 */
export function reportTrigger(message: IncomingMessage, ofEvent: boolean): ReportTrigger {
    const event = typeof message.event === 'object' && message.event !== null ? message.event : undefined;
    if (!isWhole(event)) return { ask: 'now' };
    if (ofEvent) return event.active ? { ask: 'nothing' } : { ask: 'ended', event };
    return event.active ? { ask: 'now' } : { ask: 'nothing' };
}
