import type { PlanStep } from '../../../../../lib/flow/plan/plan-view';
import type { Page } from '../../lib/page';

const MOST_NAMES = 4;
/** Before a whole source is stopped, a person should see whom that is about. */
const MOST_OF_ALL = 12;

/** What a step waits for besides time, as a sentence. */
export function conditionText({ condition, due, edge }: PlanStep, { say, formats }: Page): string | undefined {
    if (!condition) return edge === 'off' && !due ? say('next.condition.end') : undefined;
    if (condition.for !== 'runtime') return say(`next.condition.${condition.for}`);
    const wanted = formats.duration(condition.seconds);
    if (condition.remainingSeconds === undefined || due) return say('next.condition.runtime', { wanted });
    return say('next.condition.runtimeOf', { wanted, left: formats.duration(condition.remainingSeconds) });
}

/** It has failed, or for some of its hosts; a person may run it again. */
export function hasFailed({ state }: Pick<PlanStep, 'state'>): boolean {
    return state === 'failed' || state === 'partly';
}

/** Whom a step would be for if it ran now: of one that has failed, those that it has not reached. */
export function whomNowText(step: PlanStep, page: Page): string | undefined {
    const left = hasFailed(step)
        ? step.hosts?.filter(({ state }) => state !== 'done').map(({ name }) => name)
        : undefined;
    return whomText(left && left.length > 0 ? { ...step, whom: left } : step, page);
}

/** The names of all that steps are for, each once, as a list. Empty: none is known. */
export function allWhomText(steps: readonly PlanStep[], page: Page): string {
    const names = [...new Set(steps.flatMap(({ whom }) => whom))];
    return whomText({ whom: names, acts: false }, page, MOST_OF_ALL) ?? '';
}

/** "a, b, c and 9 more"; undefined: not known. */
export function whomText(
    { whom, acts }: Pick<PlanStep, 'whom' | 'acts'>,
    { say }: Page,
    most = MOST_NAMES,
): string | undefined {
    if (whom.length === 0) return undefined;
    const names = whom.slice(0, most).join(', ');
    const more = whom.length - most;
    const list = more > 0 ? say('next.andMore', { names, count: more }) : names;
    return acts && whom.length > 1 ? say('next.targets', { count: whom.length, list }) : list;
}
