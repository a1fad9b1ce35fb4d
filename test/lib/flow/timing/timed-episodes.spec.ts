import assert from 'node:assert/strict';
import { MemoryJournal } from '../../../../lib/core/journal/memory-journal';
import type { EventInfo, EventMessage } from '../../../../lib/core/messages';
import type { TimingConfig } from '../../../../lib/core/timing/episode-timing';
import type { Flow } from '../../../../lib/flow/flow';
import { TimedEpisodes } from '../../../../lib/flow/timing/timed-episodes';
import { FakeClock } from '../../../support/fake-clock';
import { fakeFlow } from '../../../support/fake-flow';
import { FakeSource } from '../../../support/fake-source';

describe('a timing', () => {
    let clock: FakeClock;
    let flow: Flow;
    let source: FakeSource;
    let sent: string[];
    let store: MemoryJournal;
    /** What is in the journal while a message is sent: a kill then leaves just that. */
    let kept: number[][];

    beforeEach(() => {
        clock = new FakeClock();
        flow = fakeFlow(clock);
        source = new FakeSource('ups1', 'UPS', clock);
        store = new MemoryJournal();
        kept = [];
        const site = { id: 'site1', dryRun: false, store } as never;
        flow.registry.addSite(site);
        flow.registry.addSource(source, site);
        sent = [];
    });

    const timing = (config: Partial<TimingConfig> = {}) => {
        const node = {
            id: 'timing1',
            send: (message: unknown) => {
                const { payload, event } = message as EventMessage;
                sent.push(`${payload ? 'on' : 'off'} ${event.episode}`);
                kept.push(store.timings('timing1').map(({ fired }) => fired));
            },
        };
        const made = new TimedEpisodes(
            flow,
            node as never,
            { mode: 'after', seconds: 60, repeatSeconds: 0, runtime: 'smaller', ...config },
            () => {},
            ({ id }) => `${id} off`,
        );
        made.resume();
        return made;
    };
    const message = (event: EventInfo): EventMessage => ({ topic: `UPS/${event.id}`, payload: event.active, event });

    it('sends again once, after a deploy, what the deploy may have lost', async () => {
        const replaced = timing();
        replaced.on(message(source.on('power-fail', 'e1')));
        await clock.advance(60_000);
        flow.deploys.begin();
        replaced.destroy();
        timing();
        flow.deploys.end();
        await clock.advance(60_000);
        assert.deepEqual(sent, ['on e1', 'on e1']);
    });

    it('that is gone fires no more, whatever its UPS tells', async () => {
        const gone = timing();
        gone.on(message(source.on('power-fail', 'e1')));
        gone.destroy();
        flow.registry.addSource(source, flow.registry.site('site1'));
        source.check();
        await clock.advance(120_000);
        assert.deepEqual(sent, []);
        assert.equal(clock.pending, 0, 'nothing is left to wait for');
    });

    it('fires once, at the true time, though a deploy replaces its UPS however often', async () => {
        timing().on(message(source.on('power-fail', 'e1')));
        for (let times = 0; times < 3; times++) {
            await clock.advance(15_000);
            flow.registry.addSource(source, flow.registry.site('site1'));
        }
        source.check();
        await clock.advance(14_999);
        assert.deepEqual(sent, []);
        await clock.advance(1);
        source.check();
        await clock.advance(600_000);
        assert.deepEqual(sent, ['on e1']);
    });

    it('tells the end once, by whomever it hears of it, and has nothing left', async () => {
        const made = timing();
        const begun = message(source.on('power-fail', 'e1'));
        made.on(begun);
        await clock.advance(60_000);
        source.off('power-fail');
        made.off(message({ ...begun.event, active: false }));
        source.check();
        await clock.advance(60_000);
        assert.deepEqual(sent, ['on e1', 'off e1']);
        assert.deepEqual(made.views(), []);
        assert.equal(clock.pending, 0, 'nothing is left to wait for');
        made.destroy();
        timing();
        await clock.advance(600_000);
        assert.deepEqual(sent, ['on e1', 'off e1']);
    });

    it('begins anew with what begins anew, and fires for that alone', async () => {
        const made = timing();
        made.on(message(source.on('power-fail', 'e1')));
        await clock.advance(30_000);
        made.on(message(source.renew('power-fail', 'e2')));
        await clock.advance(59_999);
        assert.deepEqual(sent, []);
        await clock.advance(1);
        source.off('power-fail');
        await clock.advance(60_000);
        assert.deepEqual(sent, ['on e2', 'off e2']);
    });

    it('fires after a restart for a source that no node here ever was, when that has had time to come', async () => {
        const elsewhere = new FakeSource('elsewhere', 'Other', clock);
        const before = timing();
        before.on(message(elsewhere.on('power-fail', 'x1')));
        await clock.advance(50_000);
        before.destroy();
        timing();
        await clock.advance(29_000);
        assert.deepEqual(sent, []);
        await clock.advance(2000);
        assert.deepEqual(sent, ['on x1']);
    });

    it('sends nothing for an event that ends before its time', async () => {
        timing().on(message(source.on('power-fail', 'e1')));
        await clock.advance(30_000);
        source.off('power-fail');
        await clock.advance(600_000);
        assert.deepEqual(sent, []);
        assert.equal(clock.pending, 0, 'nothing is left to wait for');
    });

    it('has in the journal what it sends, before it sends it', async () => {
        timing({ repeatSeconds: 10 }).on(message(source.on('power-fail', 'e1')));
        await clock.advance(70_000);
        source.off('power-fail');
        assert.deepEqual(sent, ['on e1', 'on e1', 'off e1']);
        assert.deepEqual(kept, [[1], [2], []]);
    });
});
