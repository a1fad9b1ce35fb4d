import assert from 'node:assert/strict';
import type { JobResult } from '../../../../lib/core/messages';
import type { JobEnd } from '../../../../lib/flow/flow';
import { JobTally } from '../../../../lib/flow/jobs/job-tally';
import { Listeners } from '../../../../lib/flow/listeners';
import { FlowBench } from '../../../support/flow-bench';

describe('the count of runs', () => {
    it('is by outcome, and knows the last one', () => {
        const ends = new Listeners<JobEnd>();
        const tally = new JobTally(ends);
        const end = (over: Partial<JobResult>, endedAt: number) =>
            ends.tell({
                id: 'a',
                job: { type: 't', name: 'n', ok: true, dryRun: false, attempts: 1, startedAt: 0, endedAt, ...over },
            });
        end({}, 1);
        end({ dryRun: true }, 2);
        end({ ok: false, error: 'x' }, 3);
        end({ ok: false, ended: 'event-over' }, 4);
        assert.deepEqual(tally.of('a'), {
            runs: { done: 1, failed: 1, ended: 1, rehearsed: 1 },
            last: { at: 4, ok: false },
        });
        assert.deepEqual(tally.of('b'), { runs: { done: 0, failed: 0, ended: 0, rehearsed: 0 } });
    });

    it('is told of each run of a job in a flow', async () => {
        const bench = new FlowBench();
        const ends: string[] = [];
        bench.flow.jobEnds.add(({ id, job }) => ends.push(`${id} ${job.ok}`));
        await bench.mains(5);
        await bench.battery(600);
        assert.deepEqual(
            ends,
            bench.ran.map((ran) => `${ran.split(' ').at(-1)} true`),
        );
        assert.ok(ends.length > 0);
    });
});
