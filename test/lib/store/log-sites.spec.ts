import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import type { NewLogEntry } from '../../../lib/core/journal/event-log';
import type { Store } from '../../../lib/store';
import { Connection } from '../../../lib/store/connection';
import { MIGRATIONS, migrate } from '../../../lib/store/migrations';
import { Bench, limitPages, logEntry } from './support';

/** The step that gave entries a site is the fourth. */
const BEFORE_SITES = MIGRATIONS.slice(0, 3);

describe('store: the log of sites that share a directory', () => {
    let bench: Bench;
    beforeEach(() => (bench = new Bench()));
    afterEach(() => bench.dispose());

    const open = (site: string): Store => bench.open(undefined, undefined, undefined, { site });
    const texts = (store: Store, site?: string) => store.logEntries({ site }).map(({ text }) => text);
    const found = async (store: Store, site?: string) => (await store.searchLog({ site })).map(({ text }) => text);

    it('tells the entries of one from those of the other; what concerns the program is in each', async () => {
        const [one, two] = [open('one'), open('two')];
        one.append(logEntry('of one'));
        two.append(logEntry('of two'));
        one.append(logEntry('program started', { site: '' }));
        for (const store of [one, two]) {
            assert.deepEqual(texts(store, 'one'), ['program started', 'of one']);
            assert.deepEqual(texts(store, 'two'), ['program started', 'of two']);
            assert.deepEqual(texts(store), ['program started', 'of two', 'of one']);
            assert.deepEqual(await found(store, 'two'), ['program started', 'of two']);
            assert.equal(store.countLog({ site: 'one' }), 2);
        }
        assert.deepEqual(
            one.logEntries().map(({ site }) => site),
            [undefined, 'two', 'one'],
        );
        assert.match(one.logCsv({ site: 'one' }), /of one.*,one\r\n/);
    });

    it('keeps the site of an edge that a job writes in its own words, and of what is folded', () => {
        const [one, two] = [open('one'), open('two')];
        const edge: Partial<NewLogEntry> = { kind: 'event', eventId: 'power-fail', episode: 'e1', active: true };
        one.append(logEntry('mains failed', edge));
        two.append(logEntry('in other words', { ...edge, kind: 'job', inPlaceOfEvent: true }));
        assert.deepEqual(texts(one, 'one'), ['in other words']);
        for (let n = 0; n < 40; n++) two.append(logEntry('flaps', { nodeId: 'n2' }));
        bench.clock.advanceSync(11_000);
        assert.deepEqual(texts(one, 'one'), ['in other words']);
        assert.match(texts(one, 'two')[0]!, /flapping/);
    });

    it('has entries of an earlier version under all, and under the only site; not under one of several', () => {
        open('one').close();
        bench.closeAll();
        rmSync(bench.file);
        const old = new Connection(new DatabaseSync(bench.file));
        migrate(old, bench.file, BEFORE_SITES);
        old.run("INSERT INTO log (at, kind, level, source, text) VALUES (1, 'log', 'info', 'UPS 1', 'old')", []);
        old.close();
        const one = open('one');
        one.append(logEntry('new'));
        assert.deepEqual(texts(one), ['new', 'old']);
        assert.deepEqual(texts(one, 'one'), ['new', 'old'], 'nobody else uses it');
        const two = open('two');
        assert.deepEqual(texts(one, 'one'), ['new']);
        assert.deepEqual(texts(two, 'two'), []);
        assert.deepEqual(texts(two), ['new', 'old']);
        two.close();
        // In a deploy the old and the new node of a site have it open.
        open('one');
        assert.deepEqual(texts(one, 'one'), ['new', 'old']);
    });

    it('keeps the sites when the disk was away for a while', () => {
        const [one, two] = [open('one'), open('two')];
        one.append(logEntry('before'));
        limitPages(one, 0);
        for (let n = 0; bench.codes.length < 2 && n < 5000; n++) two.append(logEntry('x'.repeat(900)));
        assert.equal(one.mode, 'memory');
        one.append(logEntry('meanwhile'));
        bench.clock.advanceSync(120_000);
        assert.equal(one.mode, 'disk');
        assert.deepEqual(texts(one, 'one'), ['meanwhile', 'before']);
    });
});
