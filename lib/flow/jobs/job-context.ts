import type { Flow } from '../flow';
import type { NodeState } from '../ports';
import type { Site } from '../site';
import type { JobNode } from './job-node';
import type { Run } from './job-run';
import type { JobContext } from './job-spec';
import { fillFor } from './job-texts';

/** Longest time for tries without a number if no source reports the end of the edge: after a plain message, and at the end of an event. */
const LONGEST_TRYING_MS = 3_600_000;
const TRIES_OF_A_TEST = 2;

export interface ContextParts {
    node: JobNode;
    /** Id of the site in the job's settings. */
    siteId: string | undefined;
    /** Indicator state while the job runs. */
    look: NodeState;
    /** Aborted when the node closes. */
    closing: AbortSignal;
}

/** Makes the context of a run, and notes in the run which site it belongs to. */
export function jobContext<S extends Site>(flow: Flow<S>, parts: ContextParts, run: Run): JobContext<S> {
    const { node, siteId, look, closing } = parts;
    const { message, key, journal, progress, again, stop, watch, test } = run;
    const site = flow.registry.siteOf(message, siteId);
    run.site = site;
    return {
        message,
        site,
        dryRun: test?.rehearse === true || flow.registry.isDryRun(message, siteId),
        clock: flow.clock,
        words: flow.texts.of(site).words,
        ...fillFor(flow, message, site),
        progress,
        again,
        saveProgress: (value) => {
            run.progress = structuredClone(value);
            if (key) journal.saveJobProgress(node.id, key, value);
            flow.planChanges.tell();
        },
        signal: AbortSignal.any([closing, stop.signal]),
        persistence: {
            retries: test ? TRIES_OF_A_TEST : Infinity,
            patienceMs: watch?.lasts ? Infinity : LONGEST_TRYING_MS,
        },
        get levelOnMains() {
            return test ? undefined : run.watch?.levelOnMains;
        },
        status: (text) => node.indicator.show(look, text),
    };
}
