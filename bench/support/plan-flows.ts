import { SITE, TAB, UNIT } from './flow';

const PER_UPS = 100;
const TIMINGS = 8;
const AT = { z: 'tab', x: 100, y: 100 };

/** Of a hundred nodes each: a UPS, what simulates it, its power failure, timings, and jobs behind them of which a third wakes up again. */
export function largeFlow(nodes: number): object[] {
    // The tab, the site and the button belong to it too.
    const upses = Math.floor(nodes / PER_UPS);
    const spare = nodes - upses * PER_UPS - 3;
    const flow: object[] = [TAB, { ...SITE, dryRun: true }];
    for (let n = 0; n < upses; n++) flow.push(...upsOf(n, n === 0 ? PER_UPS + spare : PER_UPS));
    return [...flow, failAll(Array.from({ length: upses }, (_, n) => `sim${n}`))];
}

function upsOf(n: number, count: number): object[] {
    const ups = `unit${n}`;
    const timings = Array.from({ length: TIMINGS }, (_, t) => `timing${n}-${t}`);
    const jobs = Array.from({ length: count - 3 - TIMINGS }, (_, j) => ({
        id: `job${n}-${j}`,
        behind: j % TIMINGS,
        wakes: j % 3 === 2,
    }));
    return [
        { ...UNIT, id: ups, name: `UPS ${n}` },
        simulator(`sim${n}`, ups, 60, 800),
        { ...AT, id: `event${n}`, type: 'ups-event', name: '', ups, events: ['power-fail'], wires: [timings] },
        ...timings.map((id, t) => ({
            ...{ ...AT, id, type: 'ups-timing', name: '', repeat: '0', runtime: 'smaller' },
            ...(t % 4 === 3 ? { mode: 'remaining', seconds: '600' } : { mode: 'after', seconds: String(300 + 60 * t) }),
            wires: [jobs.filter(({ behind }) => behind === t).map((job) => job.id)],
        })),
        ...jobs.map(({ id, wakes }, j) => ({
            ...{ ...AT, id, type: 'ups-rccmd', name: '', log: 'errors', edge: wakes ? 'off' : 'on' },
            ...{ action: wakes ? 'wakeup' : 'shutdown', transport: 'tcp', retries: '0', broadcast: false },
            ...{ hosts: `127.0.${n}.${j}`, port: '6003', wires: [[]] },
        })),
    ];
}

export interface StagedStep {
    jobId: string;
    /** Id of the UPS whose event it is for. */
    ups: string;
    /** What its message says. */
    text: string;
    /** It waits for a remaining runtime. */
    byRuntime: boolean;
}

const UPSES = 5;
const CLOCK_SECONDS = [3, 6, 10, 15, 21, 28, 36];
const RUNTIME_SECONDS = [25, 17, 9];

/** UPSs with three quarters of a minute of runtime at loads of their own, and messages by the clock and by the runtime that is left. */
export function stagedFlow(rccmdPort: number): { nodes: object[]; steps: StagedStep[] } {
    const steps: StagedStep[] = [];
    const nodes: object[] = [TAB, SITE];
    for (let n = 0; n < UPSES; n++) {
        const ups = `unit${n}`;
        const timings: { id: string; mode: string; seconds: number }[] = [
            ...CLOCK_SECONDS.map((seconds) => ({ id: `after${n}-${seconds}`, mode: 'after', seconds })),
            { id: `battery${n}`, mode: 'on-battery', seconds: 12 },
            ...RUNTIME_SECONDS.map((seconds) => ({ id: `left${n}-${seconds}`, mode: 'remaining', seconds })),
        ];
        nodes.push(
            { ...UNIT, id: ups, name: `UPS ${n}`, holdMinutes: '0.75' },
            simulator(`sim${n}`, ups, 0.75, 1000 - 40 * n),
            {
                ...{ ...AT, id: `event${n}`, type: 'ups-event', name: '', ups, events: ['power-fail'] },
                wires: [timings.map(({ id }) => id)],
            },
        );
        for (const { id, mode, seconds } of timings) {
            const jobId = `job-${id}`;
            steps.push({ jobId, ups, text: `step ${id}`, byRuntime: mode === 'remaining' });
            nodes.push(
                {
                    ...{ ...AT, id, type: 'ups-timing', name: '', mode, seconds: String(seconds), repeat: '0' },
                    ...{ runtime: 'smaller', wires: [[jobId]] },
                },
                {
                    ...{ ...AT, id: jobId, type: 'ups-rccmd', name: '', log: 'errors', edge: 'on', action: 'message' },
                    ...{
                        transport: 'tcp',
                        retries: '0',
                        hosts: '127.0.0.1',
                        port: String(rccmdPort),
                        broadcast: false,
                    },
                    ...{ text: `step ${id}.`, wires: [[]] },
                },
            );
        }
    }
    nodes.push(failAll(Array.from({ length: UPSES }, (_, n) => `sim${n}`)));
    return { nodes, steps };
}

function simulator(id: string, ups: string, holdMinutes: number, startVA: number): object {
    return {
        ...{ ...AT, id, type: 'ups-simulator', name: '', ups, interval: 1, speed: 1, ratedVA: 1600, loadVA: 1000 },
        // The hold time is that at 1000 VA; the load is another one.
        ...{
            holdMinutes,
            rechargeMinutes: 240,
            loads: [{ name: 'load', va: startVA, shutdownSeconds: 0 }],
            wires: [[]],
        },
    };
}

function failAll(simulators: string[]): object {
    return {
        ...{ ...AT, id: 'fail', type: 'inject', name: '', props: [{ p: 'payload' }, { p: 'topic', vt: 'str' }] },
        ...{ topic: 'mains', payload: 'false', payloadType: 'bool', repeat: '', crontab: '', once: false },
        wires: [simulators],
    };
}
