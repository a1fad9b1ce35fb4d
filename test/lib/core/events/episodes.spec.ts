import assert from 'node:assert/strict';
import { MemoryJournal } from '../../../../lib/core/journal/memory-journal';
import { FakeClock } from '../../../support/fake-clock';
import { onBattery, onMains, UnitBench } from '../../../support/fake-ups';

describe('Episodes', () => {
    it('begin and end in one write with the log entry and what followers note', () => {
        const journal = new MemoryJournal();
        const transaction = journal.transaction.bind(journal);
        let outermost = 0;
        let depth = 0;
        const writes: string[] = [];
        const note = (what: string) => writes.push(`${depth ? outermost : 'alone'}: ${what}`);
        journal.transaction = <T>(work: () => T): T => {
            if (depth++ === 0) outermost++;
            try {
                return transaction(work);
            } finally {
                depth--;
            }
        };
        const { saveEpisode, endEpisode } = journal;
        journal.saveEpisode = (record) => {
            note('episode');
            saveEpisode.call(journal, record);
        };
        journal.endEpisode = (episode) => {
            note('end');
            endEpisode.call(journal, episode);
        };
        const bench = new UnitBench({}, new FakeClock(), journal);
        bench.unit.subscribe(({ kind }) => kind === 'edge' && note('follower'));
        outermost = 0;
        bench.driver.read(onMains());
        bench.driver.read(onBattery());
        bench.driver.read(onMains());
        assert.deepEqual([...new Set(writes)], ['1: episode', '1: follower', '2: end', '2: follower']);
    });

    it('are as old after a restart as they are, though the wall clock was set meanwhile', () => {
        for (const step of [5 * 3600_000, -5 * 3600_000]) {
            const journal = new MemoryJournal();
            const clock = new FakeClock();
            clock.boot = { id: 'a', origin: 100_000 };
            const before = new UnitBench({}, clock, journal);
            before.driver.read(onMains());
            before.driver.read(onBattery());
            clock.advanceSync(6000);
            before.driver.read(onBattery());
            before.unit.destroy();
            const later = new FakeClock(clock.now() + 4000 + step);
            later.boot = { id: 'a', origin: 110_000 };
            const { elapsedMs } = new UnitBench({}, later, journal).unit.stateOf('power-fail');
            assert.ok(Math.abs(elapsedMs! - 10_000) <= 1000, String(elapsedMs));
        }
    });

    it('of one event are never two: the older one does not come up again with each restart', () => {
        const journal = new MemoryJournal();
        const record = { sourceId: 'unit1', eventId: 'power-fail', elapsedMs: 5, elapsedAt: 1005 };
        journal.saveEpisode({ ...record, episode: 'older', since: 1000 });
        journal.saveEpisode({ ...record, episode: 'newer', since: 2000 });
        const bench = new UnitBench({}, new FakeClock(3000), journal);
        assert.equal(bench.unit.stateOf('power-fail').episode, 'newer');
        bench.driver.read(onMains());
        assert.deepEqual(journal.openEpisodes('unit1'), []);
    });
});
