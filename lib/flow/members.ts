import type { EventSource } from '../core/events/source';
import type { UpsUnit } from '../core/unit/ups-unit';
import type { JobView } from './jobs/job-view';
import type { Site } from './site';
import type { TimedView } from './timing/timed-view';

/** A job as everybody may see it. */
export interface RegisteredJob {
    /** Of its node, as each of the following. */
    readonly id: string;
    readonly type: string;
    /** What the canvas calls it. */
    readonly name: string;
    /** In an instance of a subflow: the id of the node that was drawn, and of the instance. */
    readonly drawnAs?: { id: string; inside: string };
    view(): JobView;
}

/** A timing as everybody may see it. */
export interface RegisteredTiming {
    readonly id: string;
    /** Given by a person. */
    readonly name: string | undefined;
    /** As of a job. */
    readonly drawnAs?: { id: string; inside: string };
    /** The episodes that it follows now. */
    views(): TimedView[];
}

/** Somebody in the registry. */
export type Member<S extends Site = Site> =
    | { kind: 'unit'; unit: UpsUnit; site: S | undefined }
    | { kind: 'source'; source: EventSource; site: S | undefined }
    | { kind: 'job'; job: RegisteredJob }
    | { kind: 'timing'; timing: RegisteredTiming }
    | { kind: 'site'; site: S };

/** Somebody has come, or has taken the place of another with the same id, or has gone. */
export interface Change {
    kind: Member['kind'];
    id: string;
    present: boolean;
}
