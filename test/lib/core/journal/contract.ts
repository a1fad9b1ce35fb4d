import assert from 'node:assert/strict';
import type { Journal } from '../../../../lib/core/journal/journal';
import { episode, message } from '../../store/support';

/** A journal, and the same after its process was killed and started anew. */
export interface JournalBench {
    open(): Journal;
    reopen(): Journal;
    dispose(): void;
}

/** What every journal keeps over a restart, whatever it is made of: that of the store, and that of the simulation. */
export function journalContract(name: string, make: () => JournalBench): void {
    describe(name, () => {
        let bench: JournalBench;
        let store: Journal;
        beforeEach(() => {
            bench = make();
            store = bench.open();
        });
        afterEach(() => bench.dispose());

        it('knows the open episodes of a source after a restart, with their newest elapsed time', () => {
            store.saveEpisode(episode('e1'));
            store.saveEpisode(episode('e2', { sourceId: 'u2' }));
            store.saveEpisode(episode('e3', { since: 2000 }));
            const newest = { elapsedMs: 60_000, elapsedAt: 61_000, boot: 'a', up: 7 };
            store.saveEpisode(episode('e1', newest));
            store.endEpisode('e3', 3000);
            store = bench.reopen();
            assert.deepEqual(store.openEpisodes('u1'), [episode('e1', newest)]);
        });

        it('does not open an ended episode again by a late heartbeat', () => {
            store.saveEpisode(episode('e1'));
            store.endEpisode('e1', 3000);
            store.saveEpisode(episode('e1', { elapsedMs: 9 }));
            assert.deepEqual(store.openEpisodes('u1'), []);
        });

        it('gives unsettled deliveries in the order in which they were sent', () => {
            for (const key of ['b', 'a', 'c']) store.saveDelivery({ nodeId: 'n', key, message: message(), at: 1 });
            store.settleDelivery('n', 'a');
            store = bench.reopen();
            assert.deepEqual(
                store.unsettledDeliveries('n').map(({ key }) => key),
                ['b', 'c'],
            );
            assert.deepEqual(store.unsettledDeliveries('n')[0].message, message());
            assert.ok(store.hasDelivery('n', 'a'));
            assert.ok(!store.hasDelivery('other', 'a'));
        });

        it('keeps one timing per node and episode', () => {
            const timing = {
                nodeId: 'n',
                episode: 'e1',
                message: message(),
                elapsedMs: 0,
                elapsedAt: 5,
                boot: 'a',
                up: 7,
            };
            store.saveTiming({ ...timing, fired: 0, lastFiredMs: -1 });
            store.saveTiming({ ...timing, fired: 1, lastFiredMs: 300_000 });
            store.saveTiming({ ...timing, nodeId: 'm', fired: 0, lastFiredMs: -1 });
            store = bench.reopen();
            assert.deepEqual(store.timings('n'), [{ ...timing, fired: 1, lastFiredMs: 300_000 }]);
            store.deleteTiming('n', 'e1');
            assert.deepEqual(store.timings('n'), []);
            assert.equal(store.timings('m').length, 1);
        });

        it('tells a new job from an interrupted and a done one', () => {
            const job = { nodeId: 'n', key: 'k', message: message(), at: 7 };
            assert.equal(store.beginJob(job), 'new');
            store.saveJobProgress('n', 'k', { served: ['10.0.0.1'] });
            store = bench.reopen();
            assert.deepEqual(store.interruptedJobs('n'), [{ ...job, progress: { served: ['10.0.0.1'] } }]);
            assert.equal(store.beginJob(job), 'interrupted');
            store.finishJob('n', 'k', 9);
            assert.equal(store.beginJob(job), 'done');
            assert.deepEqual(store.interruptedJobs('n'), []);
            assert.equal(store.beginJob({ ...job, nodeId: 'other' }), 'new');
        });

        it('keeps small values, and forgets them when set to undefined', () => {
            store.setValue('u1', 'model', { factor: 1.25 });
            store = bench.reopen();
            assert.deepEqual(store.getValue('u1', 'model'), { factor: 1.25 });
            store.setValue('u1', 'model', undefined);
            assert.equal(store.getValue('u1', 'model'), undefined);
        });

        it('undoes a transaction that throws, and only the inner one if the outer goes on', () => {
            assert.throws(() =>
                store.transaction(() => {
                    store.setValue('o', 'outer', 1);
                    throw new Error('no');
                }),
            );
            assert.equal(store.getValue('o', 'outer'), undefined);
            const result = store.transaction(() => {
                store.setValue('o', 'before', 1);
                assert.throws(() =>
                    store.transaction(() => {
                        store.setValue('o', 'inner', 1);
                        throw new Error('no');
                    }),
                );
                store.transaction(() => store.setValue('o', 'inner2', 1));
                return 42;
            });
            assert.equal(result, 42);
            assert.deepEqual(
                ['before', 'inner', 'inner2'].map((name) => store.getValue('o', name)),
                [1, undefined, 1],
            );
        });
    });
}
