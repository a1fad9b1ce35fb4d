import type { Plan, PlannedJob } from '../flow/plan/plan';
import type { NextStep } from './state-view';

/** Jobs that are due so close together are one step, ms. */
const TOGETHER_MS = 1000;

/**
 * What fires next: of all active events the jobs that are expected first, or else, if no time is known, one that waits for a condition. What
 * waits for the end of its event is not next. Jobs behind nodes that decide by themselves have no time, and are left out.
 * @param now epoch ms
 */
export function nextStep(
    plan: Plan,
    now: number,
    targetsOf: (jobId: string) => number = () => 0,
): NextStep | undefined {
    const jobs = plan.sources
        .flatMap(({ events }) => events.filter(({ active }) => active))
        .flatMap((event) => event.jobs)
        .filter(({ state, disabled }) => !disabled && (state === 'waiting' || state === 'due'));
    const timed = jobs.flatMap((job) => (job.expected ? [{ job, at: job.expected.at }] : []));
    if (timed.length === 0) {
        const conditioned = jobs.filter(({ condition }) => condition && condition.for !== 'end');
        return step(conditioned.find(({ acts }) => acts) ?? conditioned[0], conditioned.slice(0, 1), targetsOf);
    }
    const first = Math.min(...timed.map(({ at }) => at));
    const together = timed.filter(({ at }) => at - first <= TOGETHER_MS).map(({ job }) => job);
    const found = step(together.find(({ acts }) => acts) ?? together[0], together, targetsOf);
    return found && { inSeconds: Math.max(0, (first - now) / 1000), ...found };
}

function step(
    named: PlannedJob | undefined,
    jobs: readonly PlannedJob[],
    targetsOf: (jobId: string) => number,
): NextStep | undefined {
    if (!named) return undefined;
    return {
        ...(named.expected?.estimated && { estimated: true as const }),
        ...(named.condition && { condition: named.condition.for }),
        jobs: jobs.length,
        hosts: jobs.filter(({ acts }) => acts).reduce((sum, { nodeId }) => sum + targetsOf(nodeId), 0),
        name: named.name,
        acts: jobs.some(({ acts }) => acts),
        ...(jobs.some(({ tooLate }) => tooLate) && { tooLate: true as const }),
    };
}
