import assert from 'node:assert/strict';
import { energyReport } from '../../../../lib/reports';
import { storeSources } from '../../../../lib/reports/store-sources';
import type { SeriesStore } from '../../../../lib/store/series';
import { zoneOf } from '../../../../lib/zones/temporal-zone';
import { count, DAY, HOUR, MINUTE, points, SECOND, SeriesBench, UPS, volts } from './support';

const EVERY = 180 * SECOND;

const DAYS = [
    { zone: 'Europe/Berlin', day: '2026-03-29', from: '2026-03-28T23:00:00Z', hours: 23 },
    { zone: 'Europe/Berlin', day: '2026-10-25', from: '2026-10-24T22:00:00Z', hours: 25 },
    { zone: 'America/New_York', day: '2026-03-08', from: '2026-03-08T05:00:00Z', hours: 23 },
    { zone: 'America/New_York', day: '2026-11-01', from: '2026-11-01T04:00:00Z', hours: 25 },
];

describe('series: where the clocks change', () => {
    let bench: SeriesBench;
    let store: SeriesStore;
    beforeEach(() => {
        bench = new SeriesBench();
        store = bench.open();
    });
    afterEach(() => bench.dispose());

    for (const { zone, day, from, hours } of DAYS) {
        it(`${day} in ${zone} has ${hours} hours: each sample, quarter and hour, while its night is packed and later, and its energy`, async () => {
            const begin = Date.parse(from);
            const range = { from: begin, to: begin + hours * HOUR - 1 };
            bench.clock.jumpWall(begin - DAY - bench.clock.now());
            const kilowatt = { quantity: 'outputPower1', unit: 'W', value: 1000 };
            let inDay = 0;
            for (let n = 0; bench.clock.now() < range.to + DAY; n++) {
                const at = bench.clock.now();
                store.sample(UPS, at, [kilowatt]);
                if (at >= range.from && at <= range.to) inDay++;
                bench.clock.jumpWall(EVERY);
                if (n % 17 === 0) {
                    bench.workAside();
                    const fine = points(store, { ...range, quantity: 'outputPower1', tier: 'fine' });
                    assert.equal(fine.length, inDay, new Date(at).toISOString());
                }
            }
            assert.ok(count(store, 'block') > 0, 'days were packed');
            const read = (tier: 'fine' | 'quarter' | 'hour') =>
                store.read({ owner: UPS.id, ...range, tier }).times.map((at) => (at - begin) / MINUTE);
            assert.equal(read('fine').length, hours * 20);
            assert.deepEqual(
                read('quarter'),
                Array.from({ length: hours * 4 }, (_, n) => n * 15),
            );
            assert.deepEqual(
                read('hour'),
                Array.from({ length: hours }, (_, n) => n * 60),
            );
            const report = await energyReport(
                storeSources({ logEntries: () => [], episodes: () => [] }, store),
                { site: { name: 'Site' }, unit: UPS, now: bench.clock.now(), zone: zoneOf(zone) },
                { from: begin, to: begin + hours * HOUR },
            );
            assert.deepEqual(
                report.days.map((each) => [each.name, each.hours, each.kilowattHours?.toFixed(3), each.coverage]),
                [[day, hours, hours.toFixed(3), 1]],
            );
        });
    }
});

describe('series: a wall clock that jumps while values are recorded', () => {
    let bench: SeriesBench;
    let store: SeriesStore;
    let start: number;
    let shift: number;
    beforeEach(() => {
        bench = new SeriesBench();
        store = bench.open();
        start = bench.clock.now();
        shift = 0;
    });
    afterEach(() => bench.dispose());

    const now = (n: number) => start + (n + shift) * SECOND;
    /** A reading each second; its value is its number. */
    const read = (from: number, to: number) => {
        for (let n = from; n <= to; n++) store.observe(UPS, now(n), () => volts(n));
    };
    const kept = () =>
        points(store, { from: start - DAY, to: start + DAY, tier: 'recording' })
            .map(([, value]) => value!)
            .toSorted((a, b) => a - b);
    const all = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, n) => from + n);

    it('back, between two outages: each reading is there once', () => {
        read(0, 60);
        store.startRecording(UPS, now(60), 'outage', 'e1');
        read(61, 90);
        store.endRecording(UPS.id, now(90), 'e1');
        shift = -20;
        read(91, 100);
        store.startRecording(UPS, now(100), 'outage', 'e2');
        read(101, 130);
        store.endRecording(UPS.id, now(130), 'e2');
        const values = kept();
        assert.deepEqual(values, [...new Set(values)]);
        assert.deepEqual(
            values.filter((n) => n > 60 && n <= 90),
            all(61, 90),
        );
        assert.deepEqual(
            values.filter((n) => n > 100),
            all(101, 130),
        );
    });

    it('back, in the minute before an outage: the minute is there', () => {
        read(0, 50);
        shift = -30;
        read(51, 60);
        store.startRecording(UPS, now(60), 'outage', 'e1');
        read(61, 70);
        assert.ok(kept().filter((n) => n <= 50).length >= 10, String(kept()));
        const [{ from }] = store.recordings();
        assert.ok(from <= start, 'the recording begins with its first value');
    });

    for (const jump of [-3600, 3600]) {
        it(`by ${jump} s in an outage: nothing is lost, and the recording holds all of it`, () => {
            store.startRecording(UPS, now(0), 'outage', 'e1');
            read(1, 100);
            shift = jump;
            read(101, 150);
            store.endRecording(UPS.id, now(150), 'e1');
            assert.deepEqual(
                kept().filter((n) => n <= 100),
                all(1, 100),
            );
            assert.ok(kept().filter((n) => n > 100).length >= 10);
            const [{ from, to }] = store.recordings({ episode: 'e1' });
            const { times } = store.read({ owner: UPS.id, from: start - DAY, to: start + DAY, tier: 'recording' });
            assert.ok(from <= times[0] && to! >= times.at(-1)!, `${from} to ${to}`);
        });
    }
});
