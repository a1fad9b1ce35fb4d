import type { EventLevel } from '../../core/events/ids';
import { said, type Sentence } from '../../core/language/sentence';
import { isCallable } from '../../core/remote-call';

/** Longest body of a request, bytes. */
export const MOST_BODY_BYTES = 16_384;

const ID = /^[A-Za-z0-9_-]{8,64}$/;
const LEVELS: readonly EventLevel[] = ['info', 'warning', 'alarm'];
const LONGEST_TEXT = 2000;
const LONGEST_NAME = 200;

/** The body of a request; JSON. See docs/remote.md. */
export interface RemoteCall {
    version: 1;
    /** Names this call over all its retries: it runs once per id. */
    id: string;
    /** Which of the receiver's callable names. */
    command: string;
    /** True: on, the event begins; false: off, it ends. */
    active: boolean;
    /** One sentence for people. */
    text?: string;
    level?: EventLevel;
    /** Who calls, for people. */
    from?: string;
    /** Check everything, run nothing. */
    dryRun?: boolean;
}

/** Why a call was not accepted. */
export type RefusalReason =
    'malformed' | 'unsigned' | 'clock-skew' | 'replayed' | 'not-callable' | 'too-large' | 'too-many' | 'not-ready';

/** The body of an answer; JSON. */
export interface RemoteReply {
    version: 1;
    /** Of the call; absent when the request was not understood that far. */
    id?: string;
    outcome: 'accepted' | 'duplicate' | 'refused';
    reason?: RefusalReason;
    /** A sentence in English. */
    message?: string;
    /** Nothing was switched: the call asked for a dry run, or the receiver's site is in dry run. */
    dryRun?: boolean;
    /** Of the receiver, seconds since 1970. */
    time: number;
}

/** A call from a request's body; a sentence that says what is wrong if it is none. Unknown properties are passed over. */
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

/** An answer from its body; undefined if it is none. */
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
