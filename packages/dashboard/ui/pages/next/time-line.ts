import type { PlanSourceView, PlanStep } from '../../../../../lib/flow/plan/plan-view';

/** A row of the time line: a step, the present moment, or the end of the battery. */
export type Row =
    | { kind: 'step'; key: string; step: PlanStep }
    | { kind: 'now'; key: string; at: number }
    | { kind: 'battery-end'; key: string; at: number; by: 'device' | 'ours' | 'both' };

/** Both ends of the battery are one where they are so close, ms. */
const SAME_END_MS = 30_000;

/**
 * The rows in the order of time: what is over, now, what has a time, the ends of the battery among them, and last what waits for something
 * that has no time.
 * @param now epoch ms; of a preview the onset, from which its times count
 */
export function timeLine(steps: readonly PlanStep[], { batteryEnd }: PlanSourceView, now: number): Row[] {
    const isOver = (step: PlanStep) =>
        !isOpen(step) && (step.endedAt !== undefined || (step.due?.at ?? Infinity) <= now);
    const over = steps.filter(isOver);
    const ahead = steps.filter((step) => !isOver(step) && timeOf(step) !== undefined);
    const timeless = steps.filter((step) => timeOf(step) === undefined && !runs(step));
    const coming = [...ahead.map(row), ...endsOf(batteryEnd)];
    return [
        ...over.map(row).sort(byTime),
        { kind: 'now', key: 'now', at: now },
        ...steps.filter((step) => timeOf(step) === undefined && runs(step)).map(row),
        ...coming.sort(byTime),
        ...timeless.map(row),
    ];
}

function row(step: PlanStep): Row {
    return { kind: 'step', key: step.key, step };
}

/** It runs now. */
export function runs({ state }: PlanStep): boolean {
    return state === 'fired' || state === 'resumed';
}

/** It has not begun. */
export function isOpen({ state }: PlanStep): boolean {
    return state === 'planned' || state === 'waiting' || state === 'held' || state === 'due';
}

/** When a step ended, or when it is expected. */
export function timeOf({ endedAt, due }: PlanStep): number | undefined {
    return endedAt ?? due?.at;
}

function byTime(one: Row, other: Row): number {
    return placeOf(one) - placeOf(other);
}

function placeOf(each: Row): number {
    return each.kind === 'step' ? timeOf(each.step)! : each.at;
}

function endsOf(end: PlanSourceView['batteryEnd']): Row[] {
    if (!end) return [];
    const { device, ours } = end;
    if (device !== undefined && ours !== undefined && Math.abs(device - ours) <= SAME_END_MS)
        return [{ kind: 'battery-end', key: 'end', at: Math.min(device, ours), by: 'both' }];
    const row = (at: number | undefined, by: 'device' | 'ours'): Row[] =>
        at === undefined ? [] : [{ kind: 'battery-end', key: `end-${by}`, at, by }];
    return [...row(device, 'device'), ...row(ours, 'ours')];
}

/** Steps of what is on, or of an outage that would begin now; `others` by their event, which is not on. */
export function sorted({ steps, running }: PlanSourceView): { main: PlanStep[]; others: Map<string, PlanStep[]> } {
    const events = new Set(steps.map(({ eventId }) => eventId));
    const preview = events.has(OUTAGE) ? OUTAGE : [...events][0];
    const isMain = ({ eventId, episode, state }: PlanStep) =>
        running ? episode !== undefined || state !== 'planned' : eventId === preview;
    const others = new Map<string, PlanStep[]>();
    for (const step of steps) if (!isMain(step)) others.set(step.eventId, [...(others.get(step.eventId) ?? []), step]);
    return { main: steps.filter(isMain), others };
}

export const OUTAGE = 'power-fail';

/** What people are told is many lines; of these only what went wrong, or is held, is always shown. */
export function isWanted({ acts, state }: PlanStep, informing: boolean): boolean {
    return informing || acts || state === 'failed' || state === 'partly' || state === 'held';
}
