import assert from 'node:assert/strict';
import type { JobContext } from '../../../../lib/flow/jobs/job-spec';
import type { PlanAction } from '../../../../lib/flow/plan/plan-view';
import { PlanBench, STAGED, TIMING } from '../../../support/plan-bench';
import { MortalJournal } from '../../../support/mortal-journal';

/** What a kill at one write has left: what ran, as seconds and ids, and hosts that got a first byte. */
interface Story {
    ran: string[];
    served: string[];
    /** Seconds at which the order was given; the last one if it had to be given again after a kill. */
    orderedAt: number;
    /** How many hosts had got a first byte then. */
    reached: number;
    /** Writes of the journal until then. */
    writesBefore: number;
    died: boolean;
}

/** Eight hosts, one each second, as a job that notes each. */
const serves = (served: string[]) => async (context: JobContext, id: string) => {
    if (id !== 'job') return { summary: 'woken' };
    const done = new Set((context.progress as { served?: string[] } | undefined)?.served);
    for (let n = 1; n <= 8; n++) {
        if (done.has(`h${n}`)) continue;
        if (context.signal.aborted) throw context.signal.reason;
        served.push(`h${n}`);
        done.add(`h${n}`);
        context.saveProgress({ served: [...done] });
        await new Promise<void>((resolve) => context.clock.setTimeout(resolve, 1000));
    }
    return { summary: 'down' };
};

/** An outage of 50 s, with the job after 20 s, in which a person gives one order; the process is killed at one write of its journal and starts again at once. */
async function outage(
    action: PlanAction,
    at: number,
    killAt = Infinity,
    done = false,
): Promise<Story & { writes: number }> {
    const journal = new MortalJournal(killAt, done);
    const served: string[] = [];
    const timing = { seconds: 20 };
    const options = { journal, dead: () => journal.dead, work: serves(served), timing };
    const bench = new PlanBench(
        options,
        STAGED.map((node) => (node === TIMING ? { ...TIMING, ...timing } : node)),
    );
    let died = false;
    let orderedAt = 0;
    let reached = 0;
    let writesBefore = 0;
    const revive = () => {
        if (!journal.dead) return;
        died = true;
        journal.revive();
        bench.restart(1);
    };
    const second = async (onBattery: boolean) => {
        await (onBattery ? bench.battery(1) : bench.mains(1));
        revive();
    };
    const wanted = () => bench.step().may.includes(action);
    for (let s = 0; s < 4; s++) await second(false);
    for (let s = 0; s < 50; s++) {
        await second(true);
        // A person who sees that the order did not arrive gives it again.
        if (s >= at && s < at + 6 && wanted()) {
            writesBefore = journal.writes;
            bench.order(action);
            orderedAt = bench.seconds;
            reached = served.length;
            revive();
        }
        // What is held is released late in the outage.
        if (action === 'hold' && s >= 35 && bench.step().may.includes('release')) {
            bench.order('release');
            revive();
        }
    }
    for (let s = 0; s < 8; s++) await second(false);
    return { ran: bench.ran, served, orderedAt, reached, writesBefore, died, writes: journal.writes };
}

/** Plays the outage once for each write of its journal since the order: killed before it, and after it. */
async function killedEverywhere(action: PlanAction, at: number, judge: (story: Story, where: string) => void) {
    const whole = await outage(action, at);
    judge(whole, 'without a kill');
    let kills = 0;
    for (let write = whole.writesBefore + 1; write <= whole.writes; write++) {
        for (const done of [false, true]) {
            const story = await outage(action, at, write, done);
            kills += Number(story.died);
            judge(story, `killed ${done ? 'after' : 'before'} write ${write} of ${whole.writes}`);
        }
    }
    assert.ok(kills > 20, `only ${kills} kills`);
}

const HOSTS = ['h1', 'h2', 'h3', 'h4', 'h5', 'h6', 'h7', 'h8'];

const secondsOf = (ran: string[], id: string) =>
    ran.filter((run) => run.split(' ')[1] === id).map((run) => Number(run.split(' ')[0]));

describe('an order, with the process killed at each write of its journal', () => {
    it('hold: the job never runs before it is released, and then it does', async () => {
        await killedEverywhere('hold', 8, ({ ran, served }, where) => {
            const [first] = secondsOf(ran, 'job');
            assert.ok(first !== undefined && first >= 39, `${where}: ${ran}`);
            assert.deepEqual([...new Set(served)], HOSTS, where);
            assert.ok(secondsOf(ran, 'counter').length >= 1, `${where}: nobody was woken`);
        });
    }).timeout(120_000);

    it('skip: the job never runs', async () => {
        await killedEverywhere('skip', 8, ({ ran, served }, where) => {
            assert.deepEqual([secondsOf(ran, 'job'), served], [[], []], where);
        });
    }).timeout(120_000);

    it('fire: all hosts are reached, none twice but the one under way, and all are woken', async () => {
        await killedEverywhere('fire', 8, ({ ran, served, orderedAt }, where) => {
            const [first] = secondsOf(ran, 'job');
            assert.ok(first !== undefined && first >= 12 && first < 20, `${where}: ${ran}`);
            assert.deepEqual([...new Set(served)].sort(), HOSTS, where);
            assert.ok(served.length <= HOSTS.length + 1, `${where}: ${served}`);
            assert.ok(orderedAt > 0);
            assert.ok(secondsOf(ran, 'counter').length >= 1, `${where}: nobody was woken`);
        });
    }).timeout(120_000);

    it('abort: no host is reached after it, and who was reached is woken', async () => {
        await killedEverywhere('abort', 21, ({ ran, served, orderedAt, reached }, where) => {
            assert.equal(served.length, reached, `${where}: ${served}`);
            assert.ok(orderedAt > 0, `${where}: never ordered`);
            assert.ok(served.length > 0 && !served.includes('h8'), `${where}: ${served}`);
            assert.ok(secondsOf(ran, 'counter').length >= 1, `${where}: nobody was woken`);
        });
    }).timeout(120_000);
});
