import assert from 'node:assert/strict';
import { UpsError } from '../../../lib/core/errors';
import type { Store } from '../../../lib/store';
import { Bench, connectionOf, episode, limitPages, logEntry, Writer } from './support';

describe('store: deleting the log', function () {
    this.timeout(30_000);
    let bench: Bench;
    let store: Store;
    beforeEach(() => {
        bench = new Bench();
        store = bench.open();
    });
    afterEach(() => bench.dispose());

    const fill = (count: number) =>
        store.transaction(() => {
            for (let n = 1; n <= count; n++) store.append(logEntry(`n${n}`, { at: n }));
        });
    const texts = () => store.logEntries({ limit: -1 }).map(({ text }) => text);
    const turn = () => new Promise((resolve) => setImmediate(resolve));
    const settled = async () => {
        for (let n = 0; n < 50; n++) await turn();
    };

    it('leaves one line that says who, how many, and before when', async () => {
        fill(1000);
        assert.equal(await store.deleteLog({ before: 991 }, 'jo'), 990);
        const [line, ...rest] = texts();
        assert.match(line, /^jo deleted 990 entries before 1970-01-01T/);
        assert.deepEqual(rest, ['n1000', 'n999', 'n998', 'n997', 'n996', 'n995', 'n994', 'n993', 'n992', 'n991']);
        assert.equal(await store.deleteLog({}, 'jo'), 11);
        assert.deepEqual(texts(), ['jo deleted 11 entries']);
        const [entry] = store.logEntries();
        assert.deepEqual([entry.at, entry.kind, entry.level], [bench.clock.now(), 'system', 'warning']);
    });

    it('takes entries of a wrong clock with it, and leaves what is written meanwhile', async () => {
        fill(900);
        store.append(logEntry('from the future', { at: bench.clock.now() + 1e10 }));
        const deleting = store.deleteLog({}, 'jo');
        store.append(logEntry('news', { at: 5 }));
        await deleting;
        assert.deepEqual(texts().sort(), ['jo deleted 901 entries', 'news']);
    });

    it('keeps what nobody has acknowledged, and what goes on', async () => {
        const at = bench.clock.now();
        const begin = (name: string) =>
            store.append(
                logEntry('failed', {
                    at,
                    kind: 'event',
                    level: 'alarm',
                    eventId: 'x',
                    nodeId: name,
                    episode: name,
                    active: true,
                }),
            );
        begin('over');
        begin('goes on');
        store.saveEpisode(episode('goes on'));
        store.endEpisode('over', at);
        store.append(logEntry('not reached', { at, kind: 'job', level: 'error', nodeId: 'j1' }));
        bench.clock.advanceSync(1000);
        await store.deleteLog({}, 'jo');
        assert.deepEqual(
            store.failures.all().map(({ text }) => text),
            ['not reached'],
        );
        assert.deepEqual(
            store.episodes().map((view) => view.episode),
            ['goes on'],
        );
        assert.deepEqual(
            store.openEpisodes('u1').map((open) => open.episode),
            ['goes on'],
        );
    });

    it('lets others have their turn', async () => {
        fill(4000);
        let turns = 0;
        let deleting = true;
        const others = () => {
            turns++;
            if (deleting) setImmediate(others);
        };
        setImmediate(others);
        await store.deleteLog({}, 'jo');
        deleting = false;
        assert.ok(turns >= 10, `${turns} turns`);
    });

    it('that was cut short by a close is finished by the next start, with one line', async () => {
        fill(4000);
        const deleting = store.deleteLog({ before: 3901 }, 'jo');
        await turn();
        store = bench.reopen();
        await deleting;
        const left = store.logEntries({ limit: -1 }).length;
        assert.ok(left > 101, `${left} left at the start`);
        await settled();
        assert.equal(texts().length, 101);
        assert.equal(texts().filter((text) => text.includes('deleted')).length, 1);
        store = bench.reopen();
        await settled();
        assert.equal(texts().length, 101, 'and nothing more goes later');
    });

    it('that a kill -9 cut short is finished by the next start, with one line', async () => {
        fill(30_000);
        bench.closeAll();
        const child = new Writer(bench.directory, 0, 'delete');
        while (!child.lines.includes('deleting')) await turn();
        await child.kill();
        store = bench.open();
        const left = store.stats().logEntries;
        assert.ok(left > 1 && left < 30_001, `killed in the middle: ${left} left`);
        const noted = () => connectionOf(store).get("SELECT count(*) AS n FROM owner_values WHERE owner = 'log'").n;
        while (noted()) await turn();
        assert.deepEqual(texts(), ['jo deleted 30000 entries']);
    });

    it('asked for twice at once deletes what both asked for', async () => {
        fill(2000);
        const counts = await Promise.all([
            store.deleteLog({ before: 1501 }, 'jo'),
            store.deleteLog({ before: 1001 }, 'al'),
        ]);
        assert.deepEqual(counts, [1500, 0]);
        assert.equal(texts().length, 502);
    });

    it('is refused while the disk is failing, and nothing goes then', async () => {
        limitPages(store, 0);
        for (let n = 0; bench.codes.length < 2 && n < 5000; n++) store.append(logEntry('x'.repeat(900)));
        assert.equal(store.mode, 'memory');
        const before = texts();
        await assert.rejects(
            store.deleteLog({}, 'jo'),
            (error) => error instanceof UpsError && error.code === 'store-failed',
        );
        assert.deepEqual(texts(), before);
    });

    it('is refused while another process has the store', async () => {
        bench.closeAll();
        const other = new Writer(bench.directory, 1, 'hold');
        await other.firstLine();
        store = bench.open(undefined, undefined, 'watch');
        await assert.rejects(
            store.deleteLog({}, 'jo'),
            (error) => error instanceof UpsError && error.code === 'store-in-use',
        );
        await other.kill();
    });
});
