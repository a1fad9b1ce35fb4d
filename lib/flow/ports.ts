import type { Evidence } from '../core/messages';
import type { LampState } from '../core/status/lamp';

/** Where messages go out: a node, or whatever stands for one. */
export interface Sender {
    readonly id: string;
    send(message: unknown): void;
}

/** The states of what is read, and those of what works: `connecting` as `starting`, `error` is a failure or wrong settings. */
export type Look = LampState | 'connecting' | 'busy' | 'error' | 'armed';

/** Where a node shows how it stands. */
export interface Lamp {
    show(look: Look, text: string): void;
    clear(): void;
}

/** What the engine says to people, in their language. */
export interface FlowTexts {
    /** A text of the set that all nodes share, e.g. `done`. */
    status(key: string, data?: Record<string, unknown>): string;
    /** The sentence for an edge. */
    event(eventId: string, active: boolean, values?: Evidence['values']): string;
    /** A failure as a sentence that says what to do. */
    error(error: unknown): string;
    /** The detail of a job with its reasons in words. */
    detail(value: unknown): unknown;
}
