import assert from 'node:assert/strict';
import { UpsError } from '../../../../lib/core/errors';
import { JobFailure, type JobContext } from '../../../../lib/flow/jobs/job-spec';
import { PlanBench, STAGED } from '../../../support/plan-bench';

const withCode = (code: string) => (error: unknown) => error instanceof UpsError && error.code === code;

/** Jobs with four hosts each, of which some do not answer, and a note of each first byte. */
class Hosts {
    readonly silent = new Set(['h3']);
    /** `<job> <host>`, in order. */
    readonly reached: string[] = [];
    /** Seconds that each host takes. */
    takes = 0;

    work = async (context: JobContext, id: string) => {
        const served = new Set((context.progress as { served?: string[] } | undefined)?.served);
        const outcomes: { host: string; ok: boolean }[] = [];
        for (const host of ['h1', 'h2', 'h3', 'h4']) {
            if (served.has(host)) {
                outcomes.push({ host, ok: true });
                continue;
            }
            if (context.signal.aborted) throw context.signal.reason;
            this.reached.push(`${id} ${host}`);
            if (this.takes) await new Promise<void>((done) => context.clock.setTimeout(done, 1000 * this.takes));
            const ok = !this.silent.has(host);
            if (ok) context.saveProgress({ served: [...served.add(host)] });
            outcomes.push({ host, ok });
        }
        const outcome = { summary: id, detail: outcomes };
        if (outcomes.every(({ ok }) => ok)) return outcome;
        throw new JobFailure(new UpsError('hosts-failed', { failed: 1, total: 4, first: 'h3' }), outcome);
    };
}

async function failed(hosts = new Hosts(), options = {}) {
    const bench = new PlanBench({
        work: hosts.work,
        whom: { job: ['h1', 'h2', 'h3', 'h4'], counter: ['h1', 'h2', 'h3', 'h4'] },
        ...options,
    });
    await bench.mains(10);
    await bench.battery(65);
    hosts.reached.length = 0;
    return { bench, hosts };
}

describe('a step that has failed', () => {
    it('may be run again while its event is on: only what failed is tried', async () => {
        const { bench, hosts } = await failed();
        assert.deepEqual([bench.step().state, bench.step().may], ['partly', ['fire']]);
        hosts.silent.clear();
        bench.order('fire');
        await bench.battery(2);
        assert.deepEqual(hosts.reached, ['job h3']);
        assert.deepEqual([bench.step().state, bench.step().may], ['done', []]);
        assert.throws(() => bench.order('fire'), withCode('step-has-run'));
        const { detail, episode } = bench.log.find(({ text }) => text === 'orderFire')!;
        assert.deepEqual([detail, episode], [{ order: 'fire', by: 'Ada' }, bench.step().episode]);
    });

    it('is run once, however many people order it', async () => {
        const { bench, hosts } = await failed();
        hosts.takes = 3;
        bench.order('fire');
        assert.throws(() => bench.order('fire', 'job', 'Bea'), withCode('step-has-run'));
        await bench.battery(10);
        assert.deepEqual(hosts.reached, ['job h3']);
    });

    it('may be run again as often as it fails, and wakes whom it shut down', async () => {
        const { bench, hosts } = await failed();
        for (let time = 1; time <= 3; time++) {
            assert.deepEqual([bench.step().state, bench.step().may], ['partly', ['fire']]);
            bench.order('fire');
            await bench.battery(2);
        }
        assert.deepEqual(hosts.reached, ['job h3', 'job h3', 'job h3']);
        await bench.mains(5);
        assert.equal(hosts.reached.includes('counter h1'), true);
    });

    it('without a timing before it may be run again', async () => {
        const hosts = new Hosts();
        const nodes = STAGED.map((node) => (node.id === 'event' ? { ...node, wires: [['timing', 'job']] } : node));
        const direct = nodes.map((node) => (node.id === 'timing' ? { ...node, wires: [['counter']] } : node));
        const bench = new PlanBench(
            { work: hosts.work, jobs: { job: { behind: 'event' }, counter: { edge: 'off' } } },
            direct,
        );
        await bench.mains(10);
        await bench.battery(5);
        for (let time = 1; time <= 2; time++) {
            assert.deepEqual(bench.step().may, ['fire']);
            hosts.reached.length = 0;
            bench.order('fire');
            await bench.battery(2);
            assert.deepEqual(hosts.reached, ['job h3']);
        }
    });

    it('is known, and may be run again, after a kill; a kill while it runs does not double it', async () => {
        const { bench, hosts } = await failed();
        bench.restart(5);
        await bench.battery(5);
        const { state, may, hosts: outcomes } = bench.step();
        assert.deepEqual([state, may], ['partly', ['fire']]);
        assert.deepEqual(
            outcomes?.map((host) => host.state),
            ['done', 'done', 'failed', 'done'],
        );
        hosts.takes = 5;
        hosts.silent.clear();
        bench.order('fire');
        await bench.battery(2);
        bench.restart(2);
        await bench.battery(20);
        assert.deepEqual(hosts.reached, ['job h3', 'job h3'], 'the run that the kill cut short goes on');
        assert.deepEqual([bench.step().state, bench.step().may], ['done', []]);
    });

    it('is over with its event', async () => {
        const { bench, hosts } = await failed();
        const { key } = bench.step();
        await bench.mains(5);
        assert.throws(() => bench.flow.act(key, 'fire', 'Ada'), withCode('no-step'));
        await bench.battery(5);
        assert.deepEqual(bench.step().may, ['hold', 'skip', 'fire'], 'the next outage has a step of its own');
        hosts.reached.length = 0;
        await bench.battery(60);
        assert.deepEqual(hosts.reached, ['job h1', 'job h2', 'job h3', 'job h4']);
    });

    it('obeys the dry run', async () => {
        const { bench, hosts } = await failed(new Hosts(), { dryRun: true });
        assert.deepEqual([bench.step().state, bench.step().may], ['dry-run', []]);
        assert.deepEqual(hosts.reached, []);
    });

    describe('and is a counter job', () => {
        const back = async () => {
            const made = await failed();
            await made.bench.mains(5);
            made.hosts.reached.length = 0;
            return made;
        };

        it('may be run again as long as the event is over', async () => {
            const { bench, hosts } = await back();
            assert.deepEqual([bench.step('counter').state, bench.step('counter').may], ['partly', ['fire']]);
            hosts.silent.clear();
            bench.order('fire', 'counter');
            assert.throws(() => bench.order('fire', 'counter'), withCode('step-counter-job'));
            await bench.mains(2);
            assert.deepEqual(hosts.reached, ['counter h3']);
            assert.deepEqual([bench.step('counter').state, bench.step('counter').may], ['done', []]);
            assert.equal(bench.told.includes('orderFire'), true);
        });

        it('may be run again after a kill, and is finished after one', async () => {
            const { bench, hosts } = await back();
            bench.restart(5);
            await bench.mains(5);
            assert.deepEqual(bench.step('counter').may, ['fire']);
            hosts.takes = 5;
            hosts.silent.clear();
            bench.order('fire', 'counter');
            await bench.mains(2);
            bench.restart(1);
            await bench.mains(20);
            assert.deepEqual(hosts.reached, ['counter h3', 'counter h3']);
            assert.equal(bench.step('counter').state, 'done');
        });

        it('is not run while the event is on again', async () => {
            const { bench, hosts } = await back();
            const { key } = bench.step('counter');
            await bench.battery(5);
            assert.deepEqual(bench.step('counter').may, []);
            assert.throws(() => bench.flow.act(key, 'fire', 'Ada'));
            assert.deepEqual(hosts.reached, []);
        });
    });
});
