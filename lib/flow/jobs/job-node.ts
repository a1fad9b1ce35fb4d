import type { Words } from '../../core/language/words';
import type { NodeIndicator, Sender } from '../ports';

/** A job node, as the engine needs it. */
export interface JobNode extends Sender {
    /** For a node in an instance of a subflow: the id of the node in the subflow's template, and the id of the instance. */
    readonly subflowOrigin?: { id: string; inside: string };
    /** Another node is wired to its output. */
    readonly isWired: boolean;
    readonly indicator: NodeIndicator;
    /** Its label on the canvas, in the language of its site. */
    label(words: Words): string;
    /** Reports the failure of a run that no input message waits for. */
    error(error: Error, message: unknown): void;
    warn(text: string): void;
    /** Ids of the event sources whose messages reach it by wires. */
    sourcesBefore(): string[];
    /** Hosts, recipients, outlets, … by its settings, as people know them. */
    whom?(): readonly string[];
    /** Seconds from the end of a run to the end of its effect, by its settings. */
    takes?(): number | undefined;
    /** Id of the UPS in its settings. */
    readonly ups?: string;
}
