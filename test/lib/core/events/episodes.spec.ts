import assert from 'node:assert/strict';
import type { Journal } from '../../../../lib/core/journal/journal';
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

    it('end with how long they lasted by count, though the wall clock was set in the middle and the program restarted', () => {
        for (const step of [3600_000, -3600_000]) {
            const journal = new MemoryJournal();
            const ends: { at: number; lastedMs: number | undefined }[] = [];
            (journal as Journal).endEpisode = (_episode, at, lastedMs) => void ends.push({ at, lastedMs });
            const clock = new FakeClock();
            clock.boot = { id: 'a', origin: 100_000 };
            const before = new UnitBench({}, clock, journal);
            before.driver.read(onMains());
            before.driver.read(onBattery());
            clock.jumpWall(step);
            clock.advanceSync(6000);
            before.driver.read(onBattery());
            before.unit.destroy();
            const later = new FakeClock(clock.now() + 4000);
            later.boot = { id: 'a', origin: 110_000 };
            const after = new UnitBench({}, later, journal);
            after.driver.read(onBattery());
            later.advanceSync(10_000);
            after.driver.read(onMains());
            assert.equal(ends.length, 1);
            assert.equal(ends[0].at, later.now());
            assert.ok(Math.abs(ends[0].lastedMs! - 20_000) <= 1000, String(ends[0].lastedMs));
        }
    });

    it('of a simulated UPS that lives faster tell no count: it is none of the wall clock', () => {
        const journal = new MemoryJournal();
        const ends: unknown[][] = [];
        (journal as Journal).endEpisode = (...all) => void ends.push(all);
        const bench = new UnitBench({}, Object.assign(new FakeClock(), { speed: 60 }), journal);
        bench.driver.read(onMains());
        bench.driver.read(onBattery());
        bench.driver.read(onMains());
        assert.deepEqual(
            ends.map(([, , lastedMs]) => lastedMs),
            [undefined],
        );
    });

    describe('of a journal that another process leaves', () => {
        /** A unit that watched with a journal of its own, and then gets that of `theirs`. */
        function watch(theirs: MemoryJournal) {
            const own = new MemoryJournal() as MemoryJournal & { onTakenOver?(listener: () => void): () => void };
            let takeOver = () => {};
            own.onTakenOver = (listener) => {
                takeOver = listener;
                return () => (takeOver = () => {});
            };
            const clock = new FakeClock();
            const bench = new UnitBench({}, clock, own);
            return {
                ...bench,
                bench,
                clock,
                own,
                takeOver: () => {
                    for (const record of own.openEpisodes('unit1')) own.endEpisode(record.episode);
                    for (const record of theirs.openEpisodes('unit1')) own.saveEpisode(record);
                    takeOver();
                },
            };
        }
        const record = (clock: FakeClock, elapsedMs: number, agoMs: number) => ({
            episode: 'theirs',
            sourceId: 'unit1',
            eventId: 'power-fail',
            since: clock.now() - elapsedMs - agoMs,
            elapsedMs,
            elapsedAt: clock.now() - agoMs,
        });

        it('go on as what the other one has begun, where both have seen it', () => {
            const theirs = new MemoryJournal();
            const { bench, clock, own, takeOver } = watch(theirs);
            bench.driver.read(onMains());
            bench.driver.read(onBattery());
            clock.advanceSync(60_000);
            theirs.saveEpisode(record(clock, 57_000, 5000));
            takeOver();
            const state = bench.unit.stateOf('power-fail');
            assert.deepEqual([state.episode, state.confirmed, state.elapsedMs], ['theirs', true, 62_000]);
            assert.equal(bench.unit.activeEvents().find(({ id }) => id === 'power-fail')?.episode, 'theirs');
            bench.driver.read(onMains());
            assert.deepEqual(own.openEpisodes('unit1'), []);
        });

        it('are over where this one saw the next one begin', () => {
            const theirs = new MemoryJournal();
            const { bench, clock, own, takeOver } = watch(theirs);
            theirs.saveEpisode(record(clock, 57_000, 0));
            bench.driver.read(onMains());
            clock.advanceSync(120_000);
            bench.driver.read(onBattery());
            takeOver();
            const episodes = own.openEpisodes('unit1').filter(({ eventId }) => eventId === 'power-fail');
            assert.deepEqual(
                episodes.map(({ episode }) => episode),
                [bench.unit.stateOf('power-fail').episode],
            );
            assert.notEqual(episodes[0].episode, 'theirs');
        });

        it('wait for a reading where this one knows nothing', () => {
            const theirs = new MemoryJournal();
            const { bench, clock, takeOver } = watch(theirs);
            theirs.saveEpisode(record(clock, 57_000, 0));
            takeOver();
            assert.equal(bench.unit.stateOf('power-fail').confirmed, false);
            bench.driver.read(onBattery());
            assert.deepEqual(
                [bench.unit.stateOf('power-fail').episode, bench.unit.stateOf('power-fail').confirmed],
                ['theirs', true],
            );
        });
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
