import assert from 'node:assert/strict';
import { hub } from '../../../nodes/shared/hub';
import { VoteRenewal } from '../../../nodes/shared/vote-renewal';
import { FakeClock } from '../../support/fake-clock';
import { FakeSource } from '../../support/fake-source';

const EVERY_MS = 300_000;

describe('a shutdown that is said again while its event stands', () => {
    let source: FakeSource;
    let clock: FakeClock;
    let said: string[];
    const renewal = (everyMs = EVERY_MS) =>
        new VoteRenewal('rccmd-votes', clock, everyMs, (text) => {
            said.push(text);
            return Promise.reject(new Error('nobody answers'));
        });

    beforeEach(() => {
        source = new FakeSource('unit-of-votes');
        hub.addSource(source, undefined);
        clock = new FakeClock();
        said = [];
    });
    afterEach(() => {
        hub.removeSource(source);
        for (const journal of hub.journals()) journal.setValue('rccmd-votes', 'renewing', undefined);
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
        clock = new FakeClock();
        const again = renewal();
        again.resume();
        await clock.advance(EVERY_MS + 1000);
        assert.deepEqual(said, ['down']);
        source.off('power-fail');
        clock = new FakeClock();
        const third = renewal();
        third.resume();
        await clock.advance(2 * EVERY_MS);
        assert.equal(said.length, 1);
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
