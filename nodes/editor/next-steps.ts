import type { GraphEvent } from '../../lib/flow/graph/job-graph';
import { readJobs } from './jobs-of-flow';
import { labelOf } from './nodes-of-flow';
import type { NextStep, UnitTiming } from './unit-words';

/**
 * What the timing `nodeId` makes run, by name: its first job that acts, or else its first one; "+2" counts the others of that kind.
 * Undefined: another timing, or nothing, follows.
 */
export function stepBehind(
    events: readonly GraphEvent[],
    nodeId: string,
    nameOf: (jobId: string) => string,
): NextStep | undefined {
    const behind = events
        .flatMap(({ jobs }) => jobs)
        .filter(({ disabled, timings }) => !disabled && timings.at(-1)?.nodeId === nodeId);
    const acting = behind.filter(({ kind }) => kind === 'action');
    const [first, ...others] = new Set((acting.length ? acting : behind).map((job) => job.nodeId));
    if (first === undefined) return undefined;
    const name = others.length ? `${nameOf(first)} +${others.length}` : nameOf(first);
    const timing = behind[0]?.timings.at(-1);
    return timing?.mode === 'remaining' ? { name, atRuntime: timing.seconds } : { name };
}

/** What timings lead to, in the deployed flow. */
export class NextSteps {
    private events: readonly GraphEvent[] | undefined;

    /** Reads the flow again at the next question. Call it when flow and deployed flow are the same. */
    forget(): void {
        this.events = undefined;
    }

    of({ nodeId, name }: UnitTiming): NextStep {
        this.events ??= readJobs().events;
        return stepBehind(this.events, nodeId, labelOf) ?? { name: labelOf(nodeId) || name || '' };
    }
}
