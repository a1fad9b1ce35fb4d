import assert from 'node:assert/strict';
import { Connection } from '../../../lib/store/connection';
import { Database } from '../../../lib/store/database';
import { migrate, MIGRATIONS, TABLES } from '../../../lib/store/migrations';
import { pruneJournal } from '../../../lib/store/retention';
import { SqliteJournal } from '../../../lib/store/sqlite-journal';
import { WalFlusher } from '../../../lib/store/wal-flusher';
import { FakeClock } from '../../support/fake-clock';
import { Bench, episode, message } from './support';

const DAY = 86_400_000;

describe('store: migrations', () => {
    it('bring a file of every earlier version to the newest, once', () => {
        const steps = ['CREATE TABLE a (x)', 'ALTER TABLE a ADD COLUMN y', 'CREATE TABLE b (z)'];
        for (let version = 0; version <= steps.length; version++) {
            const connection = Connection.inMemory();
            migrate(connection, 'f', steps.slice(0, version));
            if (version > 0) connection.run('INSERT INTO a (x) VALUES (7)');
            migrate(connection, 'f', steps);
            migrate(connection, 'f', steps);
            assert.equal(connection.get('PRAGMA user_version')?.user_version, 3);
            assert.deepEqual(connection.all('SELECT x, y FROM a').length, version > 0 ? 1 : 0);
        }
    });

    it('leave a file as it was when a step fails', () => {
        const connection = Connection.inMemory();
        migrate(connection, 'f', ['CREATE TABLE a (x)']);
        assert.throws(() => migrate(connection, 'f', ['CREATE TABLE a (x)', 'CREATE TABLE b (y); CREATE TABLE a (x)']));
        connection.exec('ROLLBACK');
        assert.equal(connection.get('PRAGMA user_version')?.user_version, 1);
        assert.equal(connection.get("SELECT name FROM sqlite_schema WHERE name = 'b'"), undefined);
    });

    it('and the list of columns agree', () => {
        const connection = Connection.inMemory();
        migrate(connection, 'f', MIGRATIONS);
        for (const [table, columns] of Object.entries(TABLES)) {
            const actual = connection.all(`PRAGMA table_info(${table})`).map(({ name }) => name);
            assert.deepEqual(actual, columns, table);
        }
    });
});

describe('store: retention of the journal', () => {
    const connection = () => {
        const memory = Connection.inMemory();
        migrate(memory, 'f');
        return memory;
    };
    const open = () => {
        const db = new Database(
            connection(),
            (_, error) => {
                throw error;
            },
            () => {},
        );
        return { db, journal: new SqliteJournal(db) };
    };

    it('forgets a settled past after a week, and nothing before', () => {
        const { db, journal } = open();
        journal.saveEpisode(episode('e1'));
        journal.endEpisode('e1', DAY);
        journal.saveDelivery({ nodeId: 's', key: 'k', message: message('e1'), at: DAY });
        journal.settleDelivery('s', 'k');
        journal.beginJob({ nodeId: 'n', key: 'k', message: message('e1'), at: DAY });
        journal.finishJob('n', 'k', DAY);
        pruneJournal(db, 7.9 * DAY, 7);
        assert.ok(journal.hasDelivery('s', 'k'));
        pruneJournal(db, 8.1 * DAY, 7);
        assert.ok(!journal.hasDelivery('s', 'k'));
        assert.equal(journal.beginJob({ nodeId: 'n', key: 'k', message: message('e1'), at: DAY }), 'new');
        assert.equal(db.get('SELECT count(*) AS n FROM episodes')?.n, 0);
    });

    it('keeps for years what an open episode, a timing or an unsettled delivery still needs', () => {
        const { db, journal } = open();
        const done = (name: string) => {
            journal.beginJob({ nodeId: 'n', key: name, message: message(name), at: 1 });
            journal.finishJob('n', name, 2);
        };
        journal.saveEpisode(episode('open'));
        const timing = { fired: 1, lastFiredMs: 0, elapsedMs: 0, elapsedAt: 0 };
        journal.saveTiming({ nodeId: 't', episode: 'timed', message: message('timed'), ...timing });
        journal.saveDelivery({ nodeId: 's', key: 'under way', message: message('under way'), at: 1 });
        journal.saveDelivery({ nodeId: 's', key: 'open', message: message('open'), at: 1 });
        journal.settleDelivery('s', 'open');
        ['open', 'timed', 'under way', 'over'].forEach(done);
        journal.beginJob({ nodeId: 'n', key: 'unfinished', message: message('over'), at: 1 });
        pruneJournal(db, 4000 * DAY, 7);
        const states = ['open', 'timed', 'under way', 'unfinished', 'over'].map((key) =>
            journal.beginJob({ nodeId: 'n', key, message: message(key), at: 3 }),
        );
        assert.deepEqual(states, ['done', 'done', 'done', 'interrupted', 'new']);
        assert.ok(journal.hasDelivery('s', 'open'));
    });

    it('keeps of an event that lasts for months with a reminder each hour the first, the last and those of a week', () => {
        const { db, journal } = open();
        journal.saveEpisode(episode('open'));
        const hours = 24 * 60;
        for (let hour = 0; hour < hours; hour++) {
            const record = { nodeId: 'n', key: `open|on|t#${hour}`, message: message('open'), at: hour * (DAY / 24) };
            journal.saveDelivery(record);
            journal.settleDelivery('n', record.key);
            journal.beginJob(record);
            journal.finishJob('n', record.key, record.at);
        }
        const now = hours * (DAY / 24);
        while (pruneJournal(db, now, 7));
        const count = (table: string) => Number(db.get(`SELECT count(*) AS n FROM ${table}`)?.n);
        assert.deepEqual([count('deliveries'), count('jobs')], [24 * 7 + 1, 24 * 7 + 1]);
        assert.ok(journal.hasDelivery('n', 'open|on|t#0'));
        while (pruneJournal(db, now + 100 * DAY, 7));
        assert.deepEqual([count('deliveries'), count('jobs')], [2, 2]);
        assert.ok(journal.hasDelivery('n', `open|on|t#${hours - 1}`));
        const key = `open|on|t#${hours - 1}`;
        assert.equal(journal.beginJob({ nodeId: 'n', key, message: message('open'), at: now }), 'done');
    });

    it('works in steps, and bounds what was never finished by number', () => {
        const { db, journal } = open();
        for (let n = 0; n < 500; n++) {
            journal.beginJob({ nodeId: 'n', key: `k${n}`, message: message('e'), at: 1 });
            if (n < 450) journal.finishJob('n', `k${n}`, 2);
        }
        const left = () => db.get('SELECT count(*) AS n FROM jobs')?.n;
        assert.equal(pruneJournal(db, 100 * DAY, 7, 20), true);
        assert.equal(left(), 500 - 200 - 30);
        assert.equal(pruneJournal(db, 100 * DAY, 7, 20), true);
        assert.equal(pruneJournal(db, 100 * DAY, 7, 20), false);
        assert.equal(left(), 20);
        assert.equal(journal.interruptedJobs('n').at(-1)?.key, 'k499');
    });

    it('comes about by itself, a minute after the start and then hourly', () => {
        const bench = new Bench();
        try {
            const store = bench.open();
            const old = () => store.beginJob({ nodeId: 'n', key: 'k', message: message('e'), at: 1 });
            old();
            store.finishJob('n', 'k', 1);
            bench.clock.advanceSync(59_000);
            assert.equal(old(), 'done');
            bench.clock.advanceSync(2_000);
            assert.equal(old(), 'new');
            store.finishJob('n', 'k', 1);
            bench.clock.advanceSync(3_600_000);
            assert.equal(old(), 'new');
        } finally {
            bench.dispose();
        }
    });
});

describe('store: flushing to the disk', () => {
    it('gathers what is committed within a moment, and reports a failure', async () => {
        const bench = new Bench();
        try {
            const clock = new FakeClock();
            const errors: unknown[] = [];
            const flusher = new WalFlusher(bench.file, clock, (error) => errors.push(error));
            flusher.touch();
            flusher.touch();
            assert.equal(clock.pending, 1);
            await flusher.flush();
            assert.equal((errors[0] as NodeJS.ErrnoException).code, 'ENOENT');
            await flusher.flush();
            assert.equal(errors.length, 1, 'nothing new to flush');
            flusher.touch();
            flusher.close();
            assert.equal(clock.pending, 0);
        } finally {
            bench.dispose();
        }
    });

    it('is waited for by flush, and schedules nothing once closed', async () => {
        const bench = new Bench();
        try {
            const store = bench.open();
            store.setValue('o', 'n', 1);
            await store.flush();
            store.setValue('o', 'n', 2);
            bench.clock.advanceSync(200);
            bench.closeAll();
            await store.flush();
            assert.deepEqual(bench.codes, []);
            assert.equal(bench.clock.pending, 0);
        } finally {
            bench.dispose();
        }
    });
});

describe('store: mail queue', () => {
    it('survives a restart, in the order of due times', () => {
        const bench = new Bench();
        try {
            let { mailQueue } = bench.open();
            const later = mailQueue.enqueue({ account: 'a', at: 5, due: 50, payload: { subject: 'later' } });
            const first = mailQueue.enqueue({ id: 'm1', account: 'a', at: 6, payload: { subject: 'first' } });
            mailQueue.enqueue({ account: 'b', at: 1, payload: 'other' });
            mailQueue.update('m1', { attempts: 2, lastError: 'refused', due: 9 });
            mailQueue.update('gone', { attempts: 1 });
            ({ mailQueue } = bench.reopen());
            const updated = { ...first, attempts: 2, lastError: 'refused', due: 9 };
            assert.deepEqual(mailQueue.list({ account: 'a' }), [updated, later]);
            assert.deepEqual(mailQueue.list({ account: 'a', dueBy: 10 }), [updated]);
            mailQueue.update(later.id, { state: 'failed' });
            assert.deepEqual(
                mailQueue.list({ state: 'failed' }).map(({ payload }) => payload),
                [{ subject: 'later' }],
            );
            mailQueue.remove('m1');
            assert.deepEqual(mailQueue.list({ account: 'a' }).length, 1);
        } finally {
            bench.dispose();
        }
    });
});
