import assert from 'node:assert/strict';
import { EpisodeJournal } from '../../../../lib/core/events/episodes';
import { MemoryJournal } from '../../../../lib/core/journal/memory-journal';
import { emptyStatus, type UpsStatus } from '../../../../lib/core/status/status';
import { UnitStatus } from '../../../../lib/core/unit/unit-status';
import { FakeClock } from '../../../support/fake-clock';

function bench(onSilence: 'continue' | 'hold' = 'continue') {
    const clock = new FakeClock();
    const episodes = new EpisodeJournal('unit1', clock, new MemoryJournal());
    // Our own model: a battery that is at 80 % and has 20 min left, whatever happens.
    const estimate = () => ({ chargePercent: 80, minutesRemaining: 20 });
    const status = new UnitStatus({ onSilence }, clock, episodes, { estimate });
    const read = (battery: UpsStatus['battery'] = { chargePercent: 90, minutesRemaining: 30 }) =>
        status.take({ status: { ...emptyStatus(clock.now()), battery }, at: clock.monotonic() });
    return { clock, episodes, status, read };
}

describe('What is known of a UPS', () => {
    it('is nothing before the first reading', () => {
        const { status } = bench();
        assert.deepEqual(
            [status.current(), status.ageSeconds, status.heardAt, status.reading],
            Array(4).fill(undefined),
        );
        assert.equal(status.isOlderThan(0), true);
        assert.equal(status.complete({}).derived.minutesRemaining, 20);
    });

    it('grows old, and keeps the time of the reading', () => {
        const { clock, status, read } = bench();
        const at = clock.now();
        read();
        clock.advanceSync(12_500);
        assert.equal(status.ageSeconds, 12.5);
        assert.equal(status.current()?.time, at);
        assert.equal(status.current()?.battery.minutesRemaining, 30);
        assert.deepEqual([status.isOlderThan(0), status.isOlderThan(1)], [false, true]);
    });

    it('has a time on battery of 0 only while its device tells that it is on mains', () => {
        const { status, episodes: book, read } = bench();
        const seconds = () => status.current()?.derived.secondsOnBattery;
        read();
        assert.equal(seconds(), undefined, 'nobody has told');
        status.tellMains(true);
        assert.equal(seconds(), 0);
        status.fallSilent();
        assert.equal(seconds(), undefined, 'nobody tells');
        book.begin('power-fail');
        assert.equal(seconds(), 0, 'an outage is counted, also in silence');
        read();
        book.end('power-fail');
        status.tellMains(false);
        assert.equal(seconds(), undefined);
    });

    it('counts the runtime down in an outage, and the charge as soon as the device is silent', () => {
        const { clock, episodes: book, status, read } = bench();
        book.begin('power-fail');
        read();
        clock.advanceSync(600_000);
        assert.equal(status.remainingSeconds('device'), 20 * 60);
        assert.equal(status.secondsOnBattery(), 600);
        assert.deepEqual(status.current()?.battery, { chargePercent: 90, minutesRemaining: 30 });
        status.fallSilent();
        assert.equal(status.presuming, true);
        assert.deepEqual(status.current()?.battery, { chargePercent: 80, minutesRemaining: 20 });
        assert.equal(status.current()?.derived.secondsOnBattery, 600);
        read();
        assert.deepEqual([status.isSilent, status.presuming], [false, false]);
        assert.equal(status.remainingSeconds('device'), 30 * 60);
    });

    it('does not count down on mains, and presumes nothing where timers are held', () => {
        const mains = bench();
        mains.read();
        mains.status.fallSilent();
        mains.clock.advanceSync(600_000);
        assert.equal(mains.status.presuming, false);
        assert.equal(mains.status.remainingSeconds('device'), 30 * 60);
        assert.equal(mains.status.secondsOnBattery(), 0);
        const held = bench('hold');
        held.episodes.begin('power-fail');
        held.read();
        held.status.fallSilent();
        assert.equal(held.status.presuming, false);
    });

    it('of a former process was not heard in this one', () => {
        const { clock, status } = bench();
        status.restore({ status: emptyStatus(clock.now()), at: clock.monotonic() - 40_000 });
        assert.deepEqual([status.ageSeconds, status.heardAt], [40, undefined]);
    });
});
