import assert from 'node:assert/strict';
import type { Flow } from '../../../../lib/flow/flow';
import { MemoryJournal } from '../../../../lib/core/journal/memory-journal';
import { fakeFlow } from '../../../support/fake-flow';
import { VoteRenewal } from '../../../../lib/flow/jobs/vote-renewal';
import { FakeClock } from '../../../support/fake-clock';
import { FakeSource } from '../../../support/fake-source';

const EVERY_MS = 300_000;

describe('a shutdown that is said again while its event stands', () => {
    let source: FakeSource;
    let clock: FakeClock;
    let said: string[];
    let flow: Flow;
    let store: MemoryJournal;
    const renewal = (everyMs = EVERY_MS) =>
        new VoteRenewal(flow, 'rccmd-votes', everyMs, (text) => {
            said.push(text);
            return Promise.reject(new Error('nobody answers'));
        });

    /** Another process, with the same store. */
    const restart = () => {
        clock = new FakeClock();
        flow = fakeFlow(clock);
        flow.registry.addSite({ id: 'site1', dryRun: false, store } as never);
        flow.registry.addSource(source, undefined);
    };

    beforeEach(() => {
        source = new FakeSource('unit-of-votes');
        store = new MemoryJournal();
        restart();
        said = [];
    });
    it('comes each time, and ends with the event', async () => {
        const votes = renewal();
        votes.begin(source.on('power-fail', 'e1'), 'down');
        await clock.advance(2 * EVERY_MS + 1000);
        assert.deepEqual(said, ['down', 'down']);
        source.off('power-fail');
        await clock.advance(3 * EVERY_MS);
        assert.equal(said.length, 2);
        assert.equal(clock.pending, 0, 'nothing is left to wait for');
    });

    it('goes on after a restart, and says nothing of an event that ended meanwhile', async () => {
        renewal().begin(source.on('power-fail', 'e1'), 'down');
        restart();
        const again = renewal();
        again.resume();
        await clock.advance(EVERY_MS + 1000);
        assert.deepEqual(said, ['down']);
        source.off('power-fail');
        restart();
        const third = renewal();
        third.resume();
        await clock.advance(2 * EVERY_MS);
        assert.equal(said.length, 1);
    });

    it('ends with the outage that a battery level belongs to, though the level is still on', async () => {
        source.on('power-fail', 'e1');
        const votes = renewal();
        votes.begin(source.on('battery-low', 'e2'), 'down');
        await clock.advance(EVERY_MS + 1000);
        assert.deepEqual(said, ['down']);
        source.off('power-fail');
        await clock.advance(2 * EVERY_MS);
        assert.deepEqual(said, ['down'], 'nobody is shut down on mains');
        assert.equal(clock.pending, 0, 'nothing is left to wait for');
    });

    it('is never said where it was set to once, nor after the node has closed', async () => {
        renewal(0).begin(source.on('power-fail', 'e1'), 'down');
        const closed = renewal();
        closed.begin(source.on('power-fail', 'e2'), 'down');
        closed.destroy();
        await clock.advance(2 * EVERY_MS);
        assert.deepEqual(said, []);
    });

    describe('is not said', () => {
        let votes: VoteRenewal;

        beforeEach(() => {
            votes = renewal();
            votes.begin(source.on('power-fail', 'e1'), 'down');
        });
        const site = (more: object) =>
            void flow.registry.addSite({ id: 'site1', dryRun: false, store, ...more } as never);

        it('while its UPS does not know its state, and is said again when it does', async () => {
            source.confirmed = false;
            await clock.advance(2 * EVERY_MS);
            assert.deepEqual(said, []);
            source.confirmed = true;
            await clock.advance(EVERY_MS);
            assert.deepEqual(said, ['down']);
        });

        it('while its UPS is not there, and is said again when it is back', async () => {
            flow.registry.removeSource(source);
            await clock.advance(2 * EVERY_MS);
            assert.deepEqual(said, []);
            flow.registry.addSource(source, undefined);
            await clock.advance(EVERY_MS);
            assert.deepEqual(said, ['down']);
        });

        it('during a dry run, and is said again after it', async () => {
            site({ dryRun: true });
            await clock.advance(2 * EVERY_MS);
            assert.deepEqual(said, []);
            site({ dryRun: false });
            await clock.advance(EVERY_MS);
            assert.deepEqual(said, ['down']);
        });

        it('while another process does the work of the site', async () => {
            site({ watching: true });
            await clock.advance(2 * EVERY_MS);
            assert.deepEqual(said, []);
            site({ watching: false });
            await clock.advance(EVERY_MS);
            assert.deepEqual(said, ['down']);
        });

        it('for an event that has begun anew, which has a shutdown of its own', async () => {
            source.renew('power-fail', 'e2');
            await clock.advance(2 * EVERY_MS);
            assert.deepEqual(said, []);
            assert.equal(clock.pending, 0, 'nothing is left to wait for');
        });
    });

    it('goes on for an outage that a deploy has given another name', async () => {
        const votes = renewal();
        votes.begin(source.on('power-fail', 'e1'), 'down');
        flow.registry.removeSource(source);
        const next = new FakeSource('unit-of-votes');
        next.on('power-fail', 'e2');
        flow.registry.addSource(next, undefined);
        await clock.advance(EVERY_MS + 1000);
        assert.deepEqual(said, ['down']);
    });

    it('comes once each time, however many events are on, and ends for each by itself', async () => {
        const votes = renewal();
        votes.begin(source.on('power-fail', 'e1'), 'fail');
        await clock.advance(EVERY_MS / 2);
        votes.begin(source.on('overload', 'o1'), 'load');
        await clock.advance(EVERY_MS);
        assert.deepEqual(said, ['fail', 'load']);
        source.off('power-fail');
        await clock.advance(EVERY_MS);
        assert.deepEqual(said, ['fail', 'load', 'load']);
        votes.destroy();
        assert.equal(clock.pending, 0, 'nothing is left to wait for');
    });

    it('that has ended is forgotten for good', async () => {
        const votes = renewal();
        votes.begin(source.on('power-fail', 'e1'), 'down');
        source.off('power-fail');
        await clock.advance(EVERY_MS);
        restart();
        renewal().resume();
        assert.equal(clock.pending, 0, 'nothing is left to wait for');
    });
});
