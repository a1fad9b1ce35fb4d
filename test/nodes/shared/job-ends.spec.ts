import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Node, NodeAPI } from 'node-red';
import type { EventInfo, JobResult } from '../../../lib/core/messages';
import upsSite from '../../../nodes/config/ups-site';
import { attachJob, type JobConfig, type JobContext, type JobSpec } from '../../../nodes/shared/job/job';
import { wait } from '../../../lib/core/abortable-wait';
import { eventuallyBy } from '../../support/eventually';
import { FakeClock } from '../../support/fake-clock';
import { FakeSource } from '../../support/fake-source';
import { helper, liveBy, theFlow } from '../../support/node-red';

type Received = { payload: boolean; job: JobResult };

describe('a job whose event ends', () => {
    let clock: FakeClock;
    let directory: string;
    let source: FakeSource;
    let runs: string[];
    let out: Received[];
    let spec: Partial<JobSpec>;
    /** How long a run takes, ms. */
    let takes: number;

    const eventually = <T>(condition: () => T) => eventuallyBy(clock, condition);

    before(() => helper.startServer());
    after(() => helper.stopServer());
    beforeEach(() => {
        clock = new FakeClock();
        liveBy(clock);
        directory = mkdtempSync(join(tmpdir(), 'ridethrough-'));
        source = new FakeSource('source1', 'UPS 1', clock);
        runs = [];
        out = [];
        spec = { acts: true, total: () => 5 };
        takes = 60_000;
    });
    afterEach(async () => {
        theFlow().registry.removeSource(source);
        await helper.unload();
        rmSync(directory, { recursive: true });
    });

    const testJob = (RED: NodeAPI) => {
        RED.nodes.registerType('test-job', function (this: Node, config: JobConfig) {
            RED.nodes.createNode(this, config);
            attachJob(RED, this, config, {
                type: 'test-job',
                describe: () => 'would run',
                run: async ({ message, clock, signal, saveProgress, progress }: JobContext) => {
                    runs.push(
                        `${message.payload ? 'on' : 'off'} ${message.event.episode} ${String(progress ?? 'fresh')}`,
                    );
                    saveProgress('half');
                    await wait(clock, takes, signal);
                    return { summary: 'ran' };
                },
                ...spec,
            });
        } as never);
    };

    async function load(job: object = {}): Promise<void> {
        await helper.load(
            [upsSite, testJob] as never,
            [
                { id: 'site1', type: 'ups-site', name: 'Site', directory },
                { id: 'job1', type: 'test-job', edge: 'both', wires: [['out']], ...job },
                { id: 'out', type: 'helper' },
            ] as never,
        );
        theFlow().registry.addSource(source, theFlow().registry.site('site1'));
        (helper.getNode('out') as Node).on('input', (message) => out.push(message as unknown as Received));
    }

    const send = (message: object) => (helper.getNode('job1') as Node).receive(message as never);
    const edge = (event: EventInfo, payload = true, more: Partial<EventInfo> = {}) =>
        send({ topic: `UPS 1/${event.id}`, payload, event: { ...event, active: payload, ...more } });
    const unfinished = () => theFlow().registry.site('site1')!.store.stats().unfinishedJobs;
    const log = () =>
        theFlow()
            .registry.site('site1')!
            .store.logEntries()
            .filter(({ kind }) => kind === 'job')
            .map(({ level, text }) => `${level} ${text}`)
            .reverse();

    it('is stopped, says with numbers what it has left, and is no failure for Catch nodes', async () => {
        await load();
        edge(source.on('power-fail', 'e1'));
        await eventually(() => runs.length === 1);
        source.off('power-fail');
        const { job } = await eventually(() => out[0]);
        assert.deepEqual([job.ok, job.ended, unfinished()], [false, 'event-over', 0]);
        assert.match(job.error!, /event-over.*"?done"?.*0.*"?total"?.*5/);
        assert.match(log()[0]!, /^info /);
        assert.equal((helper.getNode('job1').error as unknown as { called: boolean }).called, false);
    });

    it('does not begin when its message comes late', async () => {
        await load();
        const event = source.on('power-fail', 'e1');
        source.off('power-fail');
        edge(event);
        const { job } = await eventually(() => out[0]);
        assert.deepEqual([runs, job.ended], [[], 'event-over']);
    });

    it('goes on while its source is silent or has not said how it stands', async () => {
        await load();
        edge(source.on('power-fail', 'e1'));
        await eventually(() => runs.length === 1);
        source.confirmed = false;
        source.check();
        await clock.advance(50);
        assert.deepEqual(out, []);
    });

    it('goes on while an episode lasts that has taken the place of its own, and no longer', async () => {
        await load();
        edge(source.on('battery-low', 'e1'));
        await eventually(() => runs.length === 1);
        source.on('battery-low', 'e2', { replaces: 'e1' });
        await clock.advance(50);
        assert.deepEqual(out, []);
        source.off('battery-low');
        assert.equal((await eventually(() => out[0])).job.ended, 'event-over');
    });

    it('that belongs to an outage ends with the outage, though the battery is still low', async () => {
        await load();
        source.on('power-fail', 'p1');
        edge(source.on('battery-low', 'e1'));
        edge(source.on('over-temperature', 't1'));
        await eventually(() => runs.length === 2);
        source.off('power-fail');
        await eventually(() => out.length === 1);
        await clock.advance(50);
        assert.deepEqual([out.length, out[0]!.job.ended, runs[0]], [1, 'event-over', 'on e1 fresh']);
    });

    it('only tells people: it goes on, but a repeat does not', async () => {
        spec = {};
        takes = 300;
        await load();
        const event = source.on('power-fail', 'e1');
        edge(event, true, { firing: 'timing1#1' });
        edge(event, true, { firing: 'timing1#2' });
        await eventually(() => runs.length === 2);
        source.off('power-fail');
        await eventually(() => out.length === 2);
        assert.deepEqual(
            out.map(({ job }) => job.ended),
            ['event-over', undefined],
        );
    });

    it('ends by a plain message of its own topic, where no source can be asked', async () => {
        await load();
        send({ topic: 'mains', payload: true });
        await eventually(() => runs.length === 1);
        send({ topic: 'other', payload: false });
        await eventually(() => runs.length === 2);
        await clock.advance(30);
        assert.equal(out.length, 0);
        send({ topic: 'mains', payload: false });
        assert.deepEqual([(await eventually(() => out[0])).job.ended, out[0]!.payload], ['event-over', true]);
    });

    describe('as a counter job', () => {
        const counter = async () => {
            await load({ edge: 'off' });
            const event = source.on('power-fail', 'e1');
            source.off('power-fail');
            edge(event, false);
            await eventually(() => runs.length === 1);
            return event;
        };

        it('stops when the mains fail again, stays owed, and goes on when they are back', async () => {
            await counter();
            source.on('power-fail', 'e2');
            const { job } = await eventually(() => out[0]);
            assert.deepEqual([job.ended, unfinished()], ['mains-failed-again', 1]);
            await clock.advance(1200);
            assert.equal(runs.length, 1, 'never in mid-outage');
            takes = 0;
            source.off('power-fail');
            await eventually(() => out.length === 2);
            assert.deepEqual([runs[1], out[1]!.job.ok, unfinished()], ['off e1 half', true, 0]);
        });

        it('gives way to the off edge of the second outage: nothing twice for one return', async () => {
            await counter();
            const second = source.on('power-fail', 'e2');
            await eventually(() => out.length === 1);
            takes = 0;
            source.off('power-fail');
            edge(second, false);
            await clock.advance(1500);
            assert.deepEqual([runs.slice(1), unfinished()], [['off e2 fresh'], 0]);
        });

        it('has served the return, also where the off edge of the second outage comes after it', async () => {
            await counter();
            const second = source.on('power-fail', 'e2');
            await eventually(() => out.length === 1);
            takes = 0;
            source.off('power-fail');
            await eventually(() => out.length === 2);
            edge(second, false);
            await clock.advance(100);
            assert.deepEqual([runs.slice(1), unfinished()], [['off e1 half'], 0]);
            const third = source.on('power-fail', 'e3');
            source.off('power-fail');
            edge(third, false);
            await eventually(() => runs.length === 3);
            assert.equal(runs[2], 'off e3 fresh');
        });

        it('that a second outage overtook before it began goes on after it', async () => {
            await load({ edge: 'off' });
            const event = source.on('power-fail', 'e1');
            source.off('power-fail');
            source.on('power-fail', 'e2');
            edge(event, false);
            await eventually(() => out.length === 1);
            assert.deepEqual([runs, unfinished()], [[], 1]);
            takes = 0;
            source.off('power-fail');
            await eventually(() => runs.length === 1);
        });

        it('that was interrupted waits over a second outage, and takes all again when others have acted in it', async () => {
            await counter();
            await helper.unload();
            source.on('power-fail', 'e2');
            await load({ edge: 'both' });
            await clock.advance(100);
            assert.deepEqual([runs.length, unfinished()], [1, 1], 'owed, not dropped');
            edge(source.activeEvents()[0]!);
            await eventually(() => runs.length === 2);
            takes = 0;
            source.off('power-fail');
            await eventually(() => runs.length === 3);
            assert.equal(runs[2], 'off e1 fresh', 'whom the second outage shut down is woken too');
        });

        it('of a low battery waits for the mains, too', async () => {
            await load({ edge: 'off' });
            const low = source.on('battery-low', 'e1');
            source.off('battery-low');
            edge(low, false);
            await eventually(() => runs.length === 1);
            source.on('power-fail', 'p2');
            assert.equal((await eventually(() => out[0])).job.ended, 'mains-failed-again');
        });

        it('runs once, by however many timings its end is told', async () => {
            takes = 0;
            await load({ edge: 'off' });
            const event = source.on('power-fail', 'e1');
            source.off('power-fail');
            edge(event, false, { firing: 'timing1' });
            edge(event, false, { firing: 'timing2/timing3' });
            await eventually(() => out.length === 1);
            await clock.advance(50);
            assert.equal(runs.length, 1);
        });
    });

    it('its result is not lost for the job behind it, though it met a deploy', async () => {
        takes = 0;
        await load();
        const node = helper.getNode('job1') as Node;
        // As Node-RED does with what is sent to a node that is being replaced.
        node.send = () => {};
        edge(source.on('power-fail', 'e1'));
        await eventually(() => log().length === 1);
        assert.deepEqual(out, []);
        await helper.unload();
        theFlow().registry.removeSource(source);
        await load();
        const { job } = await eventually(() => out[0]);
        assert.deepEqual([job.ok, runs.length], [true, 1]);
        await clock.advance(400);
        assert.equal(out.length, 1);
    });

    it('gives way to its own repeat, which begins with all again', async () => {
        await load();
        const event = source.on('power-fail', 'e1');
        edge(event, true, { firing: 't1#1' });
        await eventually(() => runs.length === 1);
        edge(event, true, { firing: 't1#2' });
        await eventually(() => runs.length === 2);
        const { job } = await eventually(() => out[0]);
        assert.deepEqual([job.ended, out.length, unfinished()], ['superseded', 1, 1]);
        assert.match(log()[0]!, /^info /);
        source.off('power-fail');
        await eventually(() => out.length === 2);
        assert.equal(out[1]!.job.ended, 'event-over');
    });

    it('shuts nothing down for a low battery on mains, and does it when the mains fail', async () => {
        spec = { acts: true, shutsDown: true };
        takes = 0;
        await load();
        edge(source.on('battery-low', 'b1'));
        const { job } = await eventually(() => out[0]);
        assert.deepEqual([job.ended, runs], ['on-mains', []]);
        source.on('power-fail', 'e1');
        edge(source.renew('battery-low', 'b2'));
        await eventually(() => runs.length === 1);
        assert.equal((await eventually(() => out[1])).job.ok, true);
    });

    it('asks a job by its device whether it shuts something down, each time', async () => {
        let takesPower = true;
        spec = { acts: true, shutsDown: () => takesPower };
        takes = 0;
        await load();
        edge(source.on('battery-low', 'b1'));
        assert.equal((await eventually(() => out[0])).job.ended, 'on-mains');
        takesPower = false;
        edge(source.renew('battery-low', 'b2'));
        assert.equal((await eventually(() => out[1])).job.ok, true);
    });
});
