import { UpsError } from '../core/errors';
import type { LogEntry, LogKind } from '../core/journal/event-log';
import { said } from '../core/language/sentence';
import type { LogQuery } from './log-query';

/** A filter as a person sets it. */
export interface LogFilter {
    /** Entries of the last so many hours; 0: of any age. */
    hours: number;
    /** The lowest level. */
    level: LogEntry['level'];
    kind: LogKind | 'all';
    /** Name or id of a UPS, a sensor, a job; '': all. */
    source: string;
    /** Event ids; empty: all. */
    events: readonly string[];
    text: string;
    /** Only what belongs to the event of the message. */
    ofEvent: boolean;
    /** The newest so many. */
    most: number;
}

/** What a message may say. */
export interface LogRequest {
    from?: unknown;
    to?: unknown;
    event?: unknown;
}

/** From the lowest to the highest. */
export const LOG_LEVELS = ['info', 'warning', 'alarm', 'error'] as const satisfies readonly LogEntry['level'][];

const HOUR_MS = 3_600_000;

/**
 * The query for a filter. `msg.from` and `msg.to` take the place of the hours: epoch ms, a Date, or ISO 8601.
 * @param now epoch ms
 * @param sourceOf finds a source by its name or id
 * @throws UpsError payload-unknown
 */
export function logRequest(
    filter: LogFilter,
    message: LogRequest,
    now: number,
    sourceOf: (nameOrId: string) => { id: string; name: string } | undefined,
): LogQuery {
    const { hours, level, kind, source, events, text, ofEvent, most } = filter;
    const { from, to } = { from: timeOf('from', message.from), to: timeOf('to', message.to) };
    const hasTime = from !== undefined || to !== undefined;
    const since = ofEvent || hasTime || hours === 0 ? from : now - hours * HOUR_MS;
    return {
        limit: most,
        ...(since !== undefined && { from: since }),
        ...(to !== undefined && { to }),
        ...(level !== 'info' && { levels: LOG_LEVELS.slice(LOG_LEVELS.indexOf(level)) }),
        ...(kind !== 'all' && { kinds: [kind] }),
        ...(source && { of: sourceOf(source) ?? { id: source, name: source } }),
        ...(events.length > 0 && { events }),
        ...(text && { text }),
        ...(ofEvent && { outage: episodeOf(message.event) }),
    };
}

function timeOf(name: string, value: unknown): number | undefined {
    if (value === undefined || value === null || value === '') return undefined;
    const at = value instanceof Date ? value.getTime() : typeof value === 'string' ? Date.parse(value) : value;
    if (typeof at === 'number' && Number.isFinite(at)) return at;
    throw new UpsError('payload-unknown', { value: `${name}: ${String(value)}`, expected: said('expected.instant') });
}

function episodeOf(event: unknown): string {
    const { episode } = (event ?? {}) as { episode?: unknown };
    if (typeof episode === 'string' && episode !== '') return episode;
    throw new UpsError('payload-unknown', { value: 'msg.event', expected: said('expected.eventMessage') });
}
