import type { EventLevel } from '../../core/events/ids';
import { said, type Sentence } from '../../core/language/sentence';
import { isCallable } from '../../core/remote-call';

/** Largest body of a request, bytes. */
export const MOST_BODY_BYTES = 16_384;

const ID = /^[A-Za-z0-9_-]{8,64}$/;
const LEVELS: readonly EventLevel[] = ['info', 'warning', 'alarm'];
const LONGEST_TEXT = 2000;
const LONGEST_NAME = 200;

/** The body of a request; JSON. See docs/remote.md. */
export interface RemoteCall {
    version: 1;
    /** Identifies this call over all retries: it runs once per id. */
    id: string;
    /** One of the receiver's callable names. */
    command: string;
    /** True: on edge; false: off edge. */
    active: boolean;
    /** One sentence for people. */
    text?: string;
    level?: EventLevel;
    /** Name of the caller, for people. */
    from?: string;
    /** Checks everything and runs nothing. */
    dryRun?: boolean;
}

/** Why a call was refused. */
export type RefusalReason =
    | 'malformed'
    | 'unsigned'
    | 'clock-skew'
    | 'replayed'
    | 'not-callable'
    | 'too-large'
    | 'too-many'
    | 'not-ready';

/** The body of an answer; JSON. */
export interface RemoteReply {
    version: 1;
    /** Id of the call; absent if the request could not be parsed. */
    id?: string;
    outcome: 'accepted' | 'duplicate' | 'refused';
    reason?: RefusalReason;
    /** A sentence in English. */
    message?: string;
    /** Nothing was switched: the call asked for a dry run, or the receiver's site is in dry run. */
    dryRun?: boolean;
    /** The receiver's time, seconds since 1970. */
    time: number;
}

/** Parses the body of a request. Returns a sentence about the error if it is invalid. Unknown properties are ignored. */
export function parseCall(body: Uint8Array): RemoteCall | Sentence {
    let given: unknown;
    try {
        given = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
    } catch {
        return said('call.wrong.json');
    }
    if (typeof given !== 'object' || given === null || Array.isArray(given)) return said('call.wrong.object');
    const { version, id, command, active, text, level, from, dryRun } = given as Record<string, unknown>;
    if (version !== 1) return said('call.wrong.version');
    if (typeof id !== 'string' || !ID.test(id)) return said('call.wrong.id');
    if (typeof command !== 'string' || !isCallable(command)) return said('call.wrong.command');
    if (typeof active !== 'boolean') return said('call.wrong.tick', { name: 'active' });
    if (text !== undefined && typeof text !== 'string') return said('call.wrong.string', { name: 'text' });
    if (from !== undefined && typeof from !== 'string') return said('call.wrong.string', { name: 'from' });
    if (dryRun !== undefined && typeof dryRun !== 'boolean') return said('call.wrong.tick', { name: 'dryRun' });
    if (level !== undefined && !LEVELS.includes(level as EventLevel))
        return said('call.wrong.level', { levels: LEVELS.join(', ') });
    return {
        version,
        id,
        command,
        active,
        ...(text ? { text: text.slice(0, LONGEST_TEXT) } : {}),
        ...(level ? { level: level as EventLevel } : {}),
        ...(from ? { from: oneLine(from) } : {}),
        ...(dryRun ? { dryRun } : {}),
    };
}

/** Parses the body of an answer; undefined if it is invalid. */
export function parseReply(body: Uint8Array): RemoteReply | undefined {
    try {
        const given = JSON.parse(new TextDecoder().decode(body)) as Partial<RemoteReply> | null;
        const known = ['accepted', 'duplicate', 'refused'].includes(given?.outcome ?? '');
        return known && given?.version === 1 && Number.isFinite(given.time) ? (given as RemoteReply) : undefined;
    } catch {
        return undefined;
    }
}

function oneLine(text: string): string {
    return text
        .replace(/[\p{Cc}\u2028\u2029]+/gu, ' ')
        .trim()
        .slice(0, LONGEST_NAME);
}
