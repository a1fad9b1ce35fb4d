import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import { Bench, Writer } from '../lib/store/support';

const KILLS = 36;

describe('store: SIGKILL at any point', function () {
    this.timeout(400_000);
    const bench = new Bench();
    after(() => bench.dispose());

    it(`loses nothing that was acknowledged, in ${KILLS} kills of a writing process`, async () => {
        let next = 1;
        let acknowledged = 0;
        for (let kill = 0; kill < KILLS; kill++) {
            const writer = new Writer(bench.directory, next);
            assert.equal(await writer.firstLine(), 'open', `after kill ${kill}`);
            await delay(Math.random() * 120);
            await writer.kill();
            acknowledged = Math.max(acknowledged, ...writer.lines.map(Number).filter(Number.isInteger));

            const store = bench.open({ logEntries: 1e9 });
            const numbers = (keys: string[]) => new Set(keys.map((key) => Number(key.slice(1))));
            const kept = {
                episodes: numbers(store.openEpisodes('u1').map(({ episode }) => episode)),
                deliveries: numbers(store.unsettledDeliveries('sender').map(({ key }) => key)),
                jobs: numbers(store.interruptedJobs('job').map(({ key }) => key)),
                log: numbers(store.logEntries({ limit: -1 }).map(({ text }) => text)),
            };
            for (const [table, found] of Object.entries(kept)) {
                const missing = Array.from({ length: acknowledged }, (_, i) => i + 1).filter((n) => !found.has(n));
                assert.deepEqual(missing, [], `${table} after kill ${kill}`);
            }
            assert.deepEqual(kept.episodes, kept.deliveries, 'a transaction is whole or not there');
            next = acknowledged + 1;
            bench.closeAll();
        }
        assert.ok(acknowledged > KILLS, `only ${acknowledged} writes were acknowledged`);
        assert.deepEqual(bench.codes, []);
    });
});
