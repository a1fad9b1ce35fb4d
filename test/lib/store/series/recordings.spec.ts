import assert from 'node:assert/strict';
import type { SeriesStore } from '../../../../lib/store/series';
import { count, DAY, HOUR, MINUTE, points, SECOND, SeriesBench, UPS, volts } from './support';

describe('series: recordings', () => {
    let bench: SeriesBench;
    let store: SeriesStore;
    let start: number;
    beforeEach(() => {
        bench = new SeriesBench();
        store = bench.open();
        start = bench.clock.now();
    });
    afterEach(() => bench.dispose());

    /** A reading each second, from one second to another after the start. */
    function read(from: number, to: number): void {
        for (let n = from; n <= to; n++) store.observe(UPS, start + n * SECOND, () => volts(n));
    }

    const times = () => points(store, { from: start, to: start + DAY, tier: 'recording' }).map(([at]) => at);

    it('keep each second, later each 5 s, with the minute before', () => {
        read(0, 300);
        assert.deepEqual(times(), [], 'nothing while nothing happens');
        store.startRecording(UPS, start + 300 * SECOND, 'outage', 'e1');
        read(301, 900);
        store.endRecording('u1', start + 900 * SECOND, 'e1');
        read(901, 1000);
        const kept = times();
        assert.deepEqual([kept[0], kept.at(-1)], [240, 899]);
        assert.equal(kept.filter((at) => at > 300 && at < 600).length, 299);
        assert.equal(kept.filter((at) => at >= 600).length, 60);
        assert.deepEqual(store.recordings({ owner: 'u1' }), [
            { id: 1, owner: 'u1', from: start + 240_000, to: start + 900_000, why: 'outage', episode: 'e1' },
        ]);
        assert.deepEqual(store.recordings({ episode: 'e2' }), []);
        assert.deepEqual(store.recordings({ from: start + 901_000 }), []);
    });

    it('are packed hour by hour, and read the same', () => {
        store.startRecording(UPS, start, 'outage', 'e1');
        read(1, 5000);
        const before = times();
        store = bench.later(3 * HOUR);
        assert.equal(count(store, 'live'), 0);
        assert.deepEqual(times(), before);
        assert.equal(store.series().length, 0, 'they are no samples');
    });

    it('go on after a restart in the middle of it', () => {
        store.startRecording(UPS, start, 'outage', 'e1');
        read(1, 10);
        store = bench.reopen();
        store.startRecording(UPS, start + 20 * SECOND, 'outage', 'e1');
        read(21, 30);
        store.endRecording('u1', start + 30 * SECOND, 'e1');
        const [only, ...others] = store.recordings();
        assert.deepEqual(others, []);
        assert.deepEqual([only.from, only.to], [start, start + 30_000]);
        assert.deepEqual(
            times().filter((at) => at > 10 && at < 21),
            [],
            'a gap stays a gap',
        );
    });

    it('end with their values where the event ended while nothing ran', () => {
        store.startRecording(UPS, start, 'test', 't1');
        read(1, 10);
        store = bench.later(HOUR);
        const [{ to }] = store.recordings();
        assert.equal(to, start + 10_000);
    });

    it('may overlap: each has its end, and values are kept once', () => {
        store.startRecording(UPS, start, 'outage', 'e1');
        read(1, 10);
        store.startRecording(UPS, start + 10_000, 'alarm', 'a1');
        read(11, 20);
        store.endRecording('u1', start + 20_000, 'e1');
        read(21, 30);
        store.endRecording('u1', start + 30_000, 'a1');
        assert.deepEqual(
            store.recordings().map(({ why, to }) => [why, (to! - start) / 1000]),
            [
                ['outage', 20],
                ['alarm', 30],
            ],
        );
        assert.deepEqual(
            times(),
            Array.from({ length: 30 }, (_, n) => n + 1),
        );
    });

    it('are forgotten by age', () => {
        const retention = { recordingDays: 2 };
        store = bench.reopen({ retention });
        store.startRecording(UPS, start, 'outage', 'e1');
        read(1, 10);
        store.sample(UPS, start, volts(1));
        store.endRecording('u1', start + 10 * SECOND);
        bench.later(DAY, { retention });
        store = bench.later(2 * DAY, { retention });
        assert.deepEqual([store.recordings(), times()], [[], []]);
        assert.equal(points(store, { from: start, to: start + MINUTE }).length, 1);
    });
});
