import type { Words } from '../../core/language/words';
import type { NodeIndicator, Sender } from '../ports';

/** A job as it stands in a flow: what the engine asks of its node. */
export interface JobNode extends Sender {
    /** Where it stands in the flow: in an instance of a subflow, a node has another id than where it was drawn. */
    readonly drawnAs?: { id: string; inside: string };
    /** Something is wired behind it. */
    readonly isWired: boolean;
    readonly indicator: NodeIndicator;
    /** What the canvas calls it, in the language of its site. */
    label(words: Words): string;
    /** A failure of a run that no message waits for. */
    error(error: Error, message: unknown): void;
    warn(text: string): void;
    /** Ids of the sources of events whose messages reach it by its wires. */
    sourcesBefore(): string[];
    /** Id of the UPS that its dialog names. */
    readonly ups?: string;
}
