import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import type { NewLogEntry } from '../../../lib/core/journal/event-log';
import type { EpisodeQuery, Store } from '../../../lib/store';
import { Connection } from '../../../lib/store/connection';
import { MIGRATIONS, migrate } from '../../../lib/store/migrations';
import { MOST_EPISODES } from '../../../lib/store/episode-table';
import { Bench, connectionOf, episode, limitPages, logEntry } from './support';

const MINUTE = 60_000;
const HOUR = 3_600_000;
const DAY = 86_400_000;

describe('store: episodes', function () {
    this.timeout(20_000);
    let bench: Bench;
    let store: Store;
    let began: number;
    beforeEach(() => {
        bench = new Bench();
        store = bench.open();
        began = bench.clock.now();
    });
    afterEach(() => bench.dispose());

    const named = (id: string, at = bench.clock.now()) => `${id}:power-fail:${at}:x`;
    const log = (changes: Partial<NewLogEntry>) =>
        store.append(logEntry('…', { at: bench.clock.now(), eventId: 'power-fail', ...changes }));
    /** As a source does: journal and log in one transaction. */
    const edge = (name: string, active: boolean, changes: Partial<NewLogEntry> = {}, agoMs = 0) =>
        store.transaction(() => {
            const now = bench.clock.now();
            const sourceId = changes.nodeId ?? 'u1';
            const eventId = changes.eventId ?? 'power-fail';
            if (active) store.saveEpisode(episode(name, { sourceId, eventId, since: now - agoMs }));
            else store.endEpisode(name, now);
            log({
                kind: 'event',
                level: active ? 'alarm' : 'info',
                source: 'UPS 1',
                nodeId: 'u1',
                episode: name,
                active,
                ...changes,
            });
        });
    const list = (query: EpisodeQuery = {}) => store.episodes(query).map((view) => view.episode);

    it('say since when, until when, and what came of it', () => {
        const name = named('u1');
        edge(name, true, {}, 2000);
        const running = store.episode(name)!;
        assert.deepEqual(running, {
            episode: name,
            sourceId: 'u1',
            sourceName: 'UPS 1',
            eventId: 'power-fail',
            level: 'alarm',
            since: began - 2000,
            entries: 1,
            failures: 0,
        });
        bench.clock.advanceSync(MINUTE);
        log({ kind: 'job', level: 'error', nodeId: 'j1', episode: name, active: true });
        log({ kind: 'job', level: 'error', nodeId: 'j1', episode: name, active: true, detail: { test: true } });
        edge(name, false);
        log({ kind: 'job', nodeId: 'j1', episode: name, active: false });
        const over = bench.reopen().episode(name)!;
        assert.deepEqual([over.endedAt, over.entries, over.failures], [began + MINUTE, 5, 1], 'a test is no failure');
    });

    it('are read page by page, by source, event and time', () => {
        for (let n = 0; n < 25; n++) {
            const id = n % 2 ? 'u2' : 'u1';
            edge(named(id), true, { nodeId: id, eventId: n % 5 ? 'power-fail' : 'overload' });
            const begun = named(id);
            bench.clock.advanceSync(MINUTE);
            edge(begun, false, { nodeId: id });
        }
        const seen: string[] = [];
        for (let before: EpisodeQuery['before']; ;) {
            const page = store.episodes({ limit: 7, before });
            if (!page.length) break;
            seen.push(...page.map((view) => view.episode));
            before = page.at(-1);
        }
        assert.deepEqual(seen, list());
        assert.equal(new Set(seen).size, 25);
        assert.equal(seen[0], named('u1', began + 24 * MINUTE), 'the latest first');
        assert.equal(list({ sourceId: 'u2' }).length, 12);
        assert.equal(list({ eventId: 'overload' }).length, 5);
        assert.deepEqual(list({ episode: seen[3] }), [seen[3]]);
        assert.deepEqual(
            list({ from: began + 10.5 * MINUTE, to: began + 11.5 * MINUTE }),
            [named('u2', began + 11 * MINUTE), named('u1', began + 10 * MINUTE)],
            'what lasted into that time',
        );
    });

    it('are known when the journal has forgotten them, and the log their entries', () => {
        store = bench.reopen({ logEntries: 100 });
        const name = named('u1');
        edge(name, true);
        bench.clock.advanceSync(MINUTE);
        log({ kind: 'job', level: 'error', nodeId: 'j1', episode: name });
        edge(name, false);
        bench.clock.jumpWall(8 * DAY);
        bench.clock.advanceSync(HOUR);
        for (let n = 0; n < 400; n++) log({ kind: 'event', level: 'alarm', eventId: 'x', nodeId: undefined });
        assert.equal(connectionOf(store).get('SELECT count(*) AS n FROM episodes').n, 0, 'the journal has none');
        const { entries, failures, endedAt } = store.episode(name)!;
        assert.deepEqual({ entries, failures, endedAt }, { entries: 0, failures: 1, endedAt: began + MINUTE });
    });

    it('are those of both when the disk was away for a while', () => {
        const before = named('u1');
        edge(before, true);
        limitPages(store, 0);
        for (let n = 0; bench.codes.length < 2 && n < 5000; n++) log({ text: 'x'.repeat(900) });
        assert.equal(store.mode, 'memory');
        bench.clock.advanceSync(MINUTE / 2);
        log({ kind: 'job', level: 'error', nodeId: 'j1', episode: before });
        edge(before, false);
        const during = named('u2');
        edge(during, true, { nodeId: 'u2' });
        bench.clock.advanceSync(2 * MINUTE);
        assert.equal(store.mode, 'disk');
        store = bench.reopen();
        assert.deepEqual(list(), [during, before]);
        assert.deepEqual(
            [store.episode(before)?.endedAt, store.episode(before)?.failures, store.episode(during)?.endedAt],
            [began + MINUTE / 2, 1, undefined],
        );
    });

    it('end when the source begins the event anew, or when a unit ends it without a word', () => {
        edge('u1:power-fail:1:a', true);
        bench.clock.advanceSync(MINUTE);
        edge('u1:power-fail:2:b', true);
        assert.equal(store.episode('u1:power-fail:1:a')?.endedAt, began + MINUTE);
        bench.clock.advanceSync(MINUTE);
        store.endEpisode('u1:power-fail:2:b', bench.clock.now());
        assert.equal(store.episode('u1:power-fail:2:b')?.endedAt, began + 2 * MINUTE);
    });

    it('last as long as was counted, though the wall clock was set back, or ahead, in the middle', () => {
        for (const step of [-HOUR, HOUR]) {
            const name = named(`u${step}`);
            const onset = bench.clock.now();
            edge(name, true, { nodeId: `u${step}` });
            bench.clock.advanceSync(10 * MINUTE);
            bench.clock.jumpWall(step);
            bench.clock.advanceSync(20 * MINUTE);
            // The entry of the edge comes first or last: either is right.
            if (step > 0) edge(name, false);
            store.endEpisode(name, bench.clock.now(), 30 * MINUTE);
            if (step < 0) edge(name, false);
            const { since, endedAt, lastedMs } = store.episode(name)!;
            assert.deepEqual([since, endedAt! - since, lastedMs], [onset, 30 * MINUTE + step, 30 * MINUTE]);
            assert.deepEqual(list({ sourceId: `u${step}`, from: onset, to: onset + 1 }), [name]);
            assert.equal(bench.reopen().episode(name)?.lastedMs, 30 * MINUTE);
            store = bench.reopen();
        }
    });

    it('of a contact that flaps are counted singly although the log folds them, and do not fill the store', () => {
        edge(named('u9'), true, { nodeId: 'u9' });
        const first = named('u9');
        for (let n = 0; n < MOST_EPISODES + 500; n++) {
            const name = `u1:power-fail:${n}:x`;
            edge(name, true);
            bench.clock.advanceSync(1);
            edge(name, false);
            bench.clock.advanceSync(1);
        }
        assert.equal(list({ sourceId: 'u1', limit: 100 }).length, 100);
        const kept = store.episodes({ sourceId: 'u1', limit: 10_000 }).length;
        assert.ok(kept >= MOST_EPISODES && kept < MOST_EPISODES + 64, `${kept} kept`);
        assert.ok(store.episode(first), 'those of others stay');
    });

    it('that an earlier version has logged are taken over, with their ends and failures', () => {
        bench.closeAll();
        rmSync(bench.file);
        const old = new Connection(new DatabaseSync(bench.file));
        migrate(old, bench.file, MIGRATIONS.slice(0, 2));
        const write = (at: number, changes: Partial<NewLogEntry>) =>
            old.run(
                `INSERT INTO log (at, kind, level, source, text, event_id, episode, active, node_id)
                 VALUES (?, ?, ?, 'UPS 1', '…', 'power-fail', ?, ?, 'u1')`,
                [at, changes.kind ?? 'event', changes.level ?? 'alarm', changes.episode, changes.active],
            );
        const since = (name: string, onset: number) =>
            old.run(
                `INSERT INTO episodes (episode, source_id, event_id, since, elapsed_ms, elapsed_at)
                 VALUES (?, 'u1', 'power-fail', ?, 0, 0)`,
                [name, onset],
            );
        write(1000, { episode: 'ended', active: true });
        write(1500, { episode: 'ended', active: true, kind: 'job', level: 'error' });
        write(2000, { episode: 'ended', active: false, level: 'info' });
        write(3000, { episode: 'end pruned', active: true });
        write(3100, { episode: 'end pruned', active: true, kind: 'job', level: 'info' });
        since('goes on', 3900);
        write(4000, { episode: 'goes on', active: true });
        old.close();
        store = bench.open();
        assert.deepEqual(
            store
                .episodes()
                .map(({ episode, since, endedAt, entries, failures }) => [episode, since, endedAt, entries, failures]),
            [
                ['goes on', 3900, undefined, 1, 0],
                ['end pruned', 3000, 3900, 2, 0],
                ['ended', 1000, 2000, 3, 1],
            ],
        );
        assert.deepEqual(
            store.logEntries({ episode: 'ended' }).map(({ at }) => at),
            [2000, 1500, 1000],
        );
    });

    it('go after five years', () => {
        const name = named('u1');
        edge(name, true);
        edge(name, false);
        const running = named('u2');
        edge(running, true, { nodeId: 'u2' });
        bench.clock.advanceSync(HOUR + 2 * MINUTE);
        bench.clock.jumpWall(1820 * DAY);
        bench.clock.advanceSync(3 * HOUR);
        assert.ok(store.episode(name));
        bench.clock.jumpWall(10 * DAY);
        bench.clock.advanceSync(3 * HOUR);
        assert.deepEqual(list(), [running], 'one that has not ended stays');
    });
});
