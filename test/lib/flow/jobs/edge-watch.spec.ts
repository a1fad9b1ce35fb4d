import assert from 'node:assert/strict';
import { MemoryJournal } from '../../../../lib/core/journal/memory-journal';
import type { EventInfo, EventMessage } from '../../../../lib/core/messages';
import type { Flow } from '../../../../lib/flow/flow';
import { EdgeWatch } from '../../../../lib/flow/jobs/edge-watch';
import { FakeClock } from '../../../support/fake-clock';
import { fakeFlow } from '../../../support/fake-flow';
import { FakeSource } from '../../../support/fake-source';

describe('the edge that a job acts on', () => {
    let clock: FakeClock;
    let flow: Flow;
    let source: FakeSource;
    let changes: number;

    beforeEach(() => {
        clock = new FakeClock();
        flow = fakeFlow(clock);
        flow.registry.addSite({ id: 'site1', dryRun: false, store: new MemoryJournal() } as never);
        source = new FakeSource('ups1', 'UPS', clock);
        flow.registry.addSource(source, undefined);
        changes = 0;
    });

    const message = (event: EventInfo): EventMessage => ({ topic: `UPS/${event.id}`, payload: event.active, event });
    const watch = (event: EventInfo, restored = false) =>
        new EdgeWatch(flow, message(event), () => changes++, restored);
    const ended = (event: EventInfo): EventInfo => ({ ...event, active: false });

    it('holds while its own occurrence lasts, or one after the other that takes its place', () => {
        const edge = watch(source.on('overload', 'o1'));
        for (const next of ['o2', 'o3', 'o4']) {
            source.renew('overload', next);
            assert.equal(edge.state, 'holds', next);
        }
        source.off('overload');
        assert.equal(edge.state, 'over');
        source.on('overload', 'o5');
        assert.equal(edge.state, 'over');
    });

    describe('of a battery level, which is still on', () => {
        it('ends with the outage', () => {
            source.on('power-fail', 'e1');
            const edge = watch(source.on('battery-low', 'b1'));
            source.off('power-fail');
            assert.equal(edge.state, 'over');
        });

        it('ends with an outage that began after it', () => {
            const edge = watch(source.on('battery-low', 'b1'));
            assert.equal(edge.state, 'holds');
            source.on('power-fail', 'e1');
            source.off('power-fail');
            assert.equal(edge.state, 'over');
        });

        it('has ended with the outage that its message tells of', () => {
            const event = source.on('battery-low', 'b1');
            const status = { derived: { secondsOnBattery: 5 } };
            const edge = new EdgeWatch(flow, { ...message(event), status } as never, () => {});
            assert.equal(edge.state, 'over');
        });

        it('names the UPS only where that is certainly on mains', () => {
            const edge = watch(source.on('battery-low', 'b1'));
            assert.equal(edge.levelOnMains, 'UPS');
            source.confirmed = false;
            assert.equal(edge.levelOnMains, undefined);
            source.confirmed = true;
            source.on('power-fail', 'e1');
            assert.equal(edge.levelOnMains, undefined);
        });
    });

    it('is unknown while its source does not know its state', () => {
        const begun = source.on('power-fail', 'e1');
        source.confirmed = false;
        for (const event of [begun, ended(begun)]) assert.equal(watch(event).state, 'unknown');
    });

    it('of an end holds until the event begins again, or the mains fail', () => {
        const low = watch(ended(source.on('battery-low', 'b1')));
        source.off('battery-low');
        assert.equal(low.state, 'holds');
        source.on('power-fail', 'e1');
        assert.equal(low.state, 'over');
        source.off('power-fail');
        assert.equal(low.state, 'holds');
        source.on('battery-low', 'b2');
        assert.equal(low.state, 'over');
    });

    describe('whose source is not there', () => {
        it('holds for the job that has just begun', async () => {
            const edge = watch(source.on('power-fail', 'e1'));
            flow.registry.removeSource(source);
            await clock.advance(60_000);
            assert.equal(edge.state, 'holds');
        });

        it('is unknown after a restart, and holds after a while for a source that no node here ever was', async () => {
            const elsewhere = new FakeSource('elsewhere', 'Other', clock).on('power-fail', 'x1');
            const edge = watch(elsewhere, true);
            assert.equal(edge.state, 'unknown');
            await clock.advance(29_000);
            assert.equal(edge.state, 'unknown');
            await clock.advance(1000);
            assert.equal(edge.state, 'holds');
        });

        it('is unknown after a restart, and over after a while for a UPS that somebody has removed', async () => {
            const begun = source.on('power-fail', 'e1');
            flow.registry.removeSource(source);
            const [on, off] = [watch(begun, true), watch(ended(begun), true)];
            await clock.advance(29_000);
            assert.deepEqual([on.state, off.state], ['unknown', 'unknown']);
            await clock.advance(1000);
            assert.deepEqual([on.state, off.state], ['over', 'unknown'], 'the UPS may come back');
        });

        it('is unknown in a deploy, however long after a restart the UPS has not known its state', async () => {
            source.confirmed = false;
            const waiting: EdgeWatch = new EdgeWatch(
                flow,
                message(source.on('power-fail', 'e1')),
                () => void waiting.state,
                true,
            );
            await clock.advance(60_000);
            assert.equal(waiting.state, 'unknown');
            flow.registry.removeSource(source);
            await clock.advance(20_000);
            assert.equal(waiting.state, 'unknown', 'its node is just being replaced');
            flow.registry.addSource(source, undefined);
            source.confirmed = true;
            assert.equal(waiting.state, 'holds');
            waiting.destroy();
        });

        it('is looked at again and again, for nobody tells of a source that goes', async () => {
            const edge = watch(source.on('power-fail', 'e1'), true);
            flow.registry.removeSource(source);
            changes = 0;
            await clock.advance(30_000);
            assert.ok(changes >= 3, `${changes}`);
            edge.destroy();
        });

        it('is looked at as soon as the source is back, and then follows it', () => {
            watch(source.on('power-fail', 'e1'));
            flow.registry.removeSource(source);
            const next = new FakeSource('ups1', 'UPS', clock);
            changes = 0;
            flow.registry.addSource(next, undefined);
            assert.equal(changes, 1);
            next.check();
            assert.equal(changes, 2);
            source.check();
            assert.equal(changes, 2, 'the former source tells nothing');
        });
    });

    it('is followed no more when the job has ended', async () => {
        const edge = watch(source.on('power-fail', 'e1'));
        edge.destroy();
        source.check();
        flow.registry.addSource(source, undefined);
        source.check();
        await clock.advance(60_000);
        assert.equal(changes, 0);
        assert.equal(clock.pending, 0, 'nothing is left to wait for');
    });

    describe('of a message that names no source', () => {
        const plain = (topic: string, active: boolean, more: Partial<EventInfo> = {}): EventMessage => ({
            topic,
            payload: active,
            event: { ...source.on('overload', 'o1'), id: topic, sourceId: '', episode: '', active, ...more },
        });
        let edge: EdgeWatch;

        beforeEach(() => {
            edge = new EdgeWatch(flow, plain('door', true), () => changes++);
            changes = 0;
        });

        it('ends with the opposite message of the same topic, at once', () => {
            edge.onMessage(plain('door', false));
            assert.deepEqual([edge.state, changes], ['over', 1]);
        });

        it('goes on with any other', () => {
            edge.onMessage(plain('window', false));
            edge.onMessage(plain('door', true));
            edge.onMessage(plain('door', false, { episode: 'other' }));
            assert.deepEqual([edge.state, changes], ['holds', 0]);
        });
    });

    it('of a source does not end with a message, for the source knows better', () => {
        const event = source.on('power-fail', 'e1');
        const edge = watch(event);
        edge.onMessage(message(ended(event)));
        assert.equal(edge.state, 'holds');
    });
});
