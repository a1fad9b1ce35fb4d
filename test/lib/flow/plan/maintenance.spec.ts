import assert from 'node:assert/strict';
import { UpsError } from '../../../../lib/core/errors';
import { PlanBench } from '../../../support/plan-bench';

const withCode = (code: string) => (error: unknown) => error instanceof UpsError && error.code === code;

/** Begins maintenance for so many seconds. */
const maintain = ({ flow }: PlanBench, seconds: number) =>
    flow.maintenance.start('site1', flow.clock.now() + seconds * 1000, 'Ada');

const ids = ({ ran }: PlanBench) => ran.map((run) => run.split(' ')[1]);

describe('the maintenance of a site', () => {
    it('holds what acts, visibly, and ends by itself: what is still due runs then', async () => {
        const bench = new PlanBench();
        await bench.mains(10);
        maintain(bench, 100);
        assert.deepEqual([bench.step().state, bench.step().heldBy?.who], ['planned', 'Ada'], 'in the preview');
        await bench.battery(80);
        const { state, heldBy, may } = bench.step();
        assert.deepEqual([bench.ran, state, heldBy?.who, may], [[], 'held', 'Ada', ['skip', 'fire']]);
        assert.equal(heldBy?.until, bench.flow.clock.now() + 20_000);
        await bench.battery(25);
        assert.deepEqual([bench.ran, bench.step().state], [['110 job'], 'done']);
        assert.equal(bench.flow.maintenance.of('site1'), undefined);
        assert.deepEqual(
            bench.log.filter(({ kind }) => kind === 'system').map(({ text }) => text),
            ['maintenanceBegins', 'maintenanceOver'],
        );
    });

    it('lets jobs through that only inform people', async () => {
        const bench = new PlanBench({ jobs: { job: { acts: false } } });
        await bench.mains(10);
        maintain(bench, 500);
        await bench.battery(70);
        assert.deepEqual(bench.ran, ['70 job']);
    });

    it('ends when a person says so', async () => {
        const bench = new PlanBench();
        await bench.mains(10);
        maintain(bench, 500);
        await bench.battery(80);
        bench.flow.maintenance.end('site1', 'Bob');
        await bench.battery(2);
        assert.deepEqual(ids(bench), ['job']);
        assert.ok(bench.told.includes('maintenanceEnded'));
    });

    it('leaves nobody shut down: a counter job that it holds runs after it', async () => {
        const bench = new PlanBench();
        await bench.mains(10);
        await bench.battery(65);
        assert.deepEqual(ids(bench), ['job']);
        maintain(bench, 60);
        await bench.mains(30);
        assert.deepEqual(ids(bench), ['job']);
        assert.equal(bench.step('counter').state, 'held');
        await bench.mains(40);
        assert.deepEqual(ids(bench), ['job', 'counter']);
    });

    it('an outage within it shuts nothing down', async () => {
        const bench = new PlanBench();
        await bench.mains(10);
        maintain(bench, 300);
        await bench.battery(100);
        await bench.mains(250);
        assert.ok(!ids(bench).includes('job'));
        assert.ok(bench.told.includes('heldToTheEnd'));
    });

    it('a person may run a step all the same', async () => {
        const bench = new PlanBench();
        await bench.mains(10);
        maintain(bench, 300);
        await bench.battery(20);
        bench.order('fire');
        await bench.battery(2);
        assert.deepEqual(ids(bench), ['job']);
    });

    it('survives a kill, and ends meanwhile if its time has come', async () => {
        const bench = new PlanBench();
        await bench.mains(10);
        maintain(bench, 100);
        await bench.battery(20);
        bench.restart(10);
        await bench.battery(50);
        assert.deepEqual([bench.ran, bench.flow.maintenance.of('site1')?.by], [[], 'Ada']);
        bench.restart(60);
        await bench.battery(3);
        assert.equal(bench.flow.maintenance.of('site1'), undefined);
        assert.equal(bench.log.filter(({ text }) => text === 'maintenanceOver').length, 1);
        assert.deepEqual(ids(bench), ['job']);
    });

    it('goes by the clock on the wall, also if somebody sets it', async () => {
        const forward = new PlanBench();
        await forward.mains(10);
        maintain(forward, 3600);
        forward.clock.jumpWall(3_600_000);
        await forward.mains(2);
        assert.equal(forward.flow.maintenance.of('site1'), undefined);
        const back = new PlanBench();
        await back.mains(10);
        const { until } = maintain(back, 60);
        back.clock.jumpWall(-600_000);
        await back.mains(120);
        assert.equal(back.flow.maintenance.of('site1')?.until, until);
        await back.mains(545);
        assert.equal(back.flow.maintenance.of('site1'), undefined);
    });

    it('refuses an end that is past, and a site that is not there', async () => {
        const bench = new PlanBench();
        assert.throws(() => maintain(bench, -1), withCode('maintenance-past'));
        assert.throws(() => maintain(bench, 8 * 86_400), withCode('maintenance-too-long'));
        maintain(bench, 7 * 86_400);
        bench.flow.maintenance.end('site1', 'Ada');
        assert.throws(() => bench.flow.maintenance.start('site1', NaN, 'Ada'), withCode('maintenance-past'));
        assert.throws(() => bench.flow.maintenance.start('nowhere', 9e15, 'Ada'), withCode('no-site'));
        await bench.mains(1);
    });

    it('leaves no timer behind', async () => {
        const bench = new PlanBench();
        await bench.mains(2);
        const before = bench.clock.pending;
        maintain(bench, 10);
        assert.equal(bench.clock.pending, before + 1);
        await bench.mains(15);
        assert.equal(bench.clock.pending, before);
    });
});
