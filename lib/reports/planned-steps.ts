import type { JobRun } from './job-runs';
import type { PlannedStep } from './sources';

/** A step of the plan at the onset, and what came of it. Times: epoch ms. */
export interface ComparedStep extends PlannedStep {
    /**
     * What the log says of it. `held`, `skipped`: it did not run, by the order of a person. `not-due`: the outage was over before. `no-entry`: it was due, or nothing says when, and the log has no entry;
     * a job may be set to log errors only. `pending`: it is still to come.
     */
    outcome: JobRun['outcome'] | 'held' | 'skipped' | 'not-due' | 'no-entry' | 'pending';
    /** When it ran first. */
    ranAt?: number;
    /** From the expected time to the real one, s; a step at the end of the event counts from that end. Absent where the wall clock was set meanwhile. */
    differenceSeconds?: number;
    /** How often it ran. */
    runs: number;
}

interface Occurrence {
    since: number;
    endedAt?: number;
    /** By count, ms; else by the wall clock. */
    lastedMs: number;
    /** The wall clock was set meanwhile: nobody knows how far two of its times are apart. */
    isShifted: boolean;
    now: number;
}

export function comparedPlan(
    steps: readonly PlannedStep[],
    jobs: readonly JobRun[],
    occurrence: Occurrence,
): ComparedStep[] {
    return steps.map((given) => {
        const step = withDue(given, occurrence);
        const told = jobs.filter(
            ({ jobId, eventId, edge }) => jobId === step.jobId && eventId === step.eventId && edge === step.edge,
        );
        const its = told.filter(({ order }) => order === undefined);
        const expected = step.edge === 'off' ? occurrence.endedAt : step.due?.at;
        const first = its.find(({ outcome }) => outcome !== 'told') ?? its[0];
        if (!first) return { ...step, outcome: ordered(told) ?? absence(step, expected, occurrence), runs: 0 };
        return {
            ...step,
            outcome: its.at(-1)!.outcome,
            ranAt: first.startedAt,
            ...(expected === undefined || occurrence.isShifted
                ? {}
                : { differenceSeconds: (first.startedAt - expected) / 1000 }),
            runs: its.reduce((sum, { count = 1 }) => sum + count, 0),
        };
    });
}

/** A step that runs at once had run before the plan was kept: it was due at the onset. */
function withDue(step: PlannedStep, { since }: Occurrence): PlannedStep {
    if (step.due || !step.atOnce || step.edge === 'off') return step;
    return { ...step, due: { at: since, estimated: false } };
}

/** Of a step that did not run: what a person ordered last. */
function ordered(told: readonly JobRun[]): 'held' | 'skipped' | undefined {
    const last = told.findLast(({ order }) => order !== undefined)?.order;
    return last === 'hold' ? 'held' : last === 'skip' ? 'skipped' : undefined;
}

function absence(
    { edge }: PlannedStep,
    expected: number | undefined,
    { since, endedAt, lastedMs, now }: Occurrence,
): ComparedStep['outcome'] {
    const isOver = endedAt !== undefined;
    if (!isOver) return edge === 'off' || expected === undefined || expected > now ? 'pending' : 'no-entry';
    if (edge === 'off') return 'no-entry';
    return expected !== undefined && expected > since + lastedMs ? 'not-due' : 'no-entry';
}
