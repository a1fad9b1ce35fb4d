import assert from 'node:assert/strict';
import type { NewLogEntry } from '../../../../lib/core/journal/event-log';
import { MemoryJournal } from '../../../../lib/core/journal/memory-journal';
import type { EventInfo, EventMessage } from '../../../../lib/core/messages';
import type { Flow } from '../../../../lib/flow/flow';
import { JobRunner } from '../../../../lib/flow/jobs/job-runner';
import type { JobContext } from '../../../../lib/flow/jobs/job-spec';
import { FakeClock } from '../../../support/fake-clock';
import { fakeFlow } from '../../../support/fake-flow';
import { FakeSource } from '../../../support/fake-source';

describe('a job', () => {
    let clock: FakeClock;
    let flow: Flow;
    let source: FakeSource;
    let store: MemoryJournal;
    let runs: string[];
    let shown: string[];
    let described: string;
    /** What a run does. */
    let work: (context: JobContext) => Promise<void>;

    beforeEach(() => {
        clock = new FakeClock();
        flow = fakeFlow(clock);
        source = new FakeSource('ups1', 'UPS', clock);
        store = Object.assign(new MemoryJournal(), { append: (_: NewLogEntry) => {} });
        site({});
        flow.registry.addSource(source, flow.registry.site('site1'));
        runs = [];
        shown = [];
        described = 'would run';
        work = () => Promise.resolve();
    });

    const site = (more: object) =>
        void flow.registry.addSite({ id: 'site1', dryRun: false, watching: false, store, ...more } as never);
    const message = (event: EventInfo): EventMessage => ({ topic: `UPS/${event.id}`, payload: event.active, event });
    const job = (acts = true) => {
        const node = {
            id: 'job1',
            isWired: false,
            indicator: { show: (_: string, text: string) => shown.push(text), clear: () => shown.push('') },
            label: () => 'job1',
            send: () => {},
            error: () => {},
            warn: () => {},
            sourcesBefore: () => [],
        };
        const made = new JobRunner(flow, node as never, { edge: 'both' }, {
            type: 'test-job',
            acts,
            describe: () => described,
            run: async (context: JobContext) => {
                runs.push(`${context.message.event.episode} ${context.message.payload ? 'on' : 'off'}`);
                await work(context);
                return { summary: 'ran' };
            },
        } as never);
        made.start();
        return made;
    };
    const give = (to: JobRunner, each: EventMessage) =>
        to.take(
            each as never,
            () => {},
            () => {},
        );
    /** Hangs until it is stopped. */
    const hang = ({ signal }: JobContext) =>
        new Promise<void>((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)));

    for (const acts of [true, false]) {
        describe(acts ? 'that acts' : 'that only tells people', () => {
            it('goes on, once it takes over the work of a site, with what the other process has left', async () => {
                site({ watching: true });
                const runner = job(acts);
                assert.deepEqual(shown, ['watching']);
                const begun = message(source.on('power-fail', 'e1'));
                give(runner, begun);
                await clock.advance(1000);
                assert.deepEqual(runs, []);
                store.beginJob({ nodeId: 'job1', key: 'left', message: begun, at: clock.now() });
                site({ watching: false });
                flow.registry.announceTakeOver(store);
                await clock.advance(60_000);
                assert.deepEqual(runs, ['e1 on']);
                assert.deepEqual(store.interruptedJobs('job1'), []);
                assert.ok(shown.slice(1).includes(''), 'it no longer says that it looks on');
                await runner.close(false);
            });

            it('goes on once with what a kill interrupted, however often it looks', async () => {
                const begun = message(source.on('power-fail', 'e1'));
                store.beginJob({ nodeId: 'job1', key: 'left', message: begun, at: clock.now() });
                source.confirmed = false;
                const runner = job(acts);
                flow.registry.announceTakeOver(store);
                source.confirmed = true;
                source.check();
                await clock.advance(60_000);
                flow.registry.announceTakeOver(store);
                await clock.advance(60_000);
                assert.deepEqual(runs, ['e1 on']);
                await runner.close(false);
            });

            it('leaves to its successor what it has not begun when it is replaced', async () => {
                const begun = message(source.on('power-fail', 'e1'));
                store.beginJob({ nodeId: 'job1', key: 'left', message: begun, at: clock.now() });
                source.confirmed = false;
                const replaced = job(acts);
                await replaced.close(false);
                source.confirmed = true;
                source.check();
                await clock.advance(60_000);
                assert.deepEqual([runs, store.interruptedJobs('job1').length], [[], 1]);
                const next = job(acts);
                await clock.advance(60_000);
                assert.deepEqual([runs, store.interruptedJobs('job1').length], [['e1 on'], 0]);
                await next.close(false);
                assert.equal(clock.pending, 0, 'nothing is left to wait for');
            });
        });
    }

    it('tells a reason once that is all there is to say of it', async () => {
        const told: string[] = [];
        Object.assign(store, { append: ({ text }: { text: string }) => told.push(text) });
        site({});
        work = () => Promise.reject(new Error('any'));
        const runner = job();
        // As of a job with settings that cannot be: what it would do is not known, but why.
        described = 'command-failed';
        give(runner, message(source.on('power-fail', 'e1')));
        await clock.advance(1000);
        described = 'would run';
        give(runner, message(source.on('power-fail', 'e2')));
        await clock.advance(1000);
        assert.deepEqual(told, ['command-failed', 'would run: command-failed']);
        await runner.close(false);
    });

    it('runs once for a message that comes again, also while it is at it', async () => {
        const runner = job();
        const begun = message(source.on('power-fail', 'e1'));
        give(runner, begun);
        give(runner, begun);
        await clock.advance(1000);
        give(runner, begun);
        flow.registry.announceTakeOver(store);
        await clock.advance(1000);
        assert.deepEqual(runs, ['e1 on']);
        await runner.close(false);
    });

    it('stops when its event ends, also if that was over before it came', async () => {
        work = hang;
        const runner = job();
        const begun = message(source.on('power-fail', 'e1'));
        give(runner, begun);
        await clock.advance(1000);
        assert.deepEqual(
            runner.view().runs.map(({ state }) => state),
            ['running'],
        );
        source.off('power-fail');
        await clock.advance(1000);
        assert.deepEqual(
            runner.view().runs.map(({ state }) => state),
            ['ended'],
        );
        give(runner, message({ ...begun.event, episode: 'late' }));
        await clock.advance(1000);
        assert.deepEqual(runs, ['e1 on'], 'nothing begins for what is over');
        assert.deepEqual(store.interruptedJobs('job1'), []);
        await runner.close(false);
    });

    it('that a deploy interrupts is open for its successor, and not begun again by itself', async () => {
        work = hang;
        const replaced = job();
        give(replaced, message(source.on('power-fail', 'e1')));
        await clock.advance(1000);
        await replaced.close(false);
        flow.registry.announceTakeOver(store);
        source.check();
        await clock.advance(60_000);
        assert.deepEqual([runs.length, store.interruptedJobs('job1').length], [1, 1]);
        assert.equal(clock.pending, 0, 'nothing is left to wait for');
    });

    it('that ran as a dry run runs for real by its successor, once the dry run is over', async () => {
        site({ dryRun: true });
        const replaced = job();
        give(replaced, message(source.on('power-fail', 'e1')));
        await clock.advance(1000);
        assert.deepEqual(runs, [], 'a dry run does nothing');
        flow.deploys.begin();
        await replaced.close(false);
        site({ dryRun: false });
        flow.deploys.end();
        await clock.advance(1000);
        assert.deepEqual(runs, []);
        const next = job();
        flow.deploys.end();
        await clock.advance(1000);
        assert.deepEqual(runs, ['e1 on']);
        await next.close(false);
    });
});
