import type { SentenceData } from '../core/language/sentence';
import type { Words } from '../core/language/words';
import type { Evidence } from '../core/messages';
import type { IndicatorState } from '../core/status/indicator';
import type { Site } from './site';

/** Where messages go out: a node, or whatever stands for one. */
export interface Sender {
    readonly id: string;
    send(message: unknown): void;
}

/** The states of what is read, and those of what works: `connecting` as `starting`, `error` is a failure or wrong settings. */
export type NodeState = IndicatorState | 'connecting' | 'busy' | 'error' | 'armed';

/** Where a node shows how it stands. */
export interface NodeIndicator {
    show(look: NodeState, text: string): void;
    clear(): void;
}

/** What the engine says to people, in one language. */
export interface Texts {
    readonly words: Words;
    /** A text of the set that all nodes share, e.g. `done`. */
    status(key: string, data?: SentenceData): string;
    /** The sentence for an edge. */
    event(eventId: string, active: boolean, values?: Evidence['values']): string;
    /** A failure as a sentence that says what to do. */
    error(error: unknown): string;
    /** The detail of a job with its reasons in words. */
    detail(value: unknown): unknown;
}

/** In the language of the process: for whoever sits at the editor. */
export interface FlowTexts extends Texts {
    /** In the language of a site: for its log, its mails and its reports. */
    of(site: Site | undefined): Texts;
}
