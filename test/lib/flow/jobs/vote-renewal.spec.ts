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
});
