import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openSeries, type Sample, type SeriesQuery, type SeriesStore } from '../../../../lib/store/series';
import { Slices } from '../../../../lib/core/turns';
import { FakeClock } from '../../../support/fake-clock';
import { count, DAY, HOUR, MINUTE, SeriesBench, UPS } from './support';

const DAYS = 40;
const EVERY = 10 * MINUTE;
const A_DAY = DAY / EVERY;
/** Between two slices of the work in the background. */
const SLICE = 10;

const LENGTHS = [HOUR, DAY, 2 * DAY, 30 * DAY, 365 * DAY];
const POINTS = [20, 144, 288, 2000, 4320];
const TIERS = ['fine', 'quarter', 'hour'] as const;

describe('series: a query while days are packed', () => {
    let bench: SeriesBench;
    let store: SeriesStore;
    let from: number;
    let to: number;
    beforeEach(() => {
        bench = new SeriesBench();
        // UPSs are not switched on at a full hour.
        bench.clock.jumpWall(7 * HOUR + 11 * MINUTE);
        store = bench.open();
        from = bench.clock.now();
        for (let n = 0; n < DAYS * A_DAY; n++) {
            store.sample(UPS, bench.clock.now(), reading(n));
            bench.clock.jumpWall(EVERY);
        }
        to = bench.clock.now();
    });
    afterEach(() => bench.dispose());

    /** Whole volts by day, tenths in the last hours of each. */
    function reading(n: number): Sample[] {
        return [
            { quantity: 'inputVoltage1', unit: 'V', value: 225 + (n % 11) + (n % A_DAY > 130 ? 0.3 : 0) },
            { quantity: 'load1', unit: '%', value: n % 3 ? 40 + (n % 7) / 10 : undefined },
            { quantity: 'outputSource', unit: '', state: n % 500 === 0 ? 'battery' : 'normal' },
        ];
    }

    type Asked = Pick<SeriesQuery, 'from' | 'to' | 'points' | 'tier'>;

    /** Each range with each number of points, and each tier; to now, and to the past. */
    function questions(): Asked[] {
        const ends = [to, to - 10 * DAY - 7 * MINUTE];
        const ranges = LENGTHS.flatMap((length) => ends.map((end) => ({ from: end - length, to: end })));
        return ranges.flatMap((range) => [
            ...POINTS.map((points) => ({ ...range, points })),
            ...TIERS.map((tier) => ({ ...range, tier })),
        ]);
    }

    const answer = (of: SeriesStore, asked: Asked) => of.read({ owner: UPS.id, ...asked });

    /** Goes through the slices of the packing. In each of them a question is asked, so that in all each is asked often. */
    function inEachSlice(look: (slice: number, asked: Asked) => void): number {
        const all = questions();
        let slice = 0;
        for (; count(store, 'live') > A_DAY; slice++) {
            bench.clock.advanceSync(SLICE);
            look(slice, all[slice % all.length]);
        }
        return slice;
    }

    it('is answered in each slice as before and after', () => {
        const before = new Map(questions().map((asked) => [JSON.stringify(asked), answer(store, asked)]));
        const slices = inEachSlice((_, asked) => {
            const question = JSON.stringify(asked);
            const [expected, table] = [before.get(question)!, answer(store, asked)];
            assert.deepEqual([table.tier, table.times.length], [expected.tier, expected.times.length], question);
            assert.deepEqual(table, expected, question);
        });
        assert.ok(slices > 3 * DAYS, `${slices} slices`);
    });

    it('is answered as before when days are packed between its own slices', async () => {
        /** In each turn of others a step of the packing is done. */
        class Packing extends Slices {
            constructor() {
                let looks = 0;
                super(() => looks++, 1);
            }
            override next(): Promise<void> {
                bench.clock.advanceSync(SLICE);
                return super.next();
            }
        }
        const asked = questions().filter((_, index) => index % 5 === 0);
        const before = new Map(asked.map((each) => [JSON.stringify(each), answer(store, each)]));
        let packed = 0;
        for (const each of asked) {
            const rows = count(store, 'live');
            const table = await store.readSoon({ owner: UPS.id, ...each }, new Packing());
            assert.deepEqual(table, before.get(JSON.stringify(each)), JSON.stringify(each));
            if (count(store, 'live') < rows) packed++;
        }
        assert.ok(packed > 5, `${packed} of ${asked.length} while rows were packed`);
    });

    it('is answered the same after a kill in any slice', () => {
        const before = new Map(questions().map((asked) => [JSON.stringify(asked), answer(store, asked)]));
        const all = questions();
        inEachSlice((slice) => {
            if (slice % 11 !== 0) return;
            const killed = mkdtempSync(join(tmpdir(), 'ridethrough-killed-'));
            try {
                for (const part of ['', '-wal'])
                    cpSync(bench.file + part, join(killed, `ridethrough-series.sqlite${part}`));
                const again = openSeries({ directory: killed, clock: new FakeClock(to) });
                for (const n of [0, 1, 2]) {
                    const asked = all[(slice + 27 * n) % all.length];
                    const question = JSON.stringify(asked);
                    assert.deepEqual(answer(again, asked), before.get(question), question);
                }
                again.close();
            } finally {
                rmSync(killed, { recursive: true });
            }
        });
    });

    it('gives each sample of a UPS that is younger than the range', () => {
        const month = { owner: UPS.id, from: from - 30 * DAY, to, points: 20_000 };
        assert.equal(store.read(month).tier, 'fine');
        bench.work();
        assert.deepEqual([store.read(month).tier, store.read(month).times.length], ['fine', DAYS * A_DAY]);
    });
});
