import { SITE, TAB } from './support/flow';
import { delay } from './support/machine-clock';
import { withinTargets, type Bench, type Measurement } from './support/measurement';
import { MeasuredNodeRed } from './support/node-red';
import { RccmdSink } from './support/rccmd-sink';
import { round, summarize, type Summary } from './support/statistics';

const SENSORS = 100;
const PER_MARKER = 10;
const MESSAGES_PER_SECOND = 2000;
/** Of these messages so many begin or end an event. */
const EDGES_PER_SECOND = 200;
const TICK_MS = 20;
/** So much of what a slow machine missed is sent later, and no more: else it would drown. */
const CATCH_UP_MS = 250;
const STEPS = 20;
const STEP_SECONDS = 0.5;
const PATIENCE_MS = 10_000;
const ROUNDS = 5;
const PLANS = 20;

interface Course {
    late: number[];
    planMs: number[];
    cores: number;
    messages: number;
    edges: number;
}

/**
 * A plan of 20 jobs behind timings, 0.5 s apart, alone and in a flood of other events: how much later than due each job's first bytes come,
 * counted from those of a job without a timing, and what `flow.plan()` takes. In the flood, each event also begins and ends a timing.
 */
export const planInAFlood: Measurement = {
    name: 'plan-in-a-flood',
    anyBuild: true,
    async run(bench) {
        const sink = await RccmdSink.start();
        const nodeRed = await MeasuredNodeRed.start({ folder: bench.folder, flows: flow(sink.port), withPlan: true });
        try {
            await delay(2000);
            const alone = await course(bench, nodeRed, sink);
            await nodeRed.inject('flood');
            await delay(2000);
            const flooded = await course(bench, nodeRed, sink);
            if (nodeRed.complaints.length) throw new Error(nodeRed.complaints.slice(0, 3).join('\n'));
            const [calm, flood] = [summarize(alone.late), summarize(flooded.late)];
            const plans = flooded.planMs.length ? planTimes(alone.planMs, flooded.planMs) : {};
            const values = {
                lateMedian: flood.median,
                lateMax: flood.max,
                extraMedian: round(flood.median - calm.median),
                messagesPerSecond: flooded.messages,
                edgesPerSecond: flooded.edges,
                cores: flooded.cores,
            };
            const details = { late: { alone: shown(calm), flooded: shown(flood) }, ...plans };
            const target = { lateMax: 100, extraMedian: 10 };
            const measurement = `${STEPS} jobs behind timings in a flood of ${MESSAGES_PER_SECOND} messages a second: later than due`;
            // A flood that did not come delays nobody.
            const came = flooded.edges >= 0.8 * EDGES_PER_SECOND;
            const met = came && withinTargets(values, target);
            return [{ measurement, unit: 'ms, cores', ...values, ...details, target, met }];
        } finally {
            await nodeRed.stop();
            await sink.stop();
        }
    },
};

function shown({ count, median, p99, max }: Summary): object {
    return { count, median, p99, max };
}

function planTimes(alone: number[], flooded: number[]): object {
    return { planMs: { alone: summarize(alone, 2), flooded: summarize(flooded, 2) } };
}

/** Outages one after the other: how late each step came. */
async function course({ size }: Bench, nodeRed: MeasuredNodeRed, sink: RccmdSink): Promise<Course> {
    const late: number[] = [];
    const planMs: number[] = [];
    const before = await counted(nodeRed);
    const began = performance.now();
    await nodeRed.beginLoad();
    for (let n = 0; n < size(ROUNDS); n++) {
        const from = sink.arrivals.length;
        await nodeRed.inject('begin');
        for (let plan = 0; plan < PLANS; plan++) {
            const told = await nodeRed.plan();
            if (told && told.jobs < STEPS) throw new Error(`the plan tells of ${told.jobs} jobs`);
            if (told) planMs.push(told.ms);
            await delay(100);
        }
        const due = (step: number) => step * STEP_SECONDS * 1000;
        const patience = due(STEPS) + PATIENCE_MS;
        const arrivals = await Promise.all(
            Array.from({ length: STEPS + 1 }, (_, step) => next(sink, from, step, patience)),
        );
        const [onset, ...steps] = arrivals;
        steps.forEach((at, step) => late.push(at - onset - due(step + 1)));
        await nodeRed.inject('end');
        await delay(500);
    }
    const { cpuMs } = await nodeRed.endLoad();
    const ms = performance.now() - began;
    const after = await counted(nodeRed);
    const perSecond = (of: 'messages' | 'edges') => round((after[of] - before[of]) / (ms / 1000), 0);
    const flood = { messages: perSecond('messages'), edges: perSecond('edges') };
    return { late, planMs, cores: round(cpuMs / ms, 3), ...flood };
}

async function next(sink: RccmdSink, from: number, step: number, ms: number): Promise<number> {
    const pattern = new RegExp(`\\bstep ${step}\\.`);
    const had = sink.arrivals.slice(from).find(({ text }) => pattern.test(text));
    const since = sink.arrivals.slice(0, from).reduce((latest, { at }) => Math.max(latest, at), 0);
    return (had ?? (await sink.next(pattern, since + 0.001, ms))).at;
}

async function counted(nodeRed: MeasuredNodeRed): Promise<{ messages: number; edges: number }> {
    return (await (await fetch(`http://127.0.0.1:${nodeRed.port}/counted`)).json()) as never;
}

/** Each tenth value of a sensor passes its limit or comes back, each time of other sensors. */
const DRIVE = `
const began = Date.now();
let sent = 0;
const values = new Array(${SENSORS}).fill(20);
const turns = Array.from({ length: ${SENSORS} }, (_, n) => n);
const timer = setInterval(() => {
    const due = (Date.now() - began) * ${MESSAGES_PER_SECOND / 1000};
    sent = Math.max(sent, due - ${(CATCH_UP_MS * MESSAGES_PER_SECOND) / 1000});
    while (sent < due) {
        const out = new Array(${SENSORS}).fill(null);
        for (let n = 0; n < ${SENSORS}; n++, sent++) {
            if (++turns[n] % ${MESSAGES_PER_SECOND / EDGES_PER_SECOND} === 0) values[n] = values[n] === 20 ? 60 : 20;
            out[n] = { payload: values[n] };
        }
        node.send(out);
    }
}, ${TICK_MS});
node.on('close', () => clearInterval(timer));
`;
const COUNT = (what: string) => `global.set('${what}', (global.get('${what}') || 0) + 1);`;
const ANSWER = `
msg.payload = { messages: global.get('messages') || 0, edges: global.get('edges') || 0 };
return msg;
`;

function flow(rccmdPort: number): object[] {
    const at = { z: 'tab', x: 100, y: 100 };
    const numbers = (count: number) => Array.from({ length: count }, (_, n) => n);
    const run = (id: string, func: string, outputs: number, wires: string[][]) => ({
        ...{ id, ...at, type: 'function', name: '', func, outputs, initialize: '', finalize: '', libs: [], wires },
    });
    const inject = (id: string, payload: number, to: string) => ({
        ...{ id, ...at, type: 'inject', props: [{ p: 'payload' }], repeat: '', crontab: '', once: false },
        ...{ payload: String(payload), payloadType: 'num', wires: [[to]] },
    });
    const sensor = { ...at, type: 'ups-sensor', site: 'site', source: 'message', unit: '°C', alarmHigh: '50' };
    const sensorRest = { hysteresis: '1', timeout: '60', samples: '1' };
    const timing = { ...at, type: 'ups-timing', mode: 'after', repeat: '0', runtime: 'smaller' };
    const rccmd = { ...at, type: 'ups-rccmd', log: 'errors', action: 'message', transport: 'tcp', retries: '0' };
    const client = { hosts: '127.0.0.1', broadcast: false, port: String(rccmdPort), site: 'site', edge: 'on' };
    return [
        TAB,
        SITE,
        inject('begin', 60, 'plan'),
        inject('end', 20, 'plan'),
        {
            ...{ id: 'plan', name: 'Plan', ...sensor, ...sensorRest },
            wires: [['job0', ...numbers(STEPS).map((n) => `timing${n + 1}`)], []],
        },
        ...numbers(STEPS + 1).flatMap((step) => [
            ...(step === 0
                ? []
                : [
                      {
                          ...{ ...timing, id: `timing${step}`, name: '', seconds: String(step * STEP_SECONDS) },
                          wires: [[`job${step}`]],
                      },
                  ]),
            { ...rccmd, ...client, id: `job${step}`, name: '', text: `step ${step}.`, wires: [[]] },
        ]),
        inject('flood', 1, 'drive'),
        run(
            'drive',
            DRIVE,
            SENSORS,
            numbers(SENSORS).map((n) => [`sensor${n}`]),
        ),
        ...numbers(SENSORS).map((n) => ({
            ...{ id: `sensor${n}`, name: `Sensor ${n}`, ...sensor, ...sensorRest },
            wires: [[`marker${Math.floor(n / PER_MARKER)}`, `later${n % PER_MARKER}`, 'countEdges'], ['countMessages']],
        })),
        ...numbers(SENSORS / PER_MARKER).flatMap((n) => [
            {
                ...{ id: `marker${n}`, ...at, type: 'ups-marker', name: `Marker ${n}`, site: 'site', logic: 'and' },
                ...{ topics: numbers(PER_MARKER).map((each) => `Sensor ${n * PER_MARKER + each}/alarm-high`) },
                wires: [[`later${n}`]],
            },
            { ...timing, id: `later${n}`, name: '', seconds: '3600', wires: [['countEdges']] },
        ]),
        run('countMessages', COUNT('messages'), 0, []),
        run('countEdges', COUNT('edges'), 0, []),
        { id: 'ask', ...at, type: 'http in', url: '/counted', method: 'get', upload: false, wires: [['answer']] },
        run('answer', ANSWER, 1, [['reply']]),
        { id: 'reply', ...at, type: 'http response', statusCode: '', headers: {}, wires: [] },
    ];
}
