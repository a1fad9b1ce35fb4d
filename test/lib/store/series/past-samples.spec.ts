import assert from 'node:assert/strict';
import { keepPast, type PastSamples } from '../../../../lib/store/series';
import { DAY, HOUR, MINUTE, SeriesBench, UPS } from './support';

describe('samples of the past', () => {
    let bench: SeriesBench;
    beforeEach(() => (bench = new SeriesBench()));
    afterEach(() => bench.dispose());

    const row = (at: number, value: number): PastSamples => ({
        at,
        samples: [{ quantity: 'batteryVoltage', unit: 'V', value }],
    });
    const kept = (store: ReturnType<SeriesBench['open']>, from: number) => {
        const table = store.read({ owner: UPS.id, from, to: bench.clock.now() + HOUR, tier: 'fine' });
        const values = table.columns.find(({ quantity }) => quantity === 'batteryVoltage')?.mean ?? [];
        return table.times.map((at, index) => [(at - from) / MINUTE, values[index]]);
    };

    it('are each there once, also when a process that was killed begins again, and when the unit has sampled one', async () => {
        const store = bench.open();
        const from = bench.clock.now() - 6 * HOUR;
        const rows = Array.from({ length: 250 }, (_, index) => row(from + index * MINUTE, index / 10));
        store.sample(UPS, from + 2 * MINUTE, [{ quantity: 'batteryVoltage', unit: 'V', value: 0.2 }]);
        await keepPast(store, UPS, rows.slice(0, 120));
        await keepPast(store, UPS, rows);
        await keepPast(bench.reopen(), UPS, [...rows, rows[249]!]);
        const all = rows.map(({ samples }, index) => [index, samples[0]!.value]);
        assert.deepEqual(kept(bench.open(), from), all);
    });

    it('are kept beside another quantity of the same second, and once after they were packed', async () => {
        const store = bench.open();
        const from = bench.clock.now() - 2 * DAY;
        store.sample(UPS, from, [{ quantity: 'charge', unit: '%', value: 87 }]);
        const rows = Array.from({ length: 10 }, (_, index) => row(from + index * MINUTE, index));
        await keepPast(store, UPS, rows);
        bench.work();
        await keepPast(store, UPS, rows);
        const values = kept(store, from).filter(([, value]) => value !== undefined);
        assert.deepEqual(
            values,
            rows.map((_, index) => [index, index]),
        );
    });

    it('are kept without reading years of the history, if the clock of a device jumps by years', async () => {
        const store = bench.open();
        const from = bench.clock.now() - 6 * HOUR;
        const rows = Array.from({ length: 300 }, (_, index) =>
            row(from + index * MINUTE - (index >= 150 && index % 50 === 0 ? 4000 * DAY : 0), index),
        );
        const spans: number[] = [];
        const watched = {
            sample: store.sample.bind(store),
            flush: store.flush.bind(store),
            read: (request: Parameters<typeof store.read>[0]) => {
                spans.push(request.to - request.from);
                return store.read(request);
            },
        };
        await keepPast(watched, UPS, rows);
        assert.ok(Math.max(...spans) <= 5 * DAY, `${Math.max(...spans) / DAY} days`);
        assert.ok(spans.length <= 10, `${spans.length} slices`);
        const early = from - 4001 * DAY;
        const seen = kept(store, early).length;
        assert.equal(seen, 300);
    });
});
