import type { EventInfo, EventMessage } from '../../core/messages';
import type { UpsStatus } from '../../core/status/status';
import { recipientsOf } from './addresses';
import { oneLine, localTime } from './compose';
import type { MailLogPolicy, NewMail } from './mail';
import { plainText, said, type Translate } from '../../core/language/sentence';

/**
 * Name and version of the schema (docs/email-trap.md). Within a version, properties may only be added; any other change requires
 * a new version.
 */
export const EMAIL_TRAP_SCHEMA = 'ridethrough-email-trap';
export const EMAIL_TRAP_VERSION = 1;
export const EMAIL_TRAP_FILE = 'ridethrough-email-trap.json';

/** The attachment. Values in SI units, times in ISO 8601 UTC; unknown values are absent. */
export interface EmailTrap {
    schema: typeof EMAIL_TRAP_SCHEMA;
    version: typeof EMAIL_TRAP_VERSION;
    /** Unique for each edge of an episode: receivers detect duplicates by it. */
    id: string;
    /** When it was composed. */
    createdAt: string;
    site?: { name?: string; location?: string; contact?: string };
    source: { id: string; name: string };
    event: {
        id: string;
        text: string;
        level: EventInfo['level'];
        active: boolean;
        since: string;
        at: string;
        episode: string;
        value?: number | string;
        unit?: string;
        firing?: string;
    };
    /** Ids of all active events of the source at that moment, including this one. */
    activeEvents?: string[];
    /** The status in the event message; its `time` is an ISO 8601 text here. */
    status?: Omit<UpsStatus, 'time'> & { time: string };
}

export interface TrapParts {
    message: EventMessage;
    /** Ids of active events; undefined if the source does not exist. */
    activeEvents: string[] | undefined;
    site: { name: string; location: string; contact: string } | undefined;
    /** Epoch ms. */
    now: number;
}

export function emailTrap({ message, activeEvents, site, now }: TrapParts): EmailTrap {
    const { event, status } = message;
    const { id, source, sourceId, level, active, since, at, episode, text, value, unit, firing } = event;
    return {
        schema: EMAIL_TRAP_SCHEMA,
        version: EMAIL_TRAP_VERSION,
        id: [episode || `${sourceId || source}:${id}:${at}`, active ? 'on' : 'off', firing].filter(Boolean).join('|'),
        createdAt: iso(now),
        ...(site ? { site: present({ name: site.name, location: site.location, contact: site.contact }) } : {}),
        source: { id: sourceId, name: source },
        event: {
            id,
            text,
            level,
            active,
            since: iso(since),
            at: iso(at),
            episode,
            ...present({ value, unit, firing }),
        },
        ...(activeEvents ? { activeEvents } : {}),
        ...(isStatus(status) ? { status: { ...status, time: iso(status.time) } } : {}),
    };
}

/**
 * The mail for a trap: fixed subject and text for people, JSON for programs, and headers by which programs can sort it without
 * opening the attachment.
 */
export function composeTrap(
    to: string,
    parts: TrapParts,
    job: { id: string; name: string; log: MailLogPolicy },
    inWords: Translate = plainText,
): NewMail {
    const trap = emailTrap(parts);
    const { event } = parts.message;
    const state = event.active ? 'on' : 'off';
    const where = [parts.site?.name, event.source].filter(Boolean).join('/');
    return {
        ...recipientsOf(to),
        subject: oneLine(
            `[${EMAIL_TRAP_SCHEMA}/${EMAIL_TRAP_VERSION}] ${where ? `${where} ` : ''}${event.id} ${state}`,
        ),
        text: [
            `${event.text}`,
            '',
            inWords(said('trap.event', { event: `${event.id} ${state} (${event.level})` })),
            inWords(said('trap.source', { source: where })),
            inWords(said('trap.at', { at: localTime(event.at) })),
            '',
            inWords(said('trap.programs', { file: EMAIL_TRAP_FILE })),
        ].join('\n'),
        level: event.level,
        at: event.at,
        event: headerOf({ id: event.id, state, level: event.level, episode: event.episode }),
        headers: {
            'X-Ridethrough-Trap': headerOf({ schema: EMAIL_TRAP_SCHEMA, version: EMAIL_TRAP_VERSION, id: trap.id }),
            'X-Ridethrough-Source': headerOf({ site: parts.site?.name ?? '', name: event.source, id: event.sourceId }),
            'X-Ridethrough-Time': headerOf({ at: trap.event.at, since: trap.event.since, created: trap.createdAt }),
        },
        files: [
            {
                filename: EMAIL_TRAP_FILE,
                contentType: 'application/json; charset=utf-8',
                content: `${JSON.stringify(trap, undefined, 2)}\n`,
            },
        ],
        attachEventLog: false,
        attachDataLog: false,
        log: job.log,
        source: job.name,
        sourceId: job.id,
        ...(event.sourceId ? { upsId: event.sourceId } : {}),
        eventId: event.id,
        episode: event.episode,
    };
}

/** `name=value; …` in printable ASCII; other characters are percent-encoded as in URLs. Bounded in length. */
function headerOf(fields: Record<string, string | number>): string {
    return Object.entries(fields)
        .map(
            ([name, value]) =>
                `${name}=${encodeURIComponent(wellFormed(String(value).slice(0, 100)))
                    .replace(/%3A/gi, ':')
                    .replace(/%7C/gi, '|')}`,
        )
        .join('; ');
}

/** Cutting a text may leave half a surrogate pair, which cannot be encoded: U+FFFD replaces it. */
function wellFormed(text: string): string {
    return Buffer.from(text, 'utf8').toString('utf8');
}

function iso(at: number): string {
    const date = new Date(at);
    return Number.isNaN(date.getTime()) ? new Date(0).toISOString() : date.toISOString();
}

function present<T extends object>(values: T): Partial<T> {
    const known = Object.entries(values).filter(([, value]) => value !== undefined && value !== '');
    return Object.fromEntries(known) as Partial<T>;
}

/** A message may carry a `status` from any node, in any shape. */
function isStatus(status: unknown): status is UpsStatus {
    const candidate = status as Partial<UpsStatus> | null | undefined;
    return (
        typeof candidate === 'object' && candidate !== null && Number.isFinite(candidate.time) && 'battery' in candidate
    );
}
