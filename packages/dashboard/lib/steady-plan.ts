import type { RidethroughDoor } from '../../../lib/door';

type PlanView = ReturnType<RidethroughDoor['plan']>;
type PlanSourceView = PlanView['sources'][number];
type PlanStep = PlanSourceView['steps'][number];

/** The steps of times that come from the clock alone, and of those that come from the runtime of a battery, ms. */
const EXACT_MS = 1000;
const ESTIMATED_MS = 10_000;
/** From so far ahead on, nobody is told seconds: see `Formats.duration`. */
const FAR_MS = 600_000;
const FAR_STEP_MS = 60_000;

/**
 * The plan as pages get it. What is not on has no time yet: it would come so long after its onset, and that moves with the clock, second by
 * second. Here such times count from the onset, in ms, and `at` is 0; what is on keeps its times, epoch ms. So a site at rest has nothing to tell.
 */
export function steadyPlan({ at, sources, complete }: PlanView): PlanView {
    return { at: 0, sources: sources.map((source) => steadySource(source, at)), complete };
}

function steadySource(source: PlanSourceView, at: number): PlanSourceView {
    const { running, batteryEnd, steps } = source;
    const { device, ours } = batteryEnd ?? {};
    const end = (moment: number) => onGrid(moment - at, ESTIMATED_MS);
    return {
        ...source,
        ...(batteryEnd && !running
            ? {
                  batteryEnd: {
                      ...(device === undefined ? {} : { device: end(device) }),
                      ...(ours === undefined ? {} : { ours: end(ours) }),
                  },
              }
            : {}),
        steps: steps.map((step) => (step.episode === undefined ? steadyStep(step, at) : step)),
    };
}

function steadyStep(step: PlanStep, at: number): PlanStep {
    const { due, marginSeconds, condition } = step;
    const seconds = (value: number) => onGrid(value * 1000, ESTIMATED_MS) / 1000;
    return {
        ...step,
        ...(due && { due: { ...due, at: onGrid(due.at - at, due.estimated ? ESTIMATED_MS : EXACT_MS) } }),
        ...(marginSeconds !== undefined && { marginSeconds: seconds(marginSeconds) }),
        ...(condition?.for === 'runtime' &&
            condition.remainingSeconds !== undefined && {
                condition: { ...condition, remainingSeconds: seconds(condition.remainingSeconds) },
            }),
    };
}

function onGrid(ms: number, step: number): number {
    const grid = step > EXACT_MS && Math.abs(ms) > FAR_MS ? FAR_STEP_MS : step;
    return Math.round(ms / grid) * grid;
}
