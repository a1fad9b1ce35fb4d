import assert from 'node:assert/strict';
import type { FlowNode } from '../../../../lib/flow/graph/flow-node';
import { jobGraph } from '../../../../lib/flow/graph/job-graph';
import { FlowBench, type BenchOptions } from '../../../support/flow-bench';
import { ROLES } from '../../../support/roles';

const unit: FlowNode = { id: 'ups1', type: 'ups-unit' };
const event: FlowNode = { id: 'event', type: 'ups-event', ups: 'ups1', events: ['power-fail'], wires: [['timing']] };
const timing: FlowNode = { id: 'timing', type: 'ups-timing', mode: 'after', seconds: 60, wires: [['job', 'counter']] };
const job: FlowNode = { id: 'job', type: 'ups-rccmd', action: 'shutdown', hosts: 'a', wires: [] };
const counter: FlowNode = { id: 'counter', type: 'ups-wol', edge: 'off', wires: [] };

function bench(options: BenchOptions = {}, nodes = [unit, event, timing, job, counter]): FlowBench {
    const wires = () => ({
        ...jobGraph(nodes, { roles: ROLES }),
        node: (id: string) => nodes.find((node) => node.id === id),
    });
    return new FlowBench({ jobs: { job: {}, counter: { edge: 'off' } }, shutsDown: ['job'], ...options, wires });
}

/** Who, what, and how serious. */
const lines = ({ log }: FlowBench) =>
    log.flatMap(({ kind, source, text, level }) => (kind === 'job' ? [`${source}: ${text} (${level})`] : []));

describe('a job whose node is disabled or deleted', () => {
    it('that is a shutdown is missed in the event log at once, and does not run late', async () => {
        const outage = bench();
        await outage.mains(5);
        await outage.battery(20);
        await outage.deploy(['job']);
        await outage.battery(60);
        assert.deepEqual(lines(outage), ['job: missed (error)']);
        const [entry] = outage.log.filter(({ kind }) => kind === 'job');
        assert.deepEqual([entry?.eventId, entry?.active, entry?.nodeId], ['power-fail', true, 'job']);
        await outage.deploy();
        await outage.battery(60);
        await outage.mains(20);
        assert.deepEqual(
            outage.ran.map((each) => each.split(' ')[1]),
            ['counter'],
        );
    });

    it('is told once for each occurrence, however often its timing repeats, and over a restart', async () => {
        const outage = bench({ timing: { repeatSeconds: 30 } });
        await outage.battery(20);
        await outage.deploy(['job']);
        await outage.battery(200);
        outage.restart(10);
        await outage.battery(200);
        assert.deepEqual(lines(outage), ['job: missed (error)']);
        await outage.mains(20);
        await outage.battery(120);
        assert.deepEqual(lines(outage).filter((line) => line.startsWith('job')).length, 2);
    });

    it('that is a wake-up runs when it is put back on mains', async () => {
        const outage = bench();
        await outage.battery(90);
        await outage.deploy(['counter']);
        await outage.battery(20);
        await outage.mains(60);
        assert.deepEqual(
            outage.ran.map((each) => each.split(' ')[1]),
            ['job'],
        );
        assert.deepEqual(lines(outage).slice(1), ['counter: missedOwed (error)']);
        await outage.deploy();
        await outage.mains(10);
        assert.deepEqual(
            outage.ran.map((each) => each.split(' ')[1]),
            ['job', 'counter'],
        );
        await outage.deploy();
        await outage.mains(60);
        assert.equal(outage.ran.length, 2);
    });

    it('that is a wake-up waits for the mains, and runs once for two outages', async () => {
        const outage = bench();
        await outage.battery(90);
        await outage.deploy(['counter']);
        await outage.mains(60);
        await outage.battery(90);
        await outage.deploy();
        await outage.battery(30);
        assert.ok(!outage.ran.some((each) => each.includes('counter')));
        await outage.mains(60);
        assert.equal(outage.ran.filter((each) => each.includes('counter')).length, 1);
    });

    it('that is a wake-up runs although the process was killed meanwhile', async () => {
        const outage = bench();
        await outage.battery(90);
        await outage.deploy(['counter']);
        await outage.mains(60);
        outage.restart(30);
        await outage.mains(60);
        await outage.deploy();
        await outage.mains(60);
        assert.equal(outage.ran.filter((each) => each.includes('counter')).length, 1);
    });

    it('that was deleted is told when it is put back', async () => {
        const outage = bench();
        await outage.battery(20);
        await outage.deploy(['job'], 'deleted');
        await outage.battery(90);
        assert.deepEqual(lines(outage), []);
        await outage.deploy();
        await outage.battery(10);
        assert.deepEqual(lines(outage), ['job: missed (error)']);
        assert.deepEqual(outage.ran, []);
    });

    it('that shuts down never runs late, whatever its edge', async () => {
        const outage = bench({ shutsDown: ['job', 'counter'] });
        await outage.battery(90);
        await outage.deploy(['counter']);
        await outage.mains(60);
        await outage.deploy();
        await outage.mains(60);
        assert.ok(!outage.ran.some((each) => each.includes('counter')));
        assert.deepEqual(lines(outage).slice(1), ['counter: missed (error)']);
    });

    it('that was a wake-up, and comes back as a shutdown, does not run late', async () => {
        const shutsDown = ['job'];
        const outage = bench({ shutsDown });
        await outage.battery(90);
        await outage.deploy(['counter']);
        await outage.mains(60);
        shutsDown.push('counter');
        await outage.deploy();
        await outage.mains(60);
        assert.ok(!outage.ran.some((each) => each.includes('counter')));
    });

    it('that only informs is told as a warning', async () => {
        const outage = bench({ jobs: { job: { acts: false } } });
        await outage.battery(20);
        await outage.deploy(['job']);
        await outage.battery(90);
        assert.deepEqual(lines(outage), ['job: missed (warning)']);
    });

    it('is told as perhaps missed behind a node that decides', async () => {
        const decider: FlowNode = { id: 'f', type: 'function', wires: [['job']] };
        const nodes = [unit, event, { ...timing, wires: [['f']] }, decider, job];
        const outage = bench({ jobs: { job: {} } }, nodes);
        await outage.battery(20);
        await outage.deploy(['job']);
        await outage.battery(90);
        assert.deepEqual(lines(outage), ['job: missedPerhaps (error)']);
    });

    it('is not told where nothing came for it, nor what it has done before', async () => {
        const outage = bench();
        await outage.battery(70);
        await outage.deploy(['job']);
        await outage.battery(60);
        await outage.deploy();
        await outage.battery(10);
        assert.deepEqual(lines(outage), ['job: done (info)']);
    });
});
