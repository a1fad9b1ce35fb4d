import type { SentenceData } from '../core/language/sentence';
import type { Words } from '../core/language/words';
import type { Evidence } from '../core/messages';
import type { IndicatorState } from '../core/status/indicator';
import type { Site } from './site';

/** Sends messages: a node, or another object in its place. */
export interface Sender {
    readonly id: string;
    send(message: unknown): void;
}

/**
 * The states of an indicator: those of a source of readings, and those of a node that works. `connecting` looks like `starting`; `error` is
 * a failure or invalid settings.
 */
export type NodeState = IndicatorState | 'connecting' | 'busy' | 'error' | 'armed';

/** The status indicator of a node on the canvas. */
export interface NodeIndicator {
    show(look: NodeState, text: string): void;
    clear(): void;
}

/** The texts of the engine, in one language. */
export interface Texts {
    readonly words: Words;
    /** A status text that all nodes share, e.g. `done`. */
    status(key: string, data?: SentenceData): string;
    /** The sentence for an edge. */
    event(eventId: string, active: boolean, values?: Evidence['values']): string;
    /**
     * A failure as a sentence that says what a person can do.
     * @param type the node type whose settings it may be about
     */
    error(error: unknown, type?: string): string;
    /** The detail of a job, with reasons in words instead of codes. */
    detail(value: unknown): unknown;
}

/** Texts in the language of the process, for the user of the editor. */
export interface FlowTexts extends Texts {
    /** Texts in the language of a site, for its log, its mails and its reports. */
    of(site: Site | undefined): Texts;
}
