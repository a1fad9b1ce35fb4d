import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { freePort } from '../support/free-port';
import { NodeRedProcess } from './support/node-red-process';

type FlowNode = Record<string, unknown> & { id: string; type: string; name?: string };

interface Entry {
    at: number;
    source: string;
    text: string;
    kind: string;
}

const FLOW = JSON.parse(
    readFileSync(resolve(__dirname, '../../flows/dc-ups-pc-mode.json'), 'utf8'),
) as readonly FlowNode[];

/** The simulated UPS lives twenty times as fast: delay 60 s, shut down time 120 s and idle time 60 s are 3, 6 and 3 seconds. */
const SPEED = 20;
const DELAY_S = 60 / SPEED;
const SHUTDOWN_S = 120 / SPEED;
const IDLE_S = 60 / SPEED;
/** A start of Node-RED on a busy machine, and a reading. */
const GRACE_S = 8;

/** The steps, by what writes them to the event log. */
const STEPS = {
    begun: 'Log: buffer mode',
    told: 'Shut the PC down',
    counting: 'Output off after the shut down time',
    dark: 'Log: output off',
    back: 'Log: output is back',
    over: 'Log: input is back',
} as const;
type Step = keyof typeof STEPS;

const HOW = ['kill -9', 'full deploy', 'deploy of changed nodes'] as const;
type Disturbance = (typeof HOW)[number];

/** The shipped flow on a real Node-RED. */
class Outage {
    private failedAt = 0;

    private constructor(
        private nodeRed: NodeRedProcess,
        private readonly userDir: string,
        private flow: FlowNode[],
    ) {}

    static async start(): Promise<Outage> {
        const port = await freePort();
        const flow = FLOW.map((node) => ({
            ...node,
            ...(node.port === 6003 ? { port } : {}),
            ...(node.type === 'ups-simulator' ? { speed: SPEED, interval: 2 } : {}),
            ...(node.type === 'ups-site' ? { directory: 'store' } : {}),
        }));
        const userDir = mkdtempSync(join(tmpdir(), 'ridethrough-pc-mode-'));
        const outage = new Outage(await NodeRedProcess.start({ userDir, flows: flow }), userDir, flow);
        await outage.until(async () => (await outage.unit()).state !== undefined);
        return outage;
    }

    async fail(): Promise<void> {
        await this.press('Input fails');
        this.failedAt = Date.now();
    }

    return(): Promise<void> {
        return this.press('Input is back');
    }

    /** Seconds since the input failed. */
    async at(seconds: number): Promise<void> {
        await delay(Math.max(0, this.failedAt + seconds * 1000 - Date.now()));
    }

    async disturb(how: Disturbance): Promise<void> {
        if (how === 'kill -9') {
            await this.nodeRed.kill9();
            this.nodeRed = await NodeRedProcess.start({ userDir: this.userDir });
            return;
        }
        this.flow = this.flow.map((node) =>
            node.type.startsWith('ups-') && node.name ? { ...node, info: `deployed at ${Date.now()}` } : node,
        );
        await this.nodeRed.deploy(this.flow, how === 'full deploy' ? 'full' : 'nodes');
    }

    /** When each step was first noted, seconds since the input failed, and how often. */
    async steps(): Promise<Record<Step, { at: number; times: number }>> {
        const entries = (await this.nodeRed.get('ridethrough/log?limit=1000')) as Entry[];
        const steps = Object.entries(STEPS).map(([step, source]) => {
            const own = entries.filter((entry) => entry.source === source && !/^Resumed/i.test(entry.text));
            const first = Math.min(...own.map(({ at }) => at));
            return [step, { at: (first - this.failedAt) / 1000, times: own.length }] as const;
        });
        return Object.fromEntries(steps) as Record<Step, { at: number; times: number }>;
    }

    async has(step: Step, seconds: number): Promise<void> {
        await this.until(async () => (await this.steps())[step].times > 0, seconds);
    }

    async end(): Promise<void> {
        await this.nodeRed.kill9();
        rmSync(this.userDir, { recursive: true, force: true });
    }

    private async unit(): Promise<{ state?: string }> {
        return ((await this.nodeRed.get('ridethrough/units')) as { state: string }[])[0] ?? {};
    }

    private async press(name: string): Promise<void> {
        const button = this.flow.find((node) => node.type === 'inject' && node.name === name);
        assert.ok(button, `the flow has no button "${name}"`);
        await this.nodeRed.inject(button.id);
    }

    private async until(condition: () => Promise<boolean>, seconds = 15): Promise<void> {
        const end = Date.now() + seconds * 1000;
        while (!(await condition())) {
            if (Date.now() > end) throw new Error(`not in ${seconds} s: ${JSON.stringify(await this.steps())}`);
            await delay(50);
        }
    }
}

function delay(ms: number): Promise<void> {
    return new Promise((done) => setTimeout(done, ms));
}

/** The moments of a disturbance: in the middle of each phase of an outage that lasts until the output has been off for a while. */
const PHASES = {
    'the delay': DELAY_S / 2,
    'the shut down time': DELAY_S + SHUTDOWN_S / 2,
    'the time without power': DELAY_S + SHUTDOWN_S + 1,
    'the idle time': undefined,
} as const;

/** Every step once and in its order, none before its time. */
async function assertCourse(outage: Outage): Promise<void> {
    const steps = await outage.steps();
    const story = JSON.stringify(steps);
    for (const step of ['begun', 'told', 'counting', 'dark', 'back', 'over'] as const)
        assert.equal(steps[step].times, 1, `${step}: ${story}`);
    assert.ok(steps.told.at >= DELAY_S - 0.3 && steps.told.at < DELAY_S + GRACE_S, `told: ${story}`);
    assert.ok(steps.counting.at >= DELAY_S - 0.3, `counting: ${story}`);
    const ran = steps.dark.at - steps.counting.at;
    assert.ok(ran >= SHUTDOWN_S - 0.5 && ran < SHUTDOWN_S + GRACE_S, `dark: ${story}`);
    assert.ok(steps.back.at > steps.dark.at, `back: ${story}`);
}

/** The input fails, and comes back when the output has been off for a while. @param at when it is disturbed; undefined: in the idle time */
async function wholeOutage(outage: Outage, disturb?: { at: number | undefined; how: Disturbance }): Promise<void> {
    await outage.fail();
    if (disturb?.at !== undefined) {
        await outage.at(disturb.at);
        await outage.disturb(disturb.how);
    }
    await outage.has('dark', DELAY_S + SHUTDOWN_S + GRACE_S);
    await delay(1500);
    const returned = Date.now();
    await outage.return();
    if (disturb && disturb.at === undefined) {
        await delay(IDLE_S * 500);
        await outage.disturb(disturb.how);
    }
    await outage.has('back', IDLE_S + GRACE_S);
    assert.ok(Date.now() - returned >= IDLE_S * 1000 - 300, 'the output is back before the idle time is over');
    await outage.has('over', GRACE_S);
    await assertCourse(outage);
}

const scenes: Record<string, (outage: Outage) => Promise<void>> = {
    'takes every step once, at its time': (outage) => wholeOutage(outage),
    ...Object.fromEntries(
        HOW.flatMap((how) =>
            Object.entries(PHASES).map(([phase, at]) => [
                `takes every step once, with a ${how} in ${phase}`,
                (outage: Outage) => wholeOutage(outage, { at, how }),
            ]),
        ),
    ),
    'does nothing if the input is back in the delay': async (outage) => {
        await outage.fail();
        await outage.at(DELAY_S / 2);
        await outage.return();
        await outage.has('over', GRACE_S);
        await outage.at(DELAY_S + SHUTDOWN_S + 1);
        const { begun, told, counting, dark } = await outage.steps();
        assert.deepEqual([begun.times, told.times, counting.times, dark.times], [1, 0, 0, 0]);
    },
    'goes on if the input is back in the shut down time: a PC that goes down has to lose its power': async (outage) => {
        await outage.fail();
        await outage.has('told', DELAY_S + GRACE_S);
        await delay(1000);
        await outage.return();
        await outage.has('dark', SHUTDOWN_S + GRACE_S);
        await outage.has('back', IDLE_S + GRACE_S);
        const { told, counting, dark, back } = await outage.steps();
        assert.deepEqual([told.times, counting.times, dark.times, back.times], [1, 1, 1, 1]);
        assert.ok(back.at - dark.at >= IDLE_S - 0.5);
    },
    'begins the idle time anew if the input fails in it': async (outage) => {
        await outage.fail();
        await outage.has('dark', DELAY_S + SHUTDOWN_S + GRACE_S);
        await outage.return();
        await delay(IDLE_S * 600);
        await outage.fail();
        await delay(1000);
        await outage.return();
        const returned = Date.now();
        await outage.has('back', IDLE_S + GRACE_S);
        assert.ok(Date.now() - returned >= IDLE_S * 1000 - 300);
    },
};

/** Three of them; `SCENES=all` plays all. */
const CHOSEN = Object.entries(scenes).filter((_, index) => process.env.SCENES === 'all' || index % 6 === 0);

/** So many Node-REDs side by side: they mostly wait. */
const SIDE_BY_SIDE = process.env.SCENES === 'all' ? 4 : 1;

describe('flows/dc-ups-pc-mode', function () {
    this.timeout(400_000);
    const played = new Map<string, Promise<unknown>>();

    /** Plays all scenes, when the first is asked for. @returns what went wrong in this one */
    function play(name: string): Promise<unknown> {
        const lanes = Array.from({ length: SIDE_BY_SIDE }, () => Promise.resolve<unknown>(undefined));
        if (played.size === 0)
            for (const [index, [scene, run]] of CHOSEN.entries()) {
                const lane = index % SIDE_BY_SIDE;
                lanes[lane] = lanes[lane]!.then(() => onItsOwn(run));
                played.set(scene, lanes[lane]);
            }
        return played.get(name)!;
    }

    async function onItsOwn(run: (outage: Outage) => Promise<void>): Promise<unknown> {
        try {
            const outage = await Outage.start();
            try {
                await run(outage);
            } finally {
                await outage.end();
            }
            return undefined;
        } catch (error) {
            return error;
        }
    }

    for (const [scene] of CHOSEN)
        it(scene, async () => {
            const error = await play(scene);
            if (error) throw error as Error;
        });
});
