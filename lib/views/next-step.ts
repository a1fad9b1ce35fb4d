import type { PlanStep, PlanView } from '../flow/plan/plan-view';
import type { NextStep } from './state-view';

/** Jobs that are due so close together are one step, ms. */
const TOGETHER_MS = 1000;
/** If such a step has a time, it runs again then. */
const HAS_RUN: ReadonlySet<PlanStep['state']> = new Set(['fired', 'resumed', 'done', 'partly', 'failed', 'dry-run']);

/**
 * What fires next: of all active events the steps that are expected first, or else, if no time is known, one that waits for a condition. What
 * waits for the end of its event, or is held, is not next. Steps behind nodes that decide by themselves have no time, and are left out. What only
 * runs again is next where nothing else is to come.
 * @param now epoch ms
 */
export function nextStep({ sources }: Pick<PlanView, 'sources'>, now: number): NextStep | undefined {
    const all = sources.flatMap((source) => source.steps).filter(({ episode, disabled }) => episode && !disabled);
    const steps = all.filter(({ state }) => state === 'waiting' || state === 'due');
    const conditioned = steps.filter(({ condition }) => condition && condition.for !== 'end');
    return (
        firstOf(steps, now) ??
        summary(conditioned.slice(0, 1)) ??
        firstOf(
            all.filter(({ state }) => HAS_RUN.has(state)),
            now,
        )
    );
}

/** Of the steps that have a time those that are due first. */
function firstOf(steps: readonly PlanStep[], now: number): NextStep | undefined {
    const timed = steps.flatMap((each) => (each.due ? [{ each, at: each.due.at }] : []));
    if (timed.length === 0) return undefined;
    const first = Math.min(...timed.map(({ at }) => at));
    const together = timed.filter(({ at }) => at - first <= TOGETHER_MS).map(({ each }) => each);
    const found = summary(together);
    return found && { inSeconds: Math.max(0, (first - now) / 1000), ...found };
}

function summary(steps: readonly PlanStep[]): NextStep | undefined {
    const named = steps.find(({ acts }) => acts) ?? steps[0];
    if (!named) return undefined;
    return {
        ...(named.due?.estimated && { estimated: true as const }),
        ...(named.condition && { condition: named.condition.for }),
        jobs: steps.length,
        hosts: steps.filter(({ acts }) => acts).reduce((sum, { whom }) => sum + whom.length, 0),
        name: named.name,
        acts: steps.some(({ acts }) => acts),
        ...(steps.some(({ tooLate }) => tooLate) && { tooLate: true as const }),
    };
}
