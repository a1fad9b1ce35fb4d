import assert from 'node:assert/strict';
import { UpsError } from '../../../../lib/core/errors';
import type { FlowNode } from '../../../../lib/flow/graph/flow-node';
import { JobFailure, type JobContext } from '../../../../lib/flow/jobs/job-spec';
import { onMains } from '../../../support/fake-ups';
import { COUNTER, EVENT, JOB, PlanBench, TIMING, UNIT } from '../../../support/plan-bench';

const remaining = (seconds: number): FlowNode => ({ ...TIMING, mode: 'remaining', seconds });

describe('the view of a plan', () => {
    it('is a preview on mains: what would happen if they failed now', async () => {
        const quiet = new PlanBench({ whom: { job: ['a', 'b'] } });
        await quiet.mains(10);
        const { running, batteryEnd, steps, name } = quiet.source();
        assert.deepEqual([running, name], [false, 'UPS']);
        assert.deepEqual(
            steps.map(({ jobId, edge, state, may }) => [jobId, edge, state, may]),
            [
                ['job', 'on', 'planned', []],
                ['counter', 'off', 'planned', []],
            ],
        );
        const step = quiet.step();
        assert.deepEqual([quiet.dueIn(), step.due?.estimated, step.whom], [60, false, ['a', 'b']]);
        assert.deepEqual(step.timings, [{ id: 'timing' }]);
        // The device tells of 60 min.
        assert.equal(Math.round((batteryEnd!.device! - quiet.flow.clock.now()) / 60_000), 60);
        assert.equal(step.marginSeconds, 3600 - 60);
        assert.equal(step.tooLate, undefined);
    });

    it('is still a preview while something is on that runs no job, such as a battery that is being charged', async () => {
        const quiet = new PlanBench();
        const battery = { state: 'normal', chargePercent: 90, minutesRemaining: 60, voltage: 54 } as const;
        for (let second = 0; second < 10; second++) {
            quiet.driver.read(onMains({ battery: { ...battery, charging: 'charging' } }));
            await quiet.clock.advance(1000);
        }
        assert.equal(quiet.unit.stateOf('battery-charging').active, true);
        assert.deepEqual([quiet.source().running, quiet.dueIn()], [false, 60]);
    });

    it('is none in an outage that runs no job', async () => {
        const bench = new PlanBench({}, [UNIT, { ...EVENT, events: ['overload'] }, TIMING, JOB]);
        await bench.mains(10);
        assert.equal(bench.source().running, false);
        await bench.battery(10);
        assert.equal(bench.source().running, true);
    });

    it('tells the end of the battery as a range: what the device says, and what we say', async () => {
        const bench = new PlanBench({ unit: { holdMinutes: 30 } });
        await bench.mains(10);
        await bench.battery(20, 50);
        const { batteryEnd, running } = bench.source();
        assert.equal(running, true);
        assert.equal(Math.round((batteryEnd!.device! - bench.flow.clock.now()) / 60_000), 50);
        assert.ok(batteryEnd!.ours! > bench.flow.clock.now());
        assert.notEqual(batteryEnd!.ours, batteryEnd!.device);
        const earlier = Math.min(batteryEnd!.device!, batteryEnd!.ours!);
        assert.equal(bench.step().marginSeconds, Math.round((earlier - bench.step().due!.at) / 1000));
    });

    it('says too late while it can still be helped', async () => {
        const timing = { mode: 'after', seconds: 1200 } as const;
        const bench = new PlanBench({ timing }, [UNIT, EVENT, { ...TIMING, ...timing }, JOB]);
        await bench.mains(10);
        assert.equal(bench.step().tooLate, undefined);
        await bench.battery(5, 10);
        const { tooLate, marginSeconds, state } = bench.step();
        assert.deepEqual([state, tooLate], ['waiting', true]);
        assert.ok(Math.abs(marginSeconds! - (600 - 1195)) <= 2, String(marginSeconds));
    });

    it('reads the orders and the maintenance of a site once, however many jobs it has', async () => {
        const names = Array.from({ length: 20 }, (_, n) => `job${n}`);
        const bench = new PlanBench({ jobs: Object.fromEntries(names.map((id) => [id, {}])) }, [
            ...[UNIT, EVENT, { ...TIMING, wires: [names] }],
            ...names.map((id) => ({ ...JOB, id })),
        ]);
        await bench.mains(10);
        bench.flow.planView();
        const read: string[] = [];
        const { store } = bench;
        const getValue = store.getValue.bind(store);
        store.getValue = (owner, name) => (read.push(name), getValue(owner, name));
        assert.equal(bench.source().steps.length, names.length);
        assert.deepEqual(read.sort(), ['maintenance:site1', 'orders']);
    });

    it('counts in what earlier runs took', async () => {
        const work = ({ clock }: JobContext) =>
            new Promise<{ summary: string }>((resolve) => clock.setTimeout(() => resolve({ summary: 'down' }), 40_000));
        const bench = new PlanBench({ work: (context) => work(context) });
        await bench.mains(10);
        assert.equal(bench.step().takesSeconds, undefined);
        await bench.battery(110);
        await bench.mains(60);
        assert.equal(bench.step().takesSeconds, 40);
        assert.equal(bench.step().marginSeconds, 3600 - 60 - 40);
        bench.restart(5);
        await bench.mains(5);
        assert.equal(bench.step().takesSeconds, 40, 'over a restart');
    });

    it('tells the progress of each host while the job runs, and what became of each', async () => {
        const work = async (context: JobContext, id: string) => {
            if (id !== 'job') return { summary: 'woken' };
            context.saveProgress({ served: ['a:6003'] });
            await new Promise<void>((resolve) => context.clock.setTimeout(resolve, 10_000));
            const detail = [
                { host: 'a', port: 6003, ok: true },
                { host: 'b', port: 6003, ok: false, error: 'no answer' },
            ];
            throw new JobFailure(new UpsError('hosts-failed', { failed: 1, total: 2, first: 'b' }), {
                summary: 'told',
                detail,
            });
        };
        const bench = new PlanBench({ work, whom: { job: ['a', 'b'] } });
        await bench.mains(10);
        await bench.battery(65);
        assert.deepEqual(
            [bench.step().state, bench.step().hosts],
            [
                'fired',
                [
                    { name: 'a', state: 'done' },
                    { name: 'b', state: 'waiting' },
                ],
            ],
        );
        await bench.battery(10);
        assert.deepEqual(
            [bench.step().state, bench.step().error, bench.step().hosts],
            [
                'partly',
                'hosts-failed',
                [
                    { name: 'a', state: 'done' },
                    { name: 'b', state: 'failed', error: 'no answer' },
                ],
            ],
        );
    });

    it('says "not before" of a step that waits for the runtime behind a load that is shed', async () => {
        const second: FlowNode = { ...remaining(600), id: 'second', wires: [['job']] };
        const first: FlowNode = { ...TIMING, wires: [['shed']] };
        const event = { ...EVENT, wires: [['timing', 'second']] };
        const shed: FlowNode = { ...JOB, id: 'shed' };
        const nodes = [UNIT, event, first, second, shed, JOB];
        const jobs = { shed: {}, job: {} };
        const bench = new PlanBench({ jobs, specs: { shed: { shutsDown: true } } }, nodes);
        await bench.mains(10);
        assert.deepEqual(
            bench.source().steps.map(({ jobId, notBefore, due }) => [jobId, notBefore, due?.estimated]),
            [
                ['shed', undefined, false],
                ['job', true, true],
            ],
        );
        const alone = new PlanBench({ jobs }, nodes);
        await alone.mains(10);
        assert.equal(alone.step().notBefore, undefined, 'nothing is shed');
    });

    it('tells what a restart has continued', async () => {
        const work = async ({ clock }: JobContext, id: string) => {
            if (id === 'job') await new Promise<void>((resolve) => clock.setTimeout(resolve, 100_000));
            return { summary: 'done' };
        };
        const bench = new PlanBench({ work });
        await bench.mains(10);
        await bench.battery(65);
        assert.equal(bench.step().state, 'fired');
        bench.restart(5);
        await bench.battery(5);
        assert.equal(bench.step().state, 'resumed');
    });

    for (const [what, again] of Object.entries({
        kill: (bench: PlanBench) => Promise.resolve(bench.restart(5)),
        deploy: (bench: PlanBench) => bench.deploy(),
    })) {
        it(`knows after a ${what} what became of each host, and when`, async () => {
            const work = (_: JobContext, id: string) => {
                if (id !== 'job') return Promise.resolve({ summary: 'woken' });
                const detail = [
                    { host: 'a', port: 6003, ok: true },
                    { host: 'b', port: 6003, ok: false, error: 'no answer' },
                ];
                const failure = new UpsError('hosts-failed', { failed: 1, total: 2, first: 'b' });
                return Promise.reject(new JobFailure(failure, { summary: 'told', detail }));
            };
            const bench = new PlanBench({ work, whom: { job: ['a', 'b'] } });
            await bench.mains(10);
            await bench.battery(65);
            const before = bench.step();
            assert.equal(before.state, 'partly');
            await again(bench);
            await bench.battery(5);
            assert.deepEqual(bench.step(), before);
            assert.deepEqual(
                bench.source().steps.map(({ jobId }) => jobId),
                ['job', 'counter'],
                'what has run stands before what is to come',
            );
            assert.equal(bench.ran.length, 1);
            await bench.mains(10);
            await bench.battery(10);
            assert.deepEqual(
                [bench.step().state, bench.step().hosts],
                ['waiting', undefined],
                'the next outage is another one',
            );
        });
    }

    it('of a job that only informs keeps a failure, and what mends it, and nothing of each reminder that goes well', async () => {
        let ok = true;
        const work = () =>
            ok ? Promise.resolve({ summary: 'told' }) : Promise.reject(new UpsError('mail-refused', { reply: 'no' }));
        const timing = { repeatSeconds: 10 };
        const nodes = [UNIT, EVENT, { ...TIMING, repeat: 10 }, JOB];
        const bench = new PlanBench({ work, timing, jobs: { job: { acts: false } } }, nodes);
        let writes = 0;
        const setValue = bench.store.setValue.bind(bench.store);
        bench.store.setValue = (owner, name, value) => {
            if (owner === 'job') writes++;
            setValue(owner, name, value);
        };
        await bench.mains(10);
        await bench.battery(95);
        assert.deepEqual([bench.ran.length, writes], [4, 0]);
        ok = false;
        await bench.battery(10);
        bench.restart(1);
        assert.equal(bench.step().state, 'failed');
        ok = true;
        await bench.battery(15);
        bench.restart(1);
        assert.equal(bench.step().state, 'done');
    });

    it('tells when a step repeats', async () => {
        const timing = { repeatSeconds: 30 };
        const bench = new PlanBench({ timing }, [UNIT, EVENT, { ...TIMING, repeat: 30 }, JOB, COUNTER]);
        await bench.mains(10);
        await bench.battery(70);
        const { state, repeatSeconds, may } = bench.step();
        assert.deepEqual([state, repeatSeconds, bench.dueIn(), may], ['done', 30, 20, ['hold', 'skip']]);
    });

    it('predicts a time to the second', async () => {
        const bench = new PlanBench();
        await bench.mains(10);
        await bench.battery(7);
        const expected = bench.step().due!.at;
        await bench.battery(70);
        const fired = bench.flow.clock.now() - (bench.seconds - Number(bench.ran[0]!.split(' ')[0])) * 1000;
        assert.ok(Math.abs(fired - expected) <= 1000, `${fired - expected} ms`);
    });
});
