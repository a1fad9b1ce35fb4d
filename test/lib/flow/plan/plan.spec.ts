import assert from 'node:assert/strict';
import type { FlowNode } from '../../../../lib/flow/graph/flow-node';
import { jobGraph } from '../../../../lib/flow/graph/job-graph';
import type { Plan, PlannedJob } from '../../../../lib/flow/plan/plan';
import type { Wires } from '../../../../lib/flow/plan/wires';
import { ROLES } from '../../../support/roles';
import { FlowBench, type BenchOptions } from '../../../support/flow-bench';

const event: FlowNode = { id: 'event', type: 'ups-event', ups: 'ups1', events: ['power-fail'], wires: [['timing']] };
const timing: FlowNode = { id: 'timing', type: 'ups-timing', mode: 'after', seconds: 60, wires: [['job', 'counter']] };
const job: FlowNode = { id: 'job', type: 'ups-rccmd', name: 'Down', action: 'shutdown', hosts: 'a', wires: [] };
const counter: FlowNode = { id: 'counter', type: 'ups-wol', name: 'Up', edge: 'off', wires: [] };
const FLOW = [{ id: 'ups1', type: 'ups-unit' }, event, timing, job, counter];
const COUNTER = { job: {}, counter: { edge: 'off' } } as const;

function wiresOf(nodes: readonly FlowNode[]): () => Wires {
    return () => ({ ...jobGraph(nodes, { roles: ROLES }), node: (id) => nodes.find((node) => node.id === id) });
}

const bench = (options: BenchOptions = {}, nodes = FLOW) =>
    new FlowBench({ jobs: COUNTER, ...options, wires: wiresOf(nodes) });

function jobOf(plan: Plan, id: string): PlannedJob {
    const outage = plan.sources
        .find(({ sourceId }) => sourceId === 'ups1')!
        .events.find(({ eventId }) => eventId === 'power-fail')!;
    return outage.jobs.find(({ nodeId }) => nodeId === id)!;
}

/** Seconds from now. */
const inSeconds = ({ flow }: FlowBench, { expected }: PlannedJob) =>
    expected && Math.round((expected.at - flow.clock.now()) / 1000);

describe('the plan of a flow', () => {
    it('is of one moment, however long it takes to make it', async () => {
        const quiet = bench();
        await quiet.mains(10);
        const { clock } = quiet;
        const begun = clock.now();
        let asked = 0;
        clock.now = () => begun + 100 * asked++;
        const plan = quiet.flow.plan();
        assert.equal(jobOf(plan, 'job').expected?.at, plan.at + 60_000);
    });

    it('tells of a quiet UPS what would run if the mains failed now', async () => {
        const quiet = bench();
        await quiet.mains(10);
        const plan = quiet.flow.plan();
        const down = jobOf(plan, 'job');
        assert.equal(down.state, 'idle');
        assert.equal(inSeconds(quiet, down), 60);
        assert.equal(down.expected!.estimated, false);
        assert.deepEqual([down.timings, down.dependsOn, down.atMainsReturn], [['timing'], [], 'nothing']);
        assert.equal(jobOf(plan, 'counter').state, 'idle');
        assert.equal(plan.sources[0]!.events[0]!.active, false);
    });

    it('counts down in the outage, and tells what the return of the mains would cancel', async () => {
        const outage = bench();
        await outage.mains(10);
        await outage.battery(20);
        const plan = outage.flow.plan();
        const down = jobOf(plan, 'job');
        assert.deepEqual([down.state, down.atMainsReturn], ['waiting', 'cancelled']);
        assert.equal(inSeconds(outage, down), 40);
        const up = jobOf(plan, 'counter');
        // Nothing was shut down: the timing lets no end through.
        assert.deepEqual([up.state, up.condition, up.atMainsReturn], ['waiting', { for: 'end' }, 'nothing']);
    });

    it('tells what has run, and that the return of the mains runs the counter job', async () => {
        const outage = bench();
        await outage.mains(10);
        await outage.battery(80);
        const down = jobOf(outage.flow.plan(), 'job');
        assert.deepEqual([down.state, down.expected, down.atMainsReturn], ['done', undefined, 'nothing']);
        assert.equal(jobOf(outage.flow.plan(), 'counter').atMainsReturn, 'runs');
        await outage.mains(10);
        assert.equal(jobOf(outage.flow.plan(), 'counter').state, 'done');
        assert.equal(jobOf(outage.flow.plan(), 'job').state, 'idle');
    });

    it('tells what the real flow does at the very moment that it told', async () => {
        const outage = bench();
        await outage.mains(10);
        await outage.battery(20);
        const wait = inSeconds(outage, jobOf(outage.flow.plan(), 'job'))!;
        await outage.battery(wait - 1);
        assert.deepEqual(outage.ran, []);
        await outage.battery(2);
        assert.equal(outage.ran.length, 1);
    });

    it('expects a job that waits for the runtime by the battery model', async () => {
        const remaining = { ...timing, mode: 'remaining', seconds: 600 };
        const outage = bench({ timing: { mode: 'remaining', seconds: 600 } }, [...FLOW.slice(0, 2), remaining, job]);
        await outage.mains(10);
        const quiet = jobOf(outage.flow.plan(), 'job');
        assert.deepEqual([inSeconds(outage, quiet), quiet.expected!.estimated], [3600 - 600, true]);
        await outage.battery(1, 20);
        const { condition, ...waiting } = jobOf(outage.flow.plan(), 'job');
        assert.equal(condition?.for, 'runtime');
        assert.ok(Math.abs(inSeconds(outage, waiting as PlannedJob)! - 600) <= 2);
    });

    it('says that a job comes too late where the battery is empty before it', async () => {
        const late = { ...timing, seconds: 7200 };
        const quiet = bench({ timing: { seconds: 7200 } }, [...FLOW.slice(0, 2), late, job]);
        await quiet.mains(10);
        assert.equal(jobOf(quiet.flow.plan(), 'job').tooLate, true);
        assert.equal(jobOf(bench().flow.plan(), 'job').tooLate, undefined);
    });

    it('adds up timings behind each other', async () => {
        const nodes = [...FLOW.slice(0, 2), { ...timing, wires: [['second']] }, job];
        const second: FlowNode = { id: 'second', type: 'ups-timing', mode: 'after', seconds: 30, wires: [['job']] };
        const outage = bench({}, [...nodes, second]);
        await outage.mains(10);
        await outage.battery(20);
        assert.equal(inSeconds(outage, jobOf(outage.flow.plan(), 'job')), 70);
    });

    it('tells of a function node that the job depends on it, and guesses no time', async () => {
        const decide: FlowNode = { id: 'decide', type: 'function', name: 'My rule', wires: [['job']] };
        const outage = bench({}, [...FLOW.slice(0, 2), { ...timing, wires: [['decide']] }, decide, job]);
        await outage.mains(10);
        const { dependsOn, expected } = jobOf(outage.flow.plan(), 'job');
        assert.deepEqual(
            dependsOn.map(({ nodeId, type, name }) => [nodeId, type, name]),
            [['decide', 'function', 'My rule']],
        );
        assert.equal(expected, undefined);
    });

    it('tells so of every other node that may hold a message back, in their order', async () => {
        const join: FlowNode = { id: 'join', type: 'join', wires: [['ask']] };
        const ask: FlowNode = {
            id: 'ask',
            type: 'switch',
            name: 'Ask',
            property: 'status.battery',
            rules: [{ t: 'eq', v: 'x' }],
            wires: [['job']],
        };
        const outage = bench({}, [...FLOW.slice(0, 2), { ...timing, wires: [['join']] }, join, ask, job]);
        await outage.mains(10);
        const { dependsOn, expected } = jobOf(outage.flow.plan(), 'job');
        assert.deepEqual(dependsOn, [
            { nodeId: 'join', type: 'join' },
            { nodeId: 'ask', type: 'switch', name: 'Ask' },
        ]);
        assert.equal(expected, undefined);
    });

    it('waits for a confirmation after a restart, until a reading has come', async () => {
        const outage = bench();
        await outage.mains(10);
        await outage.battery(20);
        outage.restart(5);
        await outage.silence(1);
        assert.deepEqual(jobOf(outage.flow.plan(), 'job').condition, { for: 'confirmation' });
        await outage.battery(2);
        assert.equal(jobOf(outage.flow.plan(), 'job').condition, undefined);
    });

    it('knows after a restart that a job has run', async () => {
        const outage = bench();
        await outage.mains(10);
        await outage.battery(80);
        outage.restart(5);
        await outage.battery(5);
        assert.equal(jobOf(outage.flow.plan(), 'job').state, 'done');
    });

    it('lists the sources without wires, and jobs without an event', async () => {
        const plan = bench({}, [FLOW[0]!, job]).flow.plan();
        assert.deepEqual(
            plan.sources.map(({ sourceId, present, events }) => [sourceId, present, events.length]),
            [['ups1', true, 0]],
        );
        assert.deepEqual(plan.unreached, ['job']);
    });
});

describe('the registry of a flow', () => {
    it('knows everybody by kind and by id, and tells who comes and goes', async () => {
        const { flow, deploy } = Object.assign(bench(), {});
        const { registry } = flow;
        assert.deepEqual(
            [registry.units(), registry.sources(), registry.jobs(), registry.timings(), registry.sites()].map((all) =>
                all.map(({ id }) => id),
            ),
            [['ups1'], ['ups1'], ['job', 'counter'], ['timing'], ['site1']],
        );
        assert.deepEqual(
            ['ups1', 'job', 'timing', 'site1', 'nobody'].map((id) => registry.byId(id)?.kind),
            ['unit', 'job', 'timing', 'site', undefined],
        );
        void deploy;
    });
});
