import assert from 'node:assert/strict';
import { UpsError } from '../../../../lib/core/errors';
import type { JobContext } from '../../../../lib/flow/jobs/job-spec';
import { EVENT, JOB, PlanBench, STAGED, TIMING, wiresOf } from '../../../support/plan-bench';

const REPEATING = STAGED.map((node) => (node === TIMING ? { ...TIMING, repeat: 30 } : node));

const withCode = (code: string) => (error: unknown) => error instanceof UpsError && error.code === code;

/** Ten hosts, one each second, as a job that notes each. */
function servesTen(served: string[]) {
    return async (context: JobContext, id: string) => {
        if (id !== 'job') return { summary: 'woken' };
        const done = new Set((context.progress as { served?: string[] } | undefined)?.served);
        for (let n = 1; n <= 10; n++) {
            const host = `h${n}`;
            if (done.has(host)) continue;
            if (context.signal.aborted) throw context.signal.reason;
            served.push(host);
            done.add(host);
            context.saveProgress({ served: [...done] });
            await new Promise<void>((resolve) => context.clock.setTimeout(resolve, 1000));
        }
        return { summary: 'all down' };
    };
}

describe('orders of a person for a step of the plan', () => {
    it('hold: the job waits behind its timing, and runs when it is released', async () => {
        const bench = new PlanBench();
        await bench.mains(10);
        await bench.battery(20);
        bench.order('hold');
        assert.deepEqual([bench.step().state, bench.step().heldBy?.who], ['held', 'Ada']);
        await bench.battery(60);
        assert.deepEqual(bench.ran, []);
        assert.deepEqual(bench.step().may, ['release', 'skip', 'fire']);
        bench.order('release');
        await bench.battery(1);
        assert.deepEqual([bench.ran, bench.step().state], [['90 job'], 'done']);
        await bench.mains(10);
        assert.deepEqual(bench.ran, ['90 job', '91 counter']);
        assert.deepEqual(bench.told.slice(0, 3), ['orderHold', 'orderRelease', 'done']);
    });

    it('hold, released before its time: the job runs at its time', async () => {
        const bench = new PlanBench();
        await bench.mains(10);
        await bench.battery(20);
        bench.order('hold');
        await bench.battery(10);
        bench.order('release');
        assert.deepEqual([bench.step().state, bench.dueIn()], ['waiting', 30]);
        await bench.battery(31);
        assert.deepEqual(bench.ran, ['70 job']);
    });

    it('hold, and the mains come back: it does not run, and the next outage knows nothing of it', async () => {
        const bench = new PlanBench();
        await bench.mains(10);
        await bench.battery(20);
        bench.order('hold');
        await bench.battery(60);
        await bench.mains(30);
        assert.ok(!bench.ran.some((run) => run.endsWith(' job')));
        assert.ok(bench.told.includes('heldToTheEnd'));
        bench.ran.length = 0;
        await bench.battery(62);
        assert.deepEqual(
            bench.ran.map((run) => run.split(' ')[1]),
            ['job'],
        );
    });

    it('skip: it does not run in this outage, and in the next one it does', async () => {
        const bench = new PlanBench();
        await bench.mains(10);
        await bench.battery(20);
        bench.order('skip');
        assert.equal(bench.step().state, 'skipped');
        await bench.battery(100);
        assert.deepEqual([bench.ran, bench.step().state, bench.step().may], [[], 'skipped', ['fire']]);
        assert.ok(bench.told.includes('stepSkipped'));
        await bench.mains(10);
        bench.ran.length = 0;
        await bench.battery(62);
        assert.equal(bench.ran.length, 1);
    });

    it('skip, taken back before its time', async () => {
        const bench = new PlanBench();
        await bench.mains(10);
        await bench.battery(20);
        bench.order('skip');
        bench.order('release');
        await bench.battery(42);
        assert.deepEqual(bench.ran, ['70 job']);
    });

    it('fire: it runs now, once', async () => {
        const bench = new PlanBench();
        await bench.mains(10);
        await bench.battery(20);
        bench.order('fire');
        await bench.battery(60);
        assert.deepEqual(bench.ran, ['30 job']);
        assert.equal(bench.step().state, 'done');
        await bench.mains(5);
        assert.deepEqual(
            bench.ran.slice(1).map((run) => run.split(' ')[1]),
            ['counter'],
        );
    });

    it('fire, and the mains are back before the timing has fired: whoever was shut down is woken', async () => {
        const bench = new PlanBench();
        await bench.mains(10);
        await bench.battery(20);
        bench.order('fire');
        await bench.battery(5);
        await bench.mains(10);
        assert.deepEqual(
            bench.ran.map((run) => run.split(' ')[1]),
            ['job', 'counter'],
        );
        bench.ran.length = 0;
        await bench.battery(5);
        await bench.mains(10);
        assert.deepEqual(bench.ran, [], 'the next outage wakes nobody');
    });

    it('fire what is held, and what was skipped', async () => {
        for (const before of ['hold', 'skip'] as const) {
            const bench = new PlanBench();
            await bench.mains(10);
            await bench.battery(20);
            bench.order(before);
            await bench.battery(60);
            bench.order('fire');
            await bench.battery(30);
            assert.deepEqual([before, bench.ran], [before, ['90 job']]);
        }
    });

    it('skip of a repeating step ends its repeats', async () => {
        const bench = new PlanBench({ timing: { repeatSeconds: 30 } }, REPEATING);
        await bench.mains(10);
        await bench.battery(65);
        assert.equal(bench.ran.length, 1);
        bench.order('skip');
        await bench.battery(100);
        assert.equal(bench.ran.length, 1);
    });

    it('abort: no further host is reached, what was shut down is woken, and a repeat does not begin again', async () => {
        const served: string[] = [];
        const bench = new PlanBench({ work: servesTen(served), timing: { repeatSeconds: 30 } }, REPEATING);
        await bench.mains(10);
        await bench.battery(64);
        assert.deepEqual([bench.step().state, bench.step().may], ['fired', ['abort']]);
        const reached = served.length;
        assert.ok(reached > 0 && reached < 10);
        bench.order('abort');
        await bench.battery(100);
        assert.deepEqual([served.length, bench.step().state], [reached, 'cancelled']);
        await bench.mains(10);
        assert.deepEqual(
            bench.ran.map((run) => run.split(' ')[1]),
            ['job', 'counter'],
        );
    });

    it('abort takes back the countdown of a device, also of a step that is done, and once', async () => {
        const taken: string[] = [];
        const withdraw = (context: JobContext) => {
            taken.push(context.message.event.episode);
            return Promise.resolve({ summary: 'aborted there' });
        };
        const bench = new PlanBench({ specs: { job: { withdraw, withdrawsFor: 120 } } });
        await bench.mains(10);
        await bench.battery(65);
        assert.deepEqual([bench.step().state, bench.step().may], ['done', ['abort']]);
        bench.order('abort');
        await bench.battery(5);
        assert.equal(taken.length, 1);
        assert.equal(bench.step().state, 'cancelled');
        bench.restart(5);
        await bench.battery(5);
        assert.equal(taken.length, 1);
        await bench.mains(10);
        assert.ok(bench.ran.some((run) => run.endsWith('counter')));
    });

    it('obey the dry run', async () => {
        const bench = new PlanBench({ dryRun: true });
        await bench.mains(10);
        await bench.battery(20);
        bench.order('fire');
        await bench.battery(1);
        assert.deepEqual([bench.ran, bench.step().state], [[], 'dry-run']);
    });

    it('are refused with a clear code where they come too late or make no sense', async () => {
        const bench = new PlanBench();
        await bench.mains(10);
        const quiet = bench.step().key;
        assert.throws(() => bench.flow.act(quiet, 'hold', 'Ada'), withCode('no-step'));
        await bench.battery(20);
        assert.throws(() => bench.flow.act(quiet, 'hold', 'Ada'), withCode('no-step'), 'a page from before the outage');
        assert.throws(() => bench.order('release'), withCode('step-not-held'));
        assert.throws(() => bench.order('abort'), withCode('step-not-running'));
        assert.throws(() => bench.order('skip', 'counter'), withCode('step-counter-job'));
        await bench.battery(50);
        assert.throws(() => bench.order('hold'), withCode('step-has-run'));
        assert.throws(() => bench.order('fire'), withCode('step-has-run'));
        assert.deepEqual(bench.ran, ['70 job']);
    });

    it('survive a kill and a deploy', async () => {
        const bench = new PlanBench();
        await bench.mains(10);
        await bench.battery(20);
        bench.order('hold');
        bench.restart(5);
        await bench.battery(60);
        assert.deepEqual([bench.ran, bench.step().state], [[], 'held']);
        bench.restart(5);
        await bench.battery(10);
        await bench.deploy();
        await bench.battery(10);
        assert.deepEqual([bench.ran, bench.step().state, bench.step().heldBy?.who], [[], 'held', 'Ada']);
        bench.order('release');
        await bench.battery(2);
        assert.equal(bench.ran.length, 1);
    });

    it('a hold is released also where a deploy has meanwhile changed the timings before the job', async () => {
        let nodes = STAGED;
        const bench = new PlanBench({ wires: () => wiresOf(nodes)() });
        await bench.mains(10);
        await bench.battery(20);
        bench.order('hold');
        await bench.battery(60);
        const direct = { ...EVENT, wires: [['timing', 'job']] };
        nodes = [
            ...STAGED.filter((node) => node !== EVENT && node !== TIMING),
            direct,
            { ...TIMING, wires: [['counter']] },
        ];
        await bench.deploy();
        await bench.battery(5);
        assert.deepEqual([bench.ran, bench.step().state], [[], 'held']);
        bench.order('release');
        await bench.battery(2);
        assert.deepEqual([bench.ran.length, bench.step().state], [1, 'done']);
    });

    it('what was skipped stands as skipped also after a deploy that has changed the timings before it', async () => {
        let nodes = STAGED;
        const bench = new PlanBench({ wires: () => wiresOf(nodes)() });
        await bench.mains(10);
        await bench.battery(20);
        bench.order('skip');
        nodes = STAGED.map((node) => (node === EVENT ? { ...EVENT, wires: [['timing', 'job']] } : node));
        nodes = nodes.map((node) => (node === TIMING ? { ...TIMING, wires: [['counter']] } : node));
        await bench.deploy();
        await bench.battery(5);
        assert.equal(bench.step().state, 'skipped');
        await bench.battery(60);
        assert.deepEqual(bench.ran, []);
    });

    describe('last as long as their outage', () => {
        const TWO = [...STAGED.filter((node) => node !== TIMING), { ...JOB, id: 'other', hosts: 'b' }];
        const timing = { ...TIMING, wires: [['job', 'counter', 'other']] };
        const held = async () => {
            const bench = new PlanBench({ jobs: { job: {}, counter: { edge: 'off' }, other: {} } }, [...TWO, timing]);
            await bench.mains(10);
            await bench.battery(20);
            bench.order('hold');
            return bench;
        };

        it('also if the clock on the wall is put right by years', async () => {
            const bench = await held();
            bench.clock.jumpWall(20 * 365 * 86_400_000);
            bench.order('hold', 'other');
            await bench.battery(60);
            assert.deepEqual([bench.ran, bench.step().state, bench.step('other').state], [[], 'held', 'held']);
            bench.restart(5);
            bench.clock.jumpWall(20 * 365 * 86_400_000);
            bench.order('release', 'other');
            await bench.battery(5);
            assert.deepEqual([bench.ran.map((run) => run.split(' ')[1]), bench.step().state], [['other'], 'held']);
        });

        it('also if there are a great many', async () => {
            const bench = await held();
            const { orders } = bench.flow;
            const [order] = orders.all();
            for (let n = 0; n < 600; n++) orders.put(bench.store, { ...order!, jobId: `job${n}` });
            await bench.battery(60);
            assert.deepEqual([bench.ran.map((run) => run.split(' ')[1]), bench.step().state], [['other'], 'held']);
        });
    });

    it('are in the log, with who gave them', async () => {
        const bench = new PlanBench();
        await bench.mains(10);
        await bench.battery(20);
        bench.order('hold');
        const entry = bench.log.find(({ text }) => text === 'orderHold')!;
        assert.deepEqual([entry.source, entry.nodeId, entry.detail], ['job', 'job', { order: 'hold', by: 'Ada' }]);
        assert.equal(entry.episode, bench.step().episode);
    });

    it('are offered by the process that does the work of a site, and not by one that watches it', async () => {
        const bench = new PlanBench();
        await bench.mains(10);
        await bench.battery(5);
        assert.deepEqual(bench.step().may, ['hold', 'skip', 'fire']);
        Object.assign(bench.flow.registry.sites()[0]!, { watching: true });
        assert.deepEqual(bench.step().may, []);
        assert.throws(() => bench.order('fire'), { code: 'watching-elsewhere' });
        assert.throws(() => bench.order('fire', 'counter'), { code: 'watching-elsewhere' });
    });
});
