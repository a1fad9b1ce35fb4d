import assert from 'node:assert/strict';
import { MemoryJournal } from '../../../../lib/core/journal/memory-journal';
import { FakeClock } from '../../../support/fake-clock';
import { FakeDriver, onBattery, onMains, UnitBench } from '../../../support/fake-ups';

/** Polled each minute, with values good for half of that: the default. */
const polledEachMinute = () =>
    new UnitBench({ staleSeconds: 30 }, new FakeClock(), new MemoryJournal(), { intervalSeconds: 60 });

describe('a way that is polled more rarely than values are good for', () => {
    it('is not silent between its polls, nor for one that is late', () => {
        const bench = polledEachMinute();
        for (let poll = 0; poll < 10; poll++) {
            bench.driver.read(poll % 5 === 3 ? onBattery() : onMains());
            bench.clock.advanceSync(poll === 7 ? 130_000 : 60_000);
        }
        assert.deepEqual(bench.told, ['power-fail on', 'power-fail off', 'power-fail on', 'power-fail off']);
    });

    it('is silent when it has missed two, or says that nobody answers', () => {
        const bench = polledEachMinute();
        bench.driver.read(onMains());
        bench.clock.advanceSync(149_000);
        assert.deepEqual(bench.told, []);
        bench.clock.advanceSync(2000);
        assert.deepEqual(bench.told, ['communication-lost on']);
        const failing = polledEachMinute();
        failing.driver.read(onMains());
        failing.clock.advanceSync(60_000);
        failing.driver.enter({ state: 'waiting', code: 'device-silent', reason: '' });
        failing.clock.advanceSync(1000);
        assert.deepEqual(failing.told, ['communication-lost on']);
    });

    it('does not keep a quick way from being told silent that fails beside it', () => {
        const bench = polledEachMinute();
        const quick = new FakeDriver();
        bench.addPath('quick', quick, { priority: 1, intervalSeconds: 1 });
        bench.driver.read(onMains());
        quick.read(onMains());
        bench.driver.enter({ state: 'waiting', code: 'device-silent', reason: '' });
        bench.clock.advanceSync(32_000);
        assert.deepEqual(bench.told, ['communication-lost on']);
    });
});
