import assert from 'node:assert/strict';
import { ContactPace } from '../../../../lib/protocols/contacts/contact-pace';
import { FakeClock } from '../../../support/fake-clock';

function bench(intervalMs: number, look = (atMostMs: number) => atMostMs) {
    const clock = new FakeClock();
    const pace = new ContactPace(clock, intervalMs, look);
    const dueIn = () => pace.due() - clock.monotonic();
    return { clock, pace, dueIn };
}

describe('The pace at which contacts are looked at', () => {
    it('begins at once, and counts from the end of a look', () => {
        const { clock, pace, dueIn } = bench(10_000);
        assert.ok(dueIn() <= 0);
        pace.began();
        clock.advanceSync(700);
        pace.ended();
        assert.equal(dueIn(), 10_000);
    });

    it('is a second at most in an outage, also for a look that is waited for already', () => {
        const { clock, pace, dueIn } = bench(60_000);
        pace.ended();
        clock.advanceSync(100);
        assert.equal(pace.setUrgent(true), true);
        assert.equal(dueIn(), 1000);
        pace.ended();
        assert.equal(dueIn(), 1000);
        pace.setUrgent(false);
        pace.ended();
        assert.equal(dueIn(), 60_000);
    });

    it('is not slowed down by an outage: a contact that is being judged is looked at as soon as before', () => {
        const { pace, dueIn } = bench(500, () => 20);
        pace.ended();
        pace.setUrgent(true);
        assert.equal(dueIn(), 20);
        pace.ended();
        assert.equal(dueIn(), 20);
    });

    it('does not move while it stays urgent', () => {
        const { clock, pace, dueIn } = bench(60_000);
        pace.ended();
        pace.setUrgent(true);
        clock.advanceSync(600);
        assert.equal(pace.setUrgent(true), false);
        assert.equal(dueIn(), 400);
    });
});
