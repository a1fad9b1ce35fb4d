import assert from 'node:assert/strict';
import { UpsError } from '../../../../lib/core/errors';
import type { JobContext } from '../../../../lib/flow/jobs/job-spec';
import type { FlowNode } from '../../../../lib/flow/graph/flow-node';
import { PlanBench, STAGED } from '../../../support/plan-bench';

/** Beside the job behind the timing one that begins at once, and one that only informs. */
const NODES: FlowNode[] = [
    ...STAGED.map((node) => (node.id === 'event' ? { ...node, wires: [['timing', 'now', 'mail']] } : node)),
    { id: 'now', type: 'ups-rccmd', action: 'shutdown', hosts: 'b', wires: [] },
    { id: 'mail', type: 'ups-email', wires: [] },
];

async function outage(work?: (context: JobContext, id: string) => Promise<{ summary: string }>) {
    const bench = new PlanBench(
        {
            jobs: {
                job: {},
                counter: { edge: 'off' },
                now: { behind: 'event' },
                mail: { acts: false, behind: 'event' },
            },
            ...(work ? { work } : {}),
        },
        NODES,
    );
    await bench.mains(10);
    return bench;
}

describe('the abort of a whole source', () => {
    it('stops what runs and leaves out what has not begun; what informs goes on, and whoever was shut down is woken', async () => {
        const reached: string[] = [];
        const bench = await outage(async ({ clock, signal }, id) => {
            for (let n = 1; n <= 10; n++) {
                if (signal.aborted) throw signal.reason;
                reached.push(id);
                await new Promise<void>((done) => clock.setTimeout(done, 1000));
            }
            return { summary: id };
        });
        await bench.battery(4);
        const { stops, steps } = bench.source();
        assert.deepEqual(stops?.map((key) => steps.find((step) => step.key === key)!.jobId).sort(), ['job', 'now']);
        assert.equal(bench.flow.abortSource('ups1', 'Ada'), 2);
        const before = reached.filter((id) => id === 'now').length;
        await bench.battery(100);
        assert.equal(reached.filter((id) => id === 'now').length, before);
        assert.deepEqual([bench.step('now').state, bench.step('job').state], ['cancelled', 'skipped']);
        assert.equal(reached.filter((id) => id === 'mail').length, 10);
        assert.deepEqual(
            bench.log
                .filter(({ detail }) => (detail as { order?: string })?.order)
                .map(({ text, source }) => [text, source]),
            [
                ['orderSkip', 'job'],
                ['orderAbort', 'now'],
            ].sort(),
        );
        await bench.mains(5);
        assert.equal(reached.includes('counter'), true);
    });

    it('ends with the outage: the next one is untouched', async () => {
        const bench = await outage();
        await bench.battery(4);
        bench.flow.abortSource('ups1', 'Ada');
        await bench.mains(5);
        bench.ran.length = 0;
        await bench.battery(65);
        assert.deepEqual(bench.ran.map((run) => run.split(' ')[1]).sort(), ['job', 'mail', 'now']);
    });

    it('survives a kill', async () => {
        const bench = await outage();
        await bench.battery(4);
        bench.flow.abortSource('ups1', 'Ada');
        bench.restart(5);
        await bench.battery(100);
        assert.equal(
            bench.ran.some((run) => run.endsWith(' job')),
            false,
        );
    });

    it('is refused where there is nothing to stop', async () => {
        const bench = await outage();
        const none = (error: unknown) => error instanceof UpsError && error.code === 'no-step';
        assert.equal(bench.source().stops, undefined, 'at rest');
        assert.throws(() => bench.flow.abortSource('ups1', 'Ada'), none);
        assert.throws(() => bench.flow.abortSource('gone', 'Ada'), none);
        await bench.battery(4);
        bench.flow.abortSource('ups1', 'Ada');
        assert.equal(bench.source().stops, undefined, 'a second time');
        assert.throws(() => bench.flow.abortSource('ups1', 'Ada'), none);
    });
});
