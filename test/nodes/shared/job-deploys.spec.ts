import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Node, NodeAPI, NodeDef } from 'node-red';
import { UpsError } from '../../../lib/core/errors';
import type { LogEntry } from '../../../lib/core/journal/event-log';
import type { JobResult } from '../../../lib/core/messages';
import upsSite from '../../../nodes/config/ups-site';
import { attachJob, JobFailure, type JobConfig, type JobContext, type JobOutcome } from '../../../nodes/shared/job/job';
import { wait } from '../../../lib/core/abortable-wait';
import { eventuallyBy } from '../../support/eventually';
import { FakeClock } from '../../support/fake-clock';
import { FakeSource } from '../../support/fake-source';
import { helper, liveBy, theFlow } from '../../support/node-red';

type Change = 'nothing of it' | 'the job' | 'the site' | 'the one behind it' | 'all';

describe('a job in the middle of its step while somebody deploys', () => {
    let clock: FakeClock;
    let directory: string;
    let source: FakeSource;
    /** What the other side does when it is told at last. */
    let answer: (outcome: JobOutcome | Error) => void;
    let run: (context: JobContext) => Promise<JobOutcome>;
    let runs: number;
    let reports: JobResult[];
    let begun: string[];
    let closing: boolean;
    let acts: boolean;

    const eventually = <T>(condition: () => T) => eventuallyBy(clock, condition);

    before(() => helper.startServer());
    after(() => helper.stopServer());
    beforeEach(() => {
        clock = new FakeClock();
        liveBy(clock);
        directory = mkdtempSync(join(tmpdir(), 'ridethrough-'));
        source = new FakeSource('source1', 'UPS 1', clock);
        acts = false;
        runs = 0;
        reports = [];
        begun = [];
        run = () =>
            new Promise((resolve, reject) => {
                answer = (outcome) => (outcome instanceof Error ? reject(outcome) : resolve(outcome));
            });
    });
    afterEach(async () => {
        theFlow().registry.removeSource(source);
        await helper.unload();
        rmSync(directory, { recursive: true });
    });

    const nodes = (RED: NodeAPI) => {
        RED.nodes.registerType('test-job', function (this: Node, config: JobConfig) {
            RED.nodes.createNode(this, config);
            begun.push(config.name);
            this.on('close', () => void (closing = true));
            attachJob(RED, this, config, {
                type: 'test-job',
                acts,
                describe: () => 'would run',
                run: (context) => {
                    runs++;
                    return run(context);
                },
            });
        } as never);
        RED.nodes.registerType('collector', function (this: Node, config: NodeDef) {
            RED.nodes.createNode(this, config);
            this.on('input', (message) => void reports.push((message as unknown as { job: JobResult }).job));
        } as never);
    };

    function flow(change: Change, disabled = false) {
        const name = (part: Change) => (change === part || change === 'all' ? `${part} changed` : part);
        return [
            { id: 'tab1', type: 'tab', label: 'Tab' },
            { id: 'site1', type: 'ups-site', name: name('the site'), directory },
            { id: 'job1', z: 'tab1', type: 'test-job', name: name('the job'), d: disabled, wires: [['end1']] },
            { id: 'end1', z: 'tab1', type: 'collector', name: name('the one behind it'), wires: [] },
            { id: 'other1', z: 'tab1', type: 'collector', name: name('nothing of it'), wires: [] },
        ];
    }

    type SetFlows = (flow: object[], type: string) => Promise<void>;
    const deploy = (change: Change, type: string, disabled?: boolean) =>
        (helper as unknown as { setFlows: SetFlows }).setFlows(flow(change, disabled), type);

    /** The other side answers when the deploy is over, or waits for the job that it closes. */
    async function meanwhile(deployed: Promise<void>, answers: () => void): Promise<void> {
        let over = false;
        closing = false;
        const ended = deployed.finally(() => (over = true));
        while (!over && !closing) await clock.advance(0);
        await clock.advance(100);
        answers();
        await ended;
    }

    async function begin(episode: string | undefined): Promise<void> {
        await helper.load([upsSite, nodes] as never, flow('nothing of it').map((node) => ({ ...node })) as never);
        theFlow().registry.addSource(source, theFlow().registry.site('site1'));
        const plain = { topic: 'a/b', payload: true };
        const message = episode ? { ...plain, event: source.on('power-fail', episode) } : plain;
        (helper.getNode('job1') as Node).receive(message as never);
        await eventually(() => runs === 1);
    }

    const log = (): LogEntry[] =>
        theFlow()
            .registry.site('site1')!
            .store.logEntries({ kinds: ['job'] });

    /** Until nothing is under way any more that could tell a second time. */
    async function settled(): Promise<void> {
        const { store } = theFlow().registry.site('site1')!;
        await eventually(() => store.stats().unsettledDeliveries === 0 && store.stats().unfinishedJobs === 0);
    }

    for (const type of ['nodes', 'flows', 'full']) {
        for (const change of ['nothing of it', 'the job', 'the site', 'the one behind it', 'all'] as const) {
            it(`reports once, and is done once: ${type}, where ${change} changed`, async () => {
                await begin(`${type} ${change}`);
                await meanwhile(deploy(change, type), () => answer({ summary: 'taken' }));
                await eventually(() => reports.length > 0);
                await settled();
                assert.deepEqual([runs, reports.map(({ ok }) => ok), log().length], [1, [true], 1]);
                assert.equal(log()[0]?.text, 'taken');
            });
        }
    }

    it('reports its failure once where it had come to its end, and is not begun again', async () => {
        await begin('refused');
        const failure = new UpsError('hosts-failed', { failed: 1, total: 1, first: 'server1 refused' });
        await meanwhile(deploy('all', 'full'), () => answer(new JobFailure(failure, { summary: 'told server1' })));
        await eventually(() => reports.length > 0);
        await settled();
        assert.deepEqual([runs, reports.map(({ ok }) => ok), log().length], [1, [false], 1]);
    });

    it('that was still waiting is interrupted at once, and reports once when its successor is done', async () => {
        run = ({ clock, signal }) => wait(clock, 60_000, signal).then(() => ({ summary: 'never' }));
        await begin('waiting');
        run = () => Promise.resolve({ summary: 'done' });
        await deploy('all', 'full');
        await eventually(() => reports.length > 0);
        await settled();
        assert.deepEqual([runs, reports.map(({ ok }) => ok)], [2, [true]]);
        assert.deepEqual(
            log().map(({ text }) => text),
            ['resumed: done'],
        );
    });

    it('that nobody can go on with, for its message names no occurrence, says so once', async () => {
        run = ({ clock, signal }) => wait(clock, 60_000, signal).then(() => ({ summary: 'never' }));
        await begin(undefined);
        await deploy('all', 'full');
        assert.equal(runs, 1);
        const [entry, ...others] = log();
        assert.equal(others.length, 0);
        assert.match(entry?.text ?? '', /cut-short/);
        assert.match(String((entry!.detail as JobResult).error), /cut-short \(time \S/);
    });

    it('that somebody disables says that it was interrupted, and goes on when it is put back', async () => {
        run = ({ clock, signal }) => wait(clock, 60_000, signal).then(() => ({ summary: 'never' }));
        await begin('disabled');
        run = () => Promise.resolve({ summary: 'done' });
        await deploy('the job', 'nodes', true);
        assert.deepEqual(
            log().map(({ text, level }) => [text, level]),
            [['leftOpen', 'warning']],
        );
        await deploy('the job', 'nodes');
        await eventually(() => reports.length > 0);
        assert.equal(log()[0]?.text, 'resumed: done');
    });

    for (const kind of ['informs', 'acts']) {
        it(`that ${kind}, and that somebody disables before it could go on, says so, too`, async () => {
            acts = kind === 'acts';
            run = ({ clock, signal }) => wait(clock, 60_000, signal).then(() => ({ summary: 'never' }));
            await begin('unconfirmed');
            source.confirmed = false;
            await deploy('all', 'full');
            await clock.advance(2000);
            assert.deepEqual([runs, log().length], [1, 0]);
            await deploy('the job', 'nodes', true);
            assert.deepEqual(
                log().map(({ text, level }) => [text, level]),
                [['leftOpen', 'warning']],
            );
            run = () => Promise.resolve({ summary: 'done' });
            await deploy('the job', 'nodes');
            source.confirmed = true;
            source.check();
            await eventually(() => reports.length > 0);
            assert.equal(log()[0]?.text, 'resumed: done');
        });
    }
});
