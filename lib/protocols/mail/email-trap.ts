import type { EventInfo, EventMessage } from '../../core/messages';
import type { UpsStatus } from '../../core/status/status';
import { recipientsOf } from './addresses';
import { oneLine, stamp } from './compose';
import type { MailLogPolicy, NewMail } from './mail';
import { plainText, said, type Translate } from '../../core/language/sentence';

/** Name and version of the schema (docs/email-trap.md). A version only ever gains properties; what else changes is a new version. */
export const EMAIL_TRAP_SCHEMA = 'ridethrough-email-trap';
export const EMAIL_TRAP_VERSION = 1;
export const EMAIL_TRAP_FILE = 'ridethrough-email-trap.json';

/** The attachment: everything in SI units, times in ISO 8601 UTC; what is not known is absent. */
export interface EmailTrap {
    schema: typeof EMAIL_TRAP_SCHEMA;
    version: typeof EMAIL_TRAP_VERSION;
    /** Unique per edge of an occurrence: the same one twice is the same trap. */
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
    /** Ids of all events of the source that were active then, this one included. */
    activeEvents?: string[];
    /** The reading that the event was sent with; its `time` is ISO here. */
    status?: Omit<UpsStatus, 'time'> & { time: string };
}

export interface TrapParts {
    message: EventMessage;
    /** Ids of what is active; undefined: the source is not there to be asked. */
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

/** The mail around it: a fixed subject and text for people, the JSON for programs, and headers to sort by without opening it. */
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
            inWords(said('trap.at', { at: stamp(event.at) })),
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

/** `name=value; …` in printable ASCII; everything else is percent-encoded as in URLs. Bounded. */
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

/** Half a character, of a text that was cut, cannot be encoded: U+FFFD takes its place. */
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

/** Any node may put a `status` of its own into a message. */
function isStatus(status: unknown): status is UpsStatus {
    const candidate = status as Partial<UpsStatus> | null | undefined;
    return (
        typeof candidate === 'object' && candidate !== null && Number.isFinite(candidate.time) && 'battery' in candidate
    );
}
