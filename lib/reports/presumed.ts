import type { LogEntry } from '../core/journal/event-log';
import { evidenceOf } from './evidence';
import { overlap } from './integrate';
import type { Range } from './sources';

/** A stretch of an outage in which nobody saw that it lasted. */
export interface Presumption extends Range {
    seconds: number;
    /** `silent`: the UPS did not answer. `restart`: this program did not run, and took the outage up from its journal. */
    why: 'silent' | 'restart';
    /** What the log says of it. */
    text: string;
    /** It lasts. */
    lasting?: true;
}

/** What the start of the program tells of the time before it; see LifecycleLog. */
interface StartDetail {
    startedAfter?: { at?: unknown };
}

export function presumptions(entries: readonly LogEntry[], sourceId: string, lasting: Range): Presumption[] {
    return [...silences(entries, sourceId, lasting), ...restarts(entries, lasting)].sort((a, b) => a.from - b.from);
}

function silences(entries: readonly LogEntry[], sourceId: string, lasting: Range): Presumption[] {
    const edges = entries.filter(
        ({ kind, nodeId, eventId }) => kind === 'event' && nodeId === sourceId && eventId === 'communication-lost',
    );
    return edges.flatMap((entry, index) => {
        if (!entry.active) return [];
        const end = edges.slice(index + 1).find(({ active }) => active === false);
        // The values were as old as the evidence says when the silence was told.
        const from = entry.at - 1000 * (evidenceOf(entry).ageSeconds ?? 0);
        const span = overlap({ from, to: end?.at ?? lasting.to }, lasting);
        if (!span) return [];
        return [presumption(span, 'silent', entry.text, end === undefined)];
    });
}

function restarts(entries: readonly LogEntry[], lasting: Range): Presumption[] {
    return entries.flatMap(({ kind, at, text, detail }) => {
        const before = kind === 'system' ? (detail as StartDetail | undefined)?.startedAfter?.at : undefined;
        const span = typeof before === 'number' ? overlap({ from: before, to: at }, lasting) : undefined;
        return span ? [presumption(span, 'restart', text, false)] : [];
    });
}

function presumption(span: Range, why: Presumption['why'], text: string, lasting: boolean): Presumption {
    return { ...span, seconds: (span.to - span.from) / 1000, why, text, ...(lasting ? { lasting: true } : {}) };
}
