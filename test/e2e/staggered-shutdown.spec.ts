import assert from 'node:assert/strict';
import { everShipped } from '../support/frozen/frozen-flows';
import { freePort } from '../support/free-port';
import { NodeRedProcess } from './support/node-red-process';

type FlowNode = Record<string, unknown> & { id: string; type: string; name?: string };

interface Entry {
    at: number;
    kind: string;
    source: string;
    text: string;
    level?: string;
    eventId?: string;
    dryRun?: boolean;
    detail?: { flapping?: { count: number } };
}

/** The shipped flow runs 60 times as fast as life: a minute of the case study is a second. */
const MINUTE_MS = 1000;
const WHOLE_OUTAGE_MS = 82 * MINUTE_MS;

/** The CS141 manual, "Tutorial: Case study about using the event handling": who is told what, in this order, and when it tells a minute, at which. */
const COURSE: { job: string; minute?: number }[] = [
    { job: 'Tell everybody', minute: 0 },
    { job: 'Warn the two unimportant ones', minute: 5 },
    { job: 'Shut down the two unimportant ones', minute: 8 },
    { job: 'Shut down the three important ones' },
    { job: 'Unimportant ones: off, whatever the clock says' },
    { job: 'Start the kill script' },
    { job: 'Shut down the last four servers' },
    { job: 'All-clear to everybody' },
];

class Rehearsal {
    private constructor(
        private readonly nodeRed: NodeRedProcess,
        private readonly flow: FlowNode[],
    ) {}

    /** The shipped flow as it is, but for the RCCMD port and, if asked for, the dry run. */
    static async start(nodes: FlowNode[], options: { dryRun?: boolean } = {}): Promise<Rehearsal> {
        const port = await freePort();
        const flow = nodes.map((node) => ({
            ...node,
            ...(node.port === 6003 ? { port } : {}),
            ...(node.type === 'ups-site' ? { dryRun: options.dryRun ?? false } : {}),
        }));
        const rehearsal = new Rehearsal(await NodeRedProcess.start({ flows: flow }), flow);
        await rehearsal.until(async () => (await rehearsal.unit()).chargePercent === 100);
        return rehearsal;
    }

    press(name: string): Promise<void> {
        const button = this.flow.find((node) => node.type === 'inject' && node.name === name);
        assert.ok(button, `the flow has no button "${name}"`);
        return this.nodeRed.inject(button.id);
    }

    async entries(): Promise<Entry[]> {
        const newestFirst = (await this.nodeRed.get('ridethrough/log?limit=1000')) as Entry[];
        return newestFirst.reverse();
    }

    async unit(): Promise<{ chargePercent?: number; loadPercent?: number; state: string }> {
        return ((await this.nodeRed.get('ridethrough/units')) as { state: string }[])[0];
    }

    /** What Node-RED has printed so far. */
    output(): string {
        return this.nodeRed.output();
    }

    stop(): Promise<void> {
        return this.nodeRed.stop();
    }

    private async until(condition: () => Promise<boolean>): Promise<void> {
        const end = Date.now() + 10_000;
        while (!(await condition())) {
            if (Date.now() > end) throw new Error(`did not come to be: ${condition.toString()}`);
            await delay(50);
        }
    }
}

/** When each job of the course first ran, minutes after the first entry of the outage. */
function minutes(entries: Entry[]): Map<string, number> {
    const onset = entries.find(({ source, kind }) => kind === 'event' && source === 'UPS 1')?.at ?? NaN;
    return new Map(
        COURSE.map(({ job }) => [job, (entries.find(({ source }) => source === job)?.at ?? NaN) - onset]).map(
            ([job, ms]) => [job as string, (ms as number) / MINUTE_MS],
        ),
    );
}

function assertCourse(entries: Entry[]): Map<string, number> {
    const ran = minutes(entries);
    const story = JSON.stringify([...ran]);
    let before = -1;
    for (const { job, minute } of COURSE) {
        const at = ran.get(job)!;
        assert.ok(at >= before, `${job} is lost or out of order: ${story}`);
        if (minute !== undefined) assert.ok(at - minute < 1.5, `${job} at minute ${at}: ${story}`);
        if (minute !== undefined) assert.ok(at >= minute - 0.1, `${job} at minute ${at}: ${story}`);
        before = at;
    }
    for (const { job } of COURSE.filter(({ job: name }) => name !== 'Shut down the two unimportant ones')) {
        const times = entries.filter(({ source }) => source === job).length;
        assert.equal(times, 1, `${job} ran ${times} times`);
    }
    return ran;
}

function delay(ms: number): Promise<void> {
    return new Promise((done) => setTimeout(done, ms));
}

/** What each suite plays. */
const plays: (() => Promise<unknown>)[] = [];
let played: Promise<PromiseSettledResult<unknown>[]> | undefined;

/** All versions are played side by side, when the first is asked for: they mostly wait. */
async function playedWith(play: () => Promise<unknown>): Promise<void> {
    played ??= Promise.allSettled(plays.map((each) => each()));
    const result = (await played)[plays.indexOf(play)];
    if (result?.status === 'rejected') throw result.reason;
}

for (const { where, nodes } of everShipped('staggered-shutdown')) {
    describe(`${where}, played 60 times as fast as life`, function () {
        this.timeout(WHOLE_OUTAGE_MS + 60_000);

        const runs: Record<string, Entry[]> = {};
        const output: Record<string, string> = {};
        let loadAtTheEnd: number | undefined;

        async function play(name: string, options: { dryRun?: boolean }, silentAfter?: number): Promise<void> {
            const rehearsal = await Rehearsal.start(nodes(), options);
            await rehearsal.press('Mains fail');
            const end = Date.now() + WHOLE_OUTAGE_MS;
            if (silentAfter !== undefined) {
                await delay(silentAfter * MINUTE_MS);
                await rehearsal.press('UPS falls silent');
            }
            await delay(end - Date.now());
            if (name === 'normal') loadAtTheEnd = (await rehearsal.unit()).loadPercent;
            if (silentAfter !== undefined) await rehearsal.press('UPS answers again');
            await rehearsal.press('Mains return');
            await delay(2000);
            runs[name] = await rehearsal.entries();
            output[name] = rehearsal.output();
            await rehearsal.stop();
        }

        const playAll = () => Promise.all([play('normal', {}), play('silent', {}, 10), play('dry', { dryRun: true })]);
        plays.push(playAll);
        before(() => playedWith(playAll));
        after(() => NodeRedProcess.killAll());

        it("shows the CS141 manual's order", () => {
            const ran = assertCourse(runs.normal);
            const important = ran.get('Shut down the three important ones')!;
            assert.ok(
                important > 33 && important < 38,
                `30 minutes were left at minute ${important}; the CS141 manual says 34/35`,
            );
            const kill = ran.get('Start the kill script')!;
            const last = ran.get('Shut down the last four servers')!;
            assert.ok(
                last - kill > 2.8 && last - kill < 4,
                `the last servers follow ${last - kill} minutes after the script`,
            );
        });

        it('nothing fails, nothing is refused, and nobody is said not to answer', () => {
            const bad = runs.normal.filter(
                ({ level, text, eventId }) =>
                    level === 'error' ||
                    /refused|ECONN|failed:|not reached/i.test(text) ||
                    eventId === 'communication-lost',
            );
            assert.deepEqual(
                bad.map(({ source, text }) => `${source}: ${text}`),
                [],
            );
            assert.doesNotMatch(output.normal, /\[error\]/);
        });

        it('tells how long it was as people do', () => {
            const end = runs.normal.find(({ text }) => /^Mains back after/.test(text))!;
            assert.match(end.text, /^Mains back after 1 h 2\d min; /);
        });

        it('repeats the shutdown of the unimportant computers every 30 s, and only while the outage lasts', () => {
            const entries = runs.normal.filter(({ source }) => source === 'Shut down the two unimportant ones');
            const times = entries.map(({ at }) => at);
            // At this speed the log gathers them: the first 30 singly, the rest as one entry with a count.
            const count = entries.reduce((sum, { detail }) => sum + (detail?.flapping?.count ?? 1), 0);
            assert.ok(count > 120, `${count} times in 73 minutes`);
            const end = runs.normal.find(({ text }) => /mains are back/i.test(text))!.at;
            assert.ok(times.every((at) => at <= end + MINUTE_MS));
        });

        it('takes the load off the UPS', () => {
            assert.ok(loadAtTheEnd !== undefined && loadAtTheEnd <= 10, `${loadAtTheEnd} % load at the end`);
        });

        it('a UPS that falls silent at minute 10 changes nothing of the order', () => {
            assertCourse(runs.silent);
            assert.ok(
                runs.silent.some(({ text }) => /communication|answer/i.test(text)),
                'and the silence is told',
            );
        });

        it('in a dry run tells the whole sequence and sends nothing', () => {
            assertCourse(runs.dry);
            for (const { job } of COURSE) {
                assert.ok(
                    runs.dry.filter(({ source }) => source === job).every(({ dryRun }) => dryRun === true),
                    `${job} was no rehearsal`,
                );
            }
            assert.equal(
                runs.dry.filter(({ text }) => /RCCMD MSG_.*from/.test(text)).length,
                0,
                'a computer heard something',
            );
        });
    });
}
