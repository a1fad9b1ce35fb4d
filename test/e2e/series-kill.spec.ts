import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import { count, SeriesBench } from '../lib/store/series/support';
import { SeriesWriter } from '../lib/store/series/series-writer';
import { waitFor } from './support/wait-for';

/** `SERIES_KILLS=200` for a soak. */
const KILLS = Number(process.env.SERIES_KILLS ?? 10);
const OWNERS = ['u0', 'u1', 'u2'];

describe('series: SIGKILL while writing and packing', function () {
    this.timeout(30_000 + KILLS * 10_000);
    const bench = new SeriesBench();
    after(() => bench.dispose());

    it(`keeps each sample, once, in ${KILLS} kills`, async () => {
        let acknowledged = 0;
        /** Samples that were perhaps kept before the kill, and were written again after it. */
        const again = new Set<number>();
        let blocks = 0;
        for (let kill = 0; kill < KILLS; kill++) {
            const writer = new SeriesWriter(bench.directory, acknowledged + 1);
            assert.equal(await writer.firstLine(), 'open', `after kill ${kill}`);
            // So that each kill comes in the middle of it, on a slow machine too.
            // In all it writes days, which are packed.
            const enough = writer.lines.length + 100 + Math.random() * 80;
            await waitFor('samples', async () => writer.lines.length > enough);
            await delay(Math.random() * 10);
            await writer.kill();
            acknowledged = Math.max(acknowledged, ...writer.lines.map(Number).filter(Number.isInteger));

            const store = bench.open();
            for (const owner of OWNERS) {
                const table = store.read({ owner, from: 0, to: 1e13, tier: 'fine' });
                const times = new Map<number, number>();
                for (const n of table.columns[0]?.mean ?? []) times.set(n!, (times.get(n!) ?? 0) + 1);
                for (let n = 1; n <= acknowledged; n++) {
                    const found = times.get(n) ?? 0;
                    assert.ok(found === 1 || (found === 2 && again.has(n)), `${owner}: ${n} is there ${found} times`);
                }
                assert.deepEqual(
                    table.times,
                    table.times.toSorted((a, b) => a - b),
                );
                const hours = store.read({ owner, from: 0, to: 1e13, tier: 'hour' });
                assert.equal(hours.times.length, new Set(table.times.map((at) => Math.floor(at / 3_600_000))).size);
            }
            blocks = count(store, 'block');
            again.add(acknowledged + 1);
            bench.closeAll();
        }
        assert.ok(acknowledged > 20 * KILLS, `only ${acknowledged} samples were acknowledged`);
        assert.ok(blocks > 0, 'no block was packed');
        assert.deepEqual(bench.codes, []);
    });
});
