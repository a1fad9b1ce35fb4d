import { delay, machineNow } from './support/machine-clock';
import { withinTargets, type Bench, type Measurement, type Result } from './support/measurement';
import { MeasuredNodeRed, type PlanTimes } from './support/node-red';
import { largeFlow, stagedFlow, type StagedStep } from './support/plan-flows';
import { RccmdSink } from './support/rccmd-sink';
import { round, summarize } from './support/statistics';

const NODES = 1000;
const TIMES = 60;
const PATIENCE_MS = 90_000;
/** ms, for a view of the plan. */
const VIEW_TARGET = 20;
/** For steps by the clock, s; for those by a remaining runtime, % of the time from the onset. */
const CLOCK_TARGET = 1;
const RUNTIME_TARGET = 5;

/** What a plan of 1,000 nodes takes, and how well it tells what then happens. */
export const plan: Measurement = {
    name: 'plan',
    async run(bench) {
        return [...(await views(bench)), ...(await predictions(bench))];
    },
};

type Took = Pick<PlanTimes, 'ms' | 'processorMs'>;

async function views({ folder, size }: Bench): Promise<Result[]> {
    const flow = largeFlow(NODES);
    const nodeRed = await MeasuredNodeRed.start({ folder, flows: flow, withPlan: true });
    try {
        await delay(3000);
        const measured = async () => {
            // For a profile of it.
            await nodeRed.beginLoad();
            const found = await nodeRed.planTimes(size(TIMES));
            await nodeRed.endLoad();
            return found;
        };
        const atRest = await measured();
        await nodeRed.inject('fail');
        await delay(3000);
        const inOutage = await measured();
        const line = (measurement: string, took: Took, target: Result['target'], details: object) => {
            const processorMs = summarize(took.processorMs, 2);
            const values = { value: processorMs.median, ms: summarize(took.ms, 2), processorMs, ...details };
            return { measurement, unit: 'ms', ...values, target, met: target && withinTargets(values, target) };
        };
        const target = { value: VIEW_TARGET };
        const details = ({ steps }: { steps: number }) => ({ nodes: flow.length, steps });
        return [
            line('a view of the plan of 1,000 nodes, nothing is on: processor', atRest, target, details(atRest)),
            line('a view of the plan of 1,000 nodes, all in an outage: processor', inOutage, target, details(inOutage)),
            line('the wires of 1,000 nodes, once per deploy: processor', inOutage.wires, null, { nodes: flow.length }),
        ];
    } finally {
        await nodeRed.stop();
    }
}

interface Step {
    jobId: string;
    edge: string;
    due?: { at: number };
}

/** By job: what was told, and what came, ms from the onset of the event of its UPS. */
interface Course {
    step: StagedStep;
    atRest: number;
    inOutage: number;
    fired: number;
}

async function predictions({ folder }: Bench): Promise<Result[]> {
    const sink = await RccmdSink.start();
    const { nodes, steps } = stagedFlow(sink.port);
    const nodeRed = await MeasuredNodeRed.start({ folder, flows: nodes });
    try {
        await delay(4000);
        // The clock of the plan is that on the wall.
        const wall = Date.now() - machineNow();
        const preview = await duesOf(nodeRed);
        await nodeRed.inject('fail');
        await delay(1500);
        const running = await duesOf(nodeRed);
        const onsets = await onsetsOf(nodeRed);
        const course = await Promise.all(
            steps.map(async (step): Promise<Course> => {
                const { at } = await sink.next(new RegExp(`\\b${step.text}\\.`), 0, PATIENCE_MS);
                const onset = onsets.get(step.ups) ?? NaN;
                return {
                    step,
                    atRest: (preview.dues.get(step.jobId) ?? NaN) - preview.at,
                    inOutage: (running.dues.get(step.jobId) ?? NaN) - onset,
                    fired: at + wall - onset,
                };
            }),
        );
        const unknown = course.filter(({ atRest, inOutage }) => Number.isNaN(atRest + inOutage));
        if (unknown.length) throw new Error(`no time for ${unknown.map(({ step }) => step.jobId).join(', ')}`);
        return [
            line('steps by the clock: predicted against fired', 's', false, CLOCK_TARGET, course),
            line(
                'steps by a remaining runtime at constant load: predicted against fired',
                '%',
                true,
                RUNTIME_TARGET,
                course,
            ),
        ];
    } finally {
        await nodeRed.stop();
        await sink.stop();
    }
}

async function duesOf(nodeRed: MeasuredNodeRed): Promise<{ at: number; dues: Map<string, number> }> {
    const { at, sources } = (await (await fetch(nodeRed.api('plan'))).json()) as {
        at: number;
        sources: { steps: Step[] }[];
    };
    const steps = sources.flatMap((source) => source.steps);
    return { at, dues: new Map(steps.flatMap(({ jobId, due }) => (due ? [[jobId, due.at] as const] : []))) };
}

/** By UPS, epoch ms. */
async function onsetsOf(nodeRed: MeasuredNodeRed): Promise<Map<string, number>> {
    const { episodes } = (await (await fetch(nodeRed.api('episodes?event=power-fail'))).json()) as {
        episodes: { sourceId: string; since: number }[];
    };
    return new Map(episodes.map(({ sourceId, since }) => [sourceId, since]));
}

/** The largest difference: of what was told in the outage, and of what was told before it. */
function line(measurement: string, unit: string, byRuntime: boolean, limit: number, all: readonly Course[]): Result {
    const course = all.filter(({ step }) => step.byRuntime === byRuntime);
    const off = (told: 'atRest' | 'inOutage') =>
        course.map((each) => {
            const ms = Math.abs(each.fired - each[told]);
            return byRuntime ? (ms * 100) / each.fired : ms / 1000;
        });
    const [before, during] = [summarize(off('atRest'), 2), summarize(off('inOutage'), 2)];
    const values = { value: Math.max(before.max, during.max), toldBefore: before, toldInOutage: during };
    const steps = course.map(({ step, atRest, inOutage, fired }) => ({
        step: step.text,
        ...{ toldBefore: round(atRest / 1000, 2), toldInOutage: round(inOutage / 1000, 2) },
        fired: round(fired / 1000, 2),
    }));
    const target = { value: limit };
    return { measurement, unit, ...values, steps, target, met: withinTargets({ ...values }, target) };
}
