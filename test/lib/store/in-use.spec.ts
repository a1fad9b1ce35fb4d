import assert from 'node:assert/strict';
import { Bench, episode, logEntry, message, Writer } from './support';

const TIMING = { nodeId: 't', message: message('e'), fired: 1, lastFiredMs: 0, elapsedMs: 0, elapsedAt: 0 };

describe('store: a store that another process has', function () {
    this.timeout(30_000);
    let bench: Bench;
    let first: Writer;

    beforeEach(async () => {
        bench = new Bench();
        const before = bench.open();
        before.saveEpisode(episode('theirs'));
        before.saveTiming({ ...TIMING, episode: 'theirs' });
        before.saveDelivery({ nodeId: 's', key: 'theirs', message: message('theirs'), at: 5 });
        before.beginJob({ nodeId: 'j', key: 'theirs', message: message('theirs'), at: 5 });
        before.setValue('unit', 'learned', 'theirs');
        before.append(logEntry('both saw it', { at: 5000 }));
        bench.closeAll();
        first = new Writer(bench.directory, 1, 'hold');
        assert.equal(await first.firstLine(), 'open');
    });
    afterEach(async () => {
        await first.kill();
        bench.dispose();
    });

    it('is waited for in memory, told once, and taken over with all that it holds when the other one is killed', async () => {
        const store = bench.open({}, bench.directory, 'watch');
        const heard: string[] = [];
        store.onTakenOver(() => heard.push(`taken over, ${store.openEpisodes('u1').length} open`));
        store.onMode(() => heard.push(store.mode));
        assert.deepEqual([store.mode, store.stats().mode, bench.codes], ['waiting', 'waiting', ['store-in-use']]);
        store.saveEpisode(episode('ours'));
        store.setValue('unit', 'learned', 'ours');
        store.setValue('unit', 'new', 'ours');
        store.append(logEntry('both saw it', { at: 4000 }));
        store.append(logEntry('seen alone', { at: 6000 }));
        bench.clock.advanceSync(60_000);
        assert.equal(store.mode, 'waiting');
        await first.kill();
        bench.clock.advanceSync(10_000);
        assert.deepEqual(heard, ['disk', 'taken over, 1 open']);
        assert.equal(store.openEpisodes('u1')[0].episode, 'theirs', 'what both have seen is theirs');
        assert.equal(store.timings('t').length, 1);
        assert.equal(store.unsettledDeliveries('s').length, 1);
        assert.equal(store.interruptedJobs('j').length, 1);
        assert.deepEqual([store.getValue('unit', 'learned'), store.getValue('unit', 'new')], ['theirs', 'ours']);
        assert.deepEqual(
            store.logEntries().map(({ text }) => text),
            ['seen alone', 'both saw it'],
        );
        assert.deepEqual(bench.codes, ['store-in-use']);
    });

    it('is over with the other one where this one did its own work', async () => {
        const store = bench.open({}, bench.directory, 'work');
        let told = 0;
        store.onTakenOver(() => told++);
        store.saveEpisode(episode('ours'));
        store.saveTiming({ ...TIMING, episode: 'ours' });
        store.saveDelivery({ nodeId: 's', key: 'ours', message: message('ours'), at: 5 });
        store.setValue('unit', 'learned', 'ours');
        await first.kill();
        bench.clock.advanceSync(10_000);
        assert.equal(store.mode, 'disk');
        assert.equal(told, 0);
        assert.deepEqual(
            store.openEpisodes('u1').map(({ episode }) => episode),
            ['ours'],
        );
        assert.deepEqual(
            store.timings('t').map(({ episode }) => episode),
            ['ours'],
        );
        assert.deepEqual(
            store.unsettledDeliveries('s').map(({ key }) => key),
            ['ours'],
        );
        assert.deepEqual(store.interruptedJobs('j'), []);
        assert.ok(store.hasDelivery('s', 'theirs'));
        assert.equal(store.getValue('unit', 'learned'), 'ours');
    });

    it('leaves nothing behind when it ends without having had it', () => {
        bench.open({}, bench.directory, 'watch').append(logEntry('for nobody'));
        bench.closeAll();
        assert.equal(bench.clock.pending, 0);
        assert.deepEqual(bench.codes, ['store-in-use']);
    });
});
