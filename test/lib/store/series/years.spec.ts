import assert from 'node:assert/strict';
import type { Sample, SeriesStore, Tier } from '../../../../lib/store/series';
import { count, DAY, HOUR, MINUTE, points, SECOND, SeriesBench, UPS, volts } from './support';

describe('series: in the course of time', function () {
    this.timeout(60_000);
    let bench: SeriesBench;
    let store: SeriesStore;
    let start: number;
    beforeEach(() => {
        bench = new SeriesBench();
        store = bench.open();
        start = bench.clock.now();
    });
    afterEach(() => bench.dispose());

    /** A UPS with three phases that tells tenths. */
    function reading(n: number): Sample[] {
        const noise = (seed: number) => ((n * 7919 + seed * 104_729) % 17) / 10;
        const phases = ['inputVoltage', 'outputVoltage', 'outputCurrent', 'outputPower', 'load', 'bypassVoltage'];
        const names = [...phases.flatMap((name) => [1, 2, 3].map((phase) => `${name}${phase}`)), ...OTHERS];
        const numbers = names.map((quantity, i) => ({ quantity, unit: 'V', value: 200 + i + noise(i) }));
        return [...numbers, { quantity: 'outputSource', unit: '', state: 'normal' }];
    }
    const OTHERS = ['charge', 'runtime', 'batteryVoltage', 'batteryCurrent', 'batteryTemperature', 'outputFrequency'];

    it('forty days of a UPS are packed day by day, take little room, and are all there, with their recordings', () => {
        const days = 40;
        let outage = 0;
        for (let n = 0; n < days * 480; n++) {
            const at = bench.clock.now();
            store.sample(UPS, at, reading(n));
            if (n % 4800 === 2640) {
                for (let second = -60; second <= 600; second++) {
                    const then = at + (60 + second) * SECOND;
                    if (second === 0) store.startRecording(UPS, then, 'outage', `e${++outage}`);
                    store.observe(UPS, then, () => volts(second));
                }
                store.endRecording(UPS.id, at + 660 * SECOND, `e${outage}`);
            }
            bench.clock.jumpWall(180 * SECOND);
            if (n % 480 !== 10) continue;
            bench.workAside();
            assert.ok(count(store, 'live') <= 11, `${count(store, 'live')} rows of today`);
        }
        const fine = points(store, { from: start, to: bench.clock.now(), tier: 'fine' });
        assert.equal(fine.length, days * 480);
        assert.equal(points(store, { from: start, to: bench.clock.now(), tier: 'hour' }).length, days * 24);
        const recordings = store.recordings();
        assert.deepEqual(
            recordings.map(({ why, from, to }) => [why, (to! - from) / SECOND]),
            Array.from({ length: 4 }, () => ['outage', 660]),
        );
        for (const { from, to } of recordings) {
            const close = points(store, { from, to: to!, tier: 'recording' });
            // Each 5 s in the minute before, each second for five minutes, then each 5 s.
            assert.equal(close.length, 12 + 300 + 60);
        }
        store = bench.reopen();
        assert.ok(store.bytes < 1.5 * 2 ** 20, `${store.bytes} bytes`);
        assert.deepEqual(bench.codes, []);
    });

    it('samples last 400 days, quarters and recordings five years, hours for ever, and a query over a border misses nothing', () => {
        const HOURS = 72;
        for (let n = 0; n < HOURS * 20; n++) store.sample(UPS, start + n * 180 * SECOND, volts(230 + (n % 5)));
        store.startRecording(UPS, start + HOUR, 'outage', 'e1');
        for (let n = 1; n <= 60; n++) store.observe(UPS, start + HOUR + n * SECOND, () => volts(n));
        store.endRecording(UPS.id, start + HOUR + 61 * SECOND, 'e1');
        /** Node-RED runs on until so many days after the start, with a sample now and then. */
        const until = (days: number) => {
            for (;;) {
                const left = start + days * DAY - bench.clock.now();
                if (left <= HOUR) return;
                store = bench.later(Math.min(28 * DAY, left - 30 * MINUTE));
                store.sample(UPS, bench.clock.now(), volts(1));
            }
        };
        const first = { from: start, to: start + HOURS * HOUR - 1 };
        const length = (tier: Tier) => points(store, { ...first, tier }).length;
        const told = (most?: number) => {
            const { tier, times } = store.read({ owner: UPS.id, ...first, points: most });
            return [tier, times.length];
        };
        until(399);
        assert.deepEqual([length('fine'), told()], [HOURS * 20, ['fine', HOURS * 20]]);
        until(402.5);
        // The first two days are forgotten, the third is not.
        assert.deepEqual([length('fine'), length('quarter')], [24 * 20, HOURS * 4]);
        assert.deepEqual(told(), ['quarter', HOURS * 4]);
        const newer = store.read({ owner: UPS.id, from: start + 2 * DAY, to: first.to });
        assert.deepEqual([newer.tier, newer.times.length], ['fine', 24 * 20]);
        until(405);
        assert.equal(length('fine'), 0);
        assert.deepEqual(told(100), ['hour', HOURS]);
        until(1825);
        assert.deepEqual(told(), ['quarter', HOURS * 4]);
        assert.deepEqual(
            [store.recordings().filter(({ episode }) => episode === 'e1').length, length('recording') > 50],
            [1, true],
        );
        until(1826 + 14);
        assert.deepEqual(told(), ['hour', HOURS]);
        assert.deepEqual([store.recordings().length, length('recording')], [0, 0]);
        until(2500);
        assert.deepEqual(told(), ['hour', HOURS]);
        assert.deepEqual(bench.codes, []);
    });
});
