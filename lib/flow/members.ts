import type { EventSource } from '../core/events/source';
import type { Journal } from '../core/journal/journal';
import type { EventMessage } from '../core/messages';
import type { UpsUnit } from '../core/unit/ups-unit';
import type { JobView, RunView } from './jobs/job-view';
import type { Site } from './site';
import type { TimedView } from './timing/timed-view';

/** The public view of a job. */
export interface RegisteredJob {
    /** Id of its node. */
    readonly id: string;
    readonly type: string;
    /** Its label on the canvas. */
    readonly name: string;
    /** For a node in an instance of a subflow: the id of the node in the subflow's template, and the id of the instance. */
    readonly subflowOrigin?: { id: string; inside: string };
    view(): JobView;
    /**
     * Runs a step now, because a person has ordered so.
     * @param note writes the order, in the same transaction
     * @param failed the run that this one repeats: what that has achieved is not done again
     */
    fire(message: EventMessage, note: () => void, failed?: RunView): void;
    /** The edge that a run which has failed acted on; undefined: it was run again, or is too long ago. */
    edgeOf(failed: RunView): Omit<EventMessage, 'status'> | undefined;
}

/** The public view of a timing. */
export interface RegisteredTiming {
    readonly id: string;
    /** The name that a person has given it. */
    readonly name: string | undefined;
    /** As in RegisteredJob. */
    readonly subflowOrigin?: { id: string; inside: string };
    /** The episodes that it follows now. */
    views(): TimedView[];
    /** A person has run a job behind it: the end of the episode is passed on, also without a firing. Call it in a transaction. */
    oweEnd(message: EventMessage, journal: Journal): void;
}

/** A member of the registry. */
export type Member<S extends Site = Site> =
    | { kind: 'unit'; unit: UpsUnit; site: S | undefined }
    | { kind: 'source'; source: EventSource; site: S | undefined }
    | { kind: 'job'; job: RegisteredJob }
    | { kind: 'timing'; timing: RegisteredTiming }
    | { kind: 'site'; site: S };

/** A member was added, replaced or removed. */
export interface Change {
    kind: Member['kind'];
    id: string;
    present: boolean;
}
