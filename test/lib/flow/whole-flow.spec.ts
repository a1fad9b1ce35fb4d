import assert from 'node:assert/strict';
import { UpsError } from '../../../lib/core/errors';
import type { JobContext } from '../../../lib/flow/jobs/job-spec';
import { FlowBench } from '../../support/flow-bench';

const COUNTER = { job: {}, counter: { edge: 'off' } } as const;

/** UPS, event, timing of 60 s, job, and a counter job behind the same timing. */
describe('a flow without Node-RED, on a clock that moves when told', () => {
    it('runs the job when its time has come, and the counter job at the end', async () => {
        const bench = new FlowBench({ jobs: COUNTER });
        await bench.mains(10);
        await bench.battery(100);
        await bench.mains(30);
        assert.deepEqual(bench.ran, ['70 job', '110 counter']);
    });

    it('runs neither where the mains are back before the time has come', async () => {
        const bench = new FlowBench({ jobs: COUNTER });
        await bench.mains(10);
        await bench.battery(50);
        await bench.mains(100);
        assert.deepEqual(bench.ran, []);
    });

    it('waits for the runtime that is left', async () => {
        const bench = new FlowBench({ timing: { mode: 'remaining', seconds: 600 } });
        await bench.mains(10);
        await bench.battery(20, 54);
        assert.deepEqual(bench.ran, []);
        await bench.battery(5, 9);
        assert.deepEqual(bench.ran, ['30 job']);
    });

    it('repeats until the end', async () => {
        const bench = new FlowBench({ timing: { mode: 'repeat', seconds: 20 }, jobs: { job: { acts: false } } });
        await bench.mains(10);
        await bench.battery(50);
        await bench.mains(50);
        assert.deepEqual(bench.ran, ['10 job', '30 job', '50 job']);
    });

    describe('in silence', () => {
        it('fires as if the outage went on', async () => {
            const bench = new FlowBench();
            await bench.mains(10);
            await bench.battery(20);
            await bench.silence(100);
            assert.deepEqual(bench.ran, ['70 job']);
        });

        it('holds its timers where the UPS is set to', async () => {
            const bench = new FlowBench({ unit: { onSilence: 'hold' } });
            await bench.mains(10);
            await bench.battery(20);
            await bench.silence(300);
            assert.deepEqual(bench.ran, []);
        });

        it('on mains does nothing', async () => {
            const bench = new FlowBench({ jobs: COUNTER });
            await bench.mains(10);
            await bench.silence(600);
            assert.deepEqual(bench.ran, []);
        });
    });

    describe('killed', () => {
        it('while the timing runs: fires once, at the true time', async () => {
            const bench = new FlowBench();
            await bench.mains(10);
            await bench.battery(20);
            bench.restart(5);
            await bench.battery(100);
            assert.deepEqual(bench.ran, ['70 job']);
        });

        for (const node of ['event', 'timing']) {
            it(`between the note of a message and its sending by the ${node}: nothing is lost`, async () => {
                const bench = new FlowBench();
                await bench.mains(10);
                if (node === 'timing') await bench.battery(59);
                bench.cut.add(node);
                await bench.battery(node === 'timing' ? 1 : 0.1);
                assert.deepEqual(bench.ran, []);
                bench.restart(1);
                await bench.battery(100);
                assert.equal(bench.ran.length, 1, `${bench.ran}`);
            });
        }

        it('after the sending and before its settlement: nothing comes twice', async () => {
            const bench = new FlowBench();
            await bench.mains(10);
            await bench.battery(60);
            await bench.clock.advance(0);
            assert.deepEqual(bench.ran, ['70 job']);
            bench.restart(1);
            await bench.battery(100);
            assert.deepEqual(bench.ran, ['70 job']);
        });

        it('while its time comes: fires when a reading confirms the outage, and not on the memory of it', async () => {
            const bench = new FlowBench();
            await bench.mains(10);
            await bench.battery(20);
            bench.restart(120);
            await bench.silence(5);
            assert.deepEqual(bench.ran, []);
            await bench.battery(5);
            assert.deepEqual(bench.ran, ['155 job']);
        });

        it('while the outage ends: fires nothing, and wakes nobody that was not shut down', async () => {
            const bench = new FlowBench({ jobs: COUNTER });
            await bench.mains(10);
            await bench.battery(20);
            bench.restart(120);
            await bench.mains(60);
            assert.deepEqual(bench.ran, []);
        });

        it('after the job, while the outage ends: the counter job runs', async () => {
            const bench = new FlowBench({ jobs: COUNTER });
            await bench.mains(10);
            await bench.battery(80);
            bench.restart(120);
            await bench.mains(60);
            assert.equal(bench.ran.length, 2, `${bench.ran}`);
            assert.match(bench.ran[1]!, /counter$/);
        });
    });

    /** Serves hosts one after the other, each in 5 s. */
    const serve = async (served: string[], { clock, signal, progress, saveProgress }: JobContext) => {
        const done = [...((progress ?? []) as string[])];
        for (const host of ['a', 'b', 'c'].filter((each) => !done.includes(each))) {
            await new Promise<void>((resolve, reject) => {
                const timer = clock.setTimeout(resolve, 5000);
                signal.addEventListener('abort', () => {
                    clock.clearTimeout(timer);
                    reject(signal.reason as Error);
                });
            });
            served.push(host);
            done.push(host);
            saveProgress(done);
        }
        return { summary: 'all' };
    };

    for (const [how, disturb] of [
        ['a kill', (bench: FlowBench) => Promise.resolve(bench.restart(1))],
        ['a deploy', (bench: FlowBench) => bench.deploy()],
    ] as const) {
        it(`goes on after ${how} with the hosts that a job has not served`, async () => {
            const served: string[] = [];
            const bench = new FlowBench({ work: (context) => serve(served, context) });
            await bench.mains(10);
            await bench.battery(67);
            assert.deepEqual(served, ['a']);
            await disturb(bench);
            await bench.battery(60);
            assert.deepEqual(served, ['a', 'b', 'c']);
        });
    }

    it('gives no host another first byte once the mains are back, and says so', async () => {
        const served: string[] = [];
        const bench = new FlowBench({ work: (context) => serve(served, context) });
        await bench.mains(10);
        await bench.battery(67);
        await bench.mains(60);
        assert.deepEqual(served, ['a']);
        const [run] = bench.flow.registry.jobs()[0]!.view().runs;
        assert.equal(run?.state, 'ended');
    });

    it('owes the counter job when the mains fail again meanwhile, and runs it at the next return', async () => {
        const served: string[] = [];
        const bench = new FlowBench({
            jobs: COUNTER,
            work: (context, id) => (id === 'counter' ? serve(served, context) : Promise.resolve({ summary: 'down' })),
        });
        await bench.mains(10);
        await bench.battery(70);
        await bench.mains(3);
        assert.deepEqual(served, []);
        await bench.battery(20);
        const [counter] = bench.flow.registry.jobs().filter(({ id }) => id === 'counter');
        assert.equal(counter!.view().runs.at(-1)?.state, 'owed');
        await bench.mains(60);
        assert.deepEqual(served, ['a', 'b', 'c']);
        assert.equal(counter!.view().runs.at(-1)?.state, 'done');
    });

    describe('deployed', () => {
        it('while the timing runs: fires once, at the true time', async () => {
            const bench = new FlowBench();
            await bench.mains(10);
            await bench.battery(20);
            await bench.deploy();
            await bench.battery(100);
            assert.deepEqual(bench.ran, ['70 job']);
        });

        it('while a message is under way: it is sent again when the deploy is over', async () => {
            const bench = new FlowBench();
            await bench.mains(10);
            bench.cut.add('event');
            await bench.battery(0.1);
            bench.cut.clear();
            await bench.deploy();
            await bench.battery(100);
            assert.deepEqual(bench.ran, ['70 job']);
        });
    });

    it('reports a failure, and holds up nobody', async () => {
        const bench = new FlowBench({
            jobs: { broken: {}, sound: {} },
            work: (_context, id) =>
                id === 'broken'
                    ? Promise.reject(new UpsError('host-unreachable', { host: 'a' }))
                    : Promise.resolve({ summary: 'done' }),
        });
        await bench.mains(10);
        await bench.battery(80);
        const states = bench.flow.registry
            .jobs()
            .map((job) => job.view().runs.map(({ state, error }) => [state, error]));
        assert.deepEqual(states, [[['failed', 'host-unreachable']], [['done', undefined]]]);
    });

    it('two engines in one process know nothing of each other', async () => {
        const [one, other] = [new FlowBench(), new FlowBench()];
        await one.mains(10);
        await other.mains(10);
        await one.battery(100);
        await other.mains(100);
        assert.deepEqual([one.ran, other.ran], [['70 job'], []]);
    });
});
