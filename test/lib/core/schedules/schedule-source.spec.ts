import assert from 'node:assert/strict';
import type { NewLogEntry } from '../../../../lib/core/journal/event-log';
import { MemoryJournal } from '../../../../lib/core/journal/memory-journal';
import { formatLocal } from '../../../../lib/core/schedules/local-time';
import { parseRule, type ScheduleRule } from '../../../../lib/core/schedules/rule';
import type { Missed } from '../../../../lib/core/schedules/rule';
import { ScheduleSource } from '../../../../lib/core/schedules/schedule-source';
import { zoneOf } from '../../../../lib/zones/temporal-zone';
import { FakeClock } from '../../../support/fake-clock';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const OFFICE: Partial<ScheduleRule> = {
    repeat: 'weekly',
    windows: [
        { days: [1, 2, 3, 4, 5], from: '08:00', to: '12:00' },
        { days: [1, 2, 3, 4, 5], from: '12:00', to: '17:00' },
    ],
};
const LASTING: Partial<ScheduleRule> = { ending: 'after', seconds: 600 };

/** One schedule in one process after another, all on one journal. */
class Bench {
    readonly edges: string[] = [];
    readonly episodes: string[] = [];
    readonly log: NewLogEntry[] = [];
    readonly journal = new MemoryJournal();
    readonly clock: FakeClock;
    private source: ScheduleSource | undefined;

    constructor(
        now: string,
        private readonly zoneId = 'Europe/Berlin',
    ) {
        this.clock = new FakeClock(Date.parse(now));
    }

    run(
        over: Partial<ScheduleRule> = {},
        { missed = 'run', maxAgeSeconds }: { missed?: Missed; maxAgeSeconds?: number } = {},
    ): ScheduleSource {
        this.kill();
        const zone = zoneOf(this.zoneId);
        const source = new ScheduleSource({
            id: 'schedule1',
            name: 'Test',
            rule: parseRule({
                start: '2026-01-01T03:00',
                repeat: 'daily',
                monthEnd: 'last',
                ending: 'at-once',
                seconds: 0,
                until: '',
                windows: [],
                ...over,
            }),
            zone,
            missed,
            maxAgeSeconds,
            clock: this.clock,
            journal: this.journal,
            log: { append: (entry) => this.log.push(entry) },
            text: (active) => `${active}`,
            skippedText: (due) => `skipped ${due}`,
            clockText: (seen) => `behind ${seen}`,
        });
        source.subscribe((change) => {
            if (change.kind !== 'edge') return;
            const { event } = change;
            this.edges.push(`${event.active ? 'on' : 'off'} ${formatLocal(zone.localOf(event.at))}`);
            this.episodes.push(event.episode);
        });
        source.start();
        this.source = source;
        return source;
    }

    /** The process is gone; the journal stays. */
    kill(): void {
        this.source?.destroy();
        assert.equal(this.clock.pending, 0, 'no timer is left');
    }

    /** Forgets what it has seen and returns it. */
    seen(): string[] {
        return this.edges.splice(0);
    }

    skipped(): string[] {
        return this.log.filter(({ kind }) => kind === 'system').map(({ text }) => text);
    }
}

describe('a schedule', () => {
    it('sends on and off at its time, every day, once', () => {
        const bench = new Bench('2026-11-20T12:00Z');
        const source = bench.run();
        assert.equal(source.view().next?.start, Date.parse('2026-11-21T02:00Z'));
        bench.clock.advanceSync(2 * DAY);
        assert.deepEqual(bench.seen(), [
            'on 2026-11-21 03:00',
            'off 2026-11-21 03:00',
            'on 2026-11-22 03:00',
            'off 2026-11-22 03:00',
        ]);
        assert.equal(new Set(bench.episodes).size, 2, 'each run is an episode of its own');
        assert.equal(bench.log.filter(({ kind }) => kind === 'event').length, 4);
    });

    it('runs months ahead, beyond what one timer can wait', () => {
        const bench = new Bench('2026-01-01T00:00Z');
        bench.run({ repeat: 'once', start: '2026-03-01T03:00' });
        bench.clock.advanceSync(60 * DAY);
        assert.deepEqual(bench.seen(), ['on 2026-03-01 03:00', 'off 2026-03-01 03:00']);
        assert.equal(bench.run({ repeat: 'once', start: '2026-03-01T03:00' }).view().next, undefined);
    });

    it('lasts for a time, over a restart and a jump of the clock', () => {
        const bench = new Bench('2026-11-21T01:59Z');
        bench.run(LASTING);
        bench.clock.advanceSync(4 * MINUTE);
        assert.deepEqual(bench.seen(), ['on 2026-11-21 03:00']);
        bench.clock.jumpWall(HOUR);
        bench.clock.advanceSync(3 * MINUTE);
        assert.deepEqual(bench.seen(), [], 'a duration does not go by the clock on the wall');
        bench.clock.jumpWall(-HOUR);
        const source = bench.run(LASTING);
        assert.ok(source.stateOf('schedule').active && source.stateOf('schedule').confirmed);
        bench.clock.advanceSync(4 * MINUTE - 1);
        assert.deepEqual(bench.seen(), []);
        bench.clock.advanceSync(1);
        assert.deepEqual(bench.seen(), ['off 2026-11-21 03:10']);
        assert.equal(new Set(bench.episodes).size, 1);
    });

    it('is on for a window, joined to the one that follows', () => {
        const bench = new Bench('2026-11-20T00:00Z');
        bench.run(OFFICE);
        bench.clock.advanceSync(3.5 * DAY);
        assert.deepEqual(bench.seen(), ['on 2026-11-20 08:00', 'off 2026-11-20 17:00', 'on 2026-11-23 08:00']);
    });

    it('does not begin a window again after a restart in the middle of it', () => {
        const bench = new Bench('2026-11-20T06:59Z');
        bench.run(OFFICE);
        bench.clock.advanceSync(HOUR);
        for (let round = 0; round < 3; round++) {
            bench.kill();
            bench.clock.advanceSync(HOUR);
            bench.run(OFFICE);
            bench.clock.advanceSync(HOUR);
        }
        assert.deepEqual(bench.seen(), ['on 2026-11-20 08:00']);
        bench.clock.advanceSync(3 * HOUR);
        assert.deepEqual(bench.seen(), ['off 2026-11-20 17:00']);
        assert.equal(new Set(bench.episodes).size, 1);
    });

    it('ends after a restart what should have ended meanwhile', () => {
        const bench = new Bench('2026-11-20T06:59Z');
        bench.run(OFFICE);
        bench.clock.advanceSync(HOUR);
        bench.kill();
        bench.clock.advanceSync(DAY);
        bench.run(OFFICE);
        assert.deepEqual(bench.seen(), ['on 2026-11-20 08:00', 'off 2026-11-21 08:59']);
    });

    describe('after a boot without the time of day', () => {
        const BOOTS = {
            1970: '1970-01-01T00:00:10Z',
            'a week ago': '2026-11-13T10:00Z',
            'two hours ago': '2026-11-20T08:00Z',
        };
        const set = (bench: Bench, to: string) => bench.clock.jumpWall(Date.parse(to) - bench.clock.now());

        for (const [name, boot] of Object.entries(BOOTS)) {
            it(`keeps what is on, and waits for the clock: ${name}`, () => {
                const bench = new Bench('2026-11-20T06:59Z');
                bench.run(OFFICE);
                bench.clock.advanceSync(3 * HOUR);
                bench.kill();
                bench.seen();
                set(bench, boot);
                const source = bench.run(OFFICE);
                assert.equal(source.view().clockBehind, true);
                bench.clock.advanceSync(5 * MINUTE);
                set(bench, '2026-11-20T10:05Z');
                bench.clock.advanceSync(MINUTE);
                assert.deepEqual(bench.seen(), []);
                assert.equal(source.view().clockBehind, false);
                bench.clock.advanceSync(12 * HOUR);
                assert.deepEqual(bench.seen(), ['off 2026-11-20 17:00']);
                assert.deepEqual(bench.skipped(), ['behind 2026-11-20 10:59']);
            });
        }

        it('notices that a clock is behind the time of the close, not only behind that of the last note', () => {
            const bench = new Bench('2026-11-20T06:58Z');
            bench.run(OFFICE);
            bench.clock.advanceSync(3 * MINUTE - 1000);
            bench.kill();
            bench.clock.jumpWall(-70_000);
            assert.equal(bench.run(OFFICE).view().clockBehind, true);
            bench.kill();
            bench.clock.jumpWall(20_000);
            assert.equal(bench.run(OFFICE).view().clockBehind, false, 'it was set by less than a minute');
        });

        it('ends what is over once it has the time, and what lasts a time without it', () => {
            const window = new Bench('2026-11-20T06:59Z');
            window.run(OFFICE);
            window.clock.advanceSync(HOUR);
            window.kill();
            set(window, BOOTS[1970]);
            window.run(OFFICE);
            window.clock.advanceSync(MINUTE);
            set(window, '2026-11-20T19:00Z');
            window.clock.advanceSync(MINUTE);
            assert.deepEqual(window.seen(), ['on 2026-11-20 08:00', 'off 2026-11-20 20:00:15']);
            const lasting = new Bench('2026-11-20T01:59Z');
            lasting.run(LASTING);
            lasting.clock.advanceSync(3 * MINUTE);
            lasting.kill();
            set(lasting, BOOTS[1970]);
            lasting.run(LASTING);
            lasting.clock.advanceSync(9 * MINUTE);
            assert.equal(lasting.seen().length, 2);
        });

        it('takes the clock at its word after an hour: what it showed before may have been wrong', () => {
            const bench = new Bench('2031-11-20T06:59Z');
            bench.run();
            bench.clock.advanceSync(HOUR);
            bench.kill();
            set(bench, '2026-11-20T12:00Z');
            bench.run();
            bench.clock.advanceSync(2 * DAY);
            assert.deepEqual(
                bench.seen().filter((edge) => edge.startsWith('on')),
                ['on 2026-11-21 03:00', 'on 2026-11-22 03:00'],
            );
        });

        it('does not take a clock that was set by seconds for a wrong one', () => {
            const bench = new Bench('2026-11-20T06:59Z');
            bench.run(OFFICE);
            bench.clock.advanceSync(HOUR);
            bench.kill();
            bench.clock.jumpWall(-30_000);
            assert.equal(bench.run(OFFICE).view().clockBehind, false);
        });
    });

    describe('that missed its time', () => {
        const missIt = (
            over: Partial<ScheduleRule>,
            options: { missed?: Missed; maxAgeSeconds?: number },
            by: number,
        ) => {
            const bench = new Bench('2026-11-19T18:00Z');
            bench.run(over, options);
            bench.clock.advanceSync(HOUR);
            bench.kill();
            bench.clock.advanceSync(Date.parse('2026-11-20T02:00Z') + by - bench.clock.now());
            bench.run(over, options);
            return bench;
        };

        it('catches up, once for many', () => {
            const bench = missIt({}, {}, 3 * DAY + 4 * HOUR);
            assert.deepEqual(bench.seen(), ['on 2026-11-23 07:00', 'off 2026-11-23 07:00']);
            bench.run();
            bench.clock.advanceSync(HOUR);
            assert.deepEqual(bench.seen(), [], 'and not again after the next restart');
        });

        it('but not when that was too long ago: it says so', () => {
            const maxAgeSeconds = 3600;
            assert.deepEqual(missIt({}, { maxAgeSeconds }, HOUR).seen().length, 2);
            const bench = missIt({}, { maxAgeSeconds }, HOUR + 1000);
            assert.deepEqual(bench.seen(), []);
            assert.deepEqual(bench.skipped(), ['skipped 2026-11-20 03:00']);
        });

        it('or skips it, by choice', () => {
            const bench = missIt({}, { missed: 'skip' }, 2 * MINUTE);
            assert.deepEqual(bench.seen(), []);
            assert.deepEqual(bench.skipped(), ['skipped 2026-11-20 03:00']);
            bench.clock.advanceSync(DAY);
            assert.deepEqual(bench.seen(), ['on 2026-11-21 03:00', 'off 2026-11-21 03:00']);
        });

        it('a restart of seconds misses nothing', () => {
            assert.equal(missIt({}, { missed: 'skip' }, 50_000).seen().length, 2);
        });

        it('joins a window that is still open, for the rest of it', () => {
            const bench = missIt(OFFICE, {}, 8 * HOUR);
            bench.clock.advanceSync(10 * HOUR);
            assert.deepEqual(bench.seen(), ['on 2026-11-20 11:00', 'off 2026-11-20 17:00']);
            assert.deepEqual(missIt(OFFICE, { missed: 'skip' }, 8 * HOUR).seen(), []);
        });

        it('leaves out a window that is over', () => {
            const bench = missIt(OFFICE, {}, 15 * HOUR);
            assert.deepEqual(bench.seen(), []);
            assert.deepEqual(bench.skipped(), ['skipped 2026-11-20 12:00']);
        });
    });

    it('does not run at its first deploy what lies before it, but joins an open window', () => {
        const bench = new Bench('2026-11-20T09:00Z');
        bench.run();
        bench.clock.advanceSync(HOUR);
        assert.deepEqual(bench.seen(), []);
        const other = new Bench('2026-11-20T09:00Z');
        other.run(OFFICE);
        assert.deepEqual(other.seen(), ['on 2026-11-20 10:00']);
    });

    it('follows a changed rule: a window stays on if the new rule has one now, and ends if not', () => {
        const bench = new Bench('2026-11-20T06:59Z');
        bench.run(OFFICE);
        bench.clock.advanceSync(HOUR);
        bench.run({ repeat: 'weekly', windows: [{ days: [5], from: '06:00', to: '10:30' }] });
        assert.deepEqual(bench.seen(), ['on 2026-11-20 08:00']);
        bench.clock.advanceSync(2 * HOUR);
        assert.deepEqual(bench.seen(), ['off 2026-11-20 10:30']);
        bench.run(OFFICE);
        assert.deepEqual(bench.seen(), ['on 2026-11-20 10:59'], 'the new rule has a window now');
        bench.run();
        assert.deepEqual(bench.seen(), ['off 2026-11-20 10:59']);
    });

    describe('whose clock jumps', () => {
        it('forward over its time (suspend, NTP): notices within seconds, and catches up', () => {
            const bench = new Bench('2026-11-20T12:00Z');
            bench.run();
            bench.clock.jumpWall(20 * HOUR);
            bench.clock.advanceSync(15_000);
            assert.deepEqual(bench.seen().length, 2);
        });

        it('back by seconds or hours: does not run twice', () => {
            const bench = new Bench('2026-11-21T01:59Z');
            bench.run();
            bench.clock.advanceSync(2 * MINUTE);
            assert.equal(bench.seen().length, 2);
            bench.clock.jumpWall(-90_000);
            bench.clock.advanceSync(HOUR);
            bench.clock.jumpWall(-3 * HOUR);
            bench.clock.advanceSync(5 * HOUR);
            assert.deepEqual(bench.seen(), []);
            bench.clock.advanceSync(DAY);
            assert.deepEqual(bench.seen(), ['on 2026-11-22 03:00', 'off 2026-11-22 03:00']);
        });

        it('back in a window: stays on until its end', () => {
            const bench = new Bench('2026-11-20T06:59Z');
            bench.run(OFFICE);
            bench.clock.advanceSync(MINUTE);
            bench.clock.jumpWall(-HOUR);
            bench.clock.advanceSync(11 * HOUR);
            assert.deepEqual(bench.seen(), ['on 2026-11-20 08:00', 'off 2026-11-20 17:00']);
        });

        it('from a far future to now: is not dead until then, and keeps no window of that time', () => {
            const bench = new Bench('2036-11-20T06:59Z');
            bench.run(OFFICE);
            bench.clock.advanceSync(MINUTE);
            assert.deepEqual(bench.seen(), ['on 2036-11-20 08:00']);
            bench.clock.jumpWall(Date.parse('2026-11-20T12:00Z') - bench.clock.now());
            bench.clock.advanceSync(15_000);
            assert.deepEqual(bench.seen(), ['off 2026-11-20 13:00:15']);
            bench.clock.advanceSync(3 * DAY);
            assert.deepEqual(bench.seen(), ['on 2026-11-23 08:00']);
        });

        it('from long ago to now (a machine without a battery for its clock): does not repeat what ran before', () => {
            const bench = new Bench('2026-11-21T01:59Z');
            bench.run();
            bench.clock.advanceSync(MINUTE);
            assert.equal(bench.seen().length, 2);
            bench.kill();
            bench.clock.jumpWall(Date.parse('2025-01-01T00:00Z') - bench.clock.now());
            bench.run();
            bench.clock.jumpWall(Date.parse('2026-11-21T04:00Z') - bench.clock.now());
            bench.clock.advanceSync(HOUR);
            assert.deepEqual(bench.seen(), []);
        });
    });

    it('runs once on days of 23 and 25 hours', () => {
        const spring = new Bench('2026-03-28T12:00Z');
        spring.run({ start: '2026-01-01T02:30' });
        spring.clock.advanceSync(2 * DAY);
        const on = (edges: string[]) => edges.filter((edge) => edge.startsWith('on'));
        assert.deepEqual(on(spring.seen()), ['on 2026-03-29 03:00', 'on 2026-03-30 02:30']);
        const autumn = new Bench('2026-10-31T12:00Z', 'America/New_York');
        autumn.run({ start: '2026-01-01T01:30' });
        autumn.clock.advanceSync(2 * DAY);
        assert.deepEqual(on(autumn.seen()), ['on 2026-11-01 01:30', 'on 2026-11-02 01:30']);
    });
});
