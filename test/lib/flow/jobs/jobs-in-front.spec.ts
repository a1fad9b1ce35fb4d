import assert from 'node:assert/strict';
import type { EventMessage } from '../../../../lib/core/messages';
import type { FlowNode } from '../../../../lib/flow/graph/flow-node';
import { jobGraph } from '../../../../lib/flow/graph/job-graph';
import { jobsInFront } from '../../../../lib/flow/jobs/jobs-in-front';
import type { JobContext } from '../../../../lib/flow/jobs/job-spec';
import { pause, whyAborted } from '../../../../lib/core/commands/keep-trying';
import { FlowBench } from '../../../support/flow-bench';
import { ROLES } from '../../../support/roles';

const unit: FlowNode = { id: 'ups1', type: 'ups-unit' };
const event = (...wires: string[]): FlowNode => ({
    id: 'event',
    type: 'ups-event',
    ups: 'ups1',
    events: ['power-fail'],
    wires: [wires],
});
const job = (id: string, ...wires: string[]): FlowNode => ({ id, type: 'ups-wol', edge: 'off', wires: [wires] });
const wiresOf = (nodes: FlowNode[]) => ({
    ...jobGraph(nodes, { roles: ROLES }),
    node: (id: string) => nodes.find((node) => node.id === id),
});
const end = { event: { sourceId: 'ups1', id: 'power-fail', active: false } } as EventMessage;
const inFront = (nodes: FlowNode[]) => jobsInFront('wake', end, wiresOf([unit, ...nodes]));

describe('the jobs in front of a job', () => {
    it('are those on every path from the event to it', () => {
        assert.deepEqual(inFront([event('abort'), job('abort', 'relay'), job('relay', 'wake'), job('wake')]), [
            'abort',
            'relay',
        ]);
        assert.deepEqual(inFront([event('wake', 'abort'), job('abort', 'wake'), job('wake')]), []);
        assert.deepEqual(inFront([event('wake'), job('wake', 'abort'), job('abort')]), []);
    });

    it('are none in a ring', () => {
        assert.deepEqual(inFront([event('abort', 'wake'), job('abort', 'wake'), job('wake', 'abort')]), []);
    });
});

describe('a wake-up behind a job that waits for the output of the UPS', () => {
    /** The first job takes `seconds` on mains; it begins anew when the mains have failed meanwhile. */
    function bench(seconds: number, acts = true) {
        const nodes = [unit, event('abort'), job('abort', 'wake'), job('wake')];
        const work = async ({ clock, signal }: JobContext, id: string) => {
            if (id === 'abort') await pause(clock, seconds * 1000, signal);
            if (signal.aborted) throw whyAborted(signal);
            return { summary: 'done' };
        };
        return new FlowBench({
            jobs: { abort: { edge: 'off', behind: 'event', acts }, wake: { edge: 'off', behind: 'abort' } },
            wires: () => wiresOf(nodes),
            work,
        });
    }

    it('that is owed from an outage before waits for that job in the next return', async () => {
        const outage = bench(40);
        await outage.battery(10);
        await outage.mains(10);
        await outage.battery(10);
        await outage.mains(35);
        assert.deepEqual(outage.ran, ['10 abort', '30 abort']);
        await outage.mains(30);
        assert.deepEqual(outage.ran, ['10 abort', '30 abort', '70 wake']);
    });

    it('waits for it after a kill, too', async () => {
        const outage = bench(40);
        await outage.battery(10);
        await outage.mains(10);
        await outage.battery(10);
        await outage.mains(10);
        outage.restart(1);
        await outage.mains(35);
        assert.equal(outage.ran.filter((each) => each.endsWith('wake')).length, 0);
        await outage.mains(30);
        assert.equal(outage.ran.filter((each) => each.endsWith('wake')).length, 1);
    });

    it('does not wait for one that only informs', async () => {
        const outage = bench(40, false);
        await outage.battery(10);
        await outage.mains(50);
        await outage.battery(10);
        await outage.mains(5);
        assert.equal(outage.ran.filter((each) => each.endsWith('wake')).length, 1);
    });

    it('runs by itself where the job in front has gone', async () => {
        const outage = bench(40);
        await outage.battery(10);
        await outage.mains(10);
        await outage.battery(10);
        await outage.deploy(['abort']);
        await outage.mains(20);
        assert.equal(outage.ran.filter((each) => each.endsWith('wake')).length, 1);
    });
});
