import type { PlanStep } from '../../../../../lib/flow/plan/plan-view';
import type { Page } from '../../lib/page';

const MOST_NAMES = 4;

/** What a step waits for besides time, as a sentence. */
export function conditionText({ condition, due, edge }: PlanStep, { say, formats }: Page): string | undefined {
    if (!condition) return edge === 'off' && !due ? say('next.condition.end') : undefined;
    if (condition.for !== 'runtime') return say(`next.condition.${condition.for}`);
    const wanted = formats.duration(condition.seconds);
    if (condition.remainingSeconds === undefined || due) return say('next.condition.runtime', { wanted });
    return say('next.condition.runtimeOf', { wanted, left: formats.duration(condition.remainingSeconds) });
}

/** "a, b, c and 9 more"; undefined: not known. */
export function whomText({ whom, acts }: PlanStep, { say }: Page): string | undefined {
    if (whom.length === 0) return undefined;
    const names = whom.slice(0, MOST_NAMES).join(', ');
    const more = whom.length - MOST_NAMES;
    const list = more > 0 ? say('next.andMore', { names, count: more }) : names;
    return acts && whom.length > 1 ? say('next.targets', { count: whom.length, list }) : list;
}
