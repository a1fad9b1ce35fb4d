import { UpsError } from '../core/errors';
import { said } from '../core/language/sentence';
import type { Connection } from './connection';

/**
 * The schema, step by step; `PRAGMA user_version` is the number of steps that a file has had. Steps are never changed after their release:
 * a change is a new step at the end. All tables are rowid tables, so that a damaged one can be read from both ends.
 */
export const MIGRATIONS: readonly string[] = [
    `
    CREATE TABLE episodes (
        episode TEXT PRIMARY KEY, source_id TEXT NOT NULL, event_id TEXT NOT NULL, since REAL NOT NULL,
        elapsed_ms REAL NOT NULL, elapsed_at REAL NOT NULL, ended_at REAL);
    CREATE INDEX episodes_open ON episodes (source_id) WHERE ended_at IS NULL;

    CREATE TABLE deliveries (
        id INTEGER PRIMARY KEY AUTOINCREMENT, node_id TEXT NOT NULL, key TEXT NOT NULL, episode TEXT,
        message TEXT NOT NULL, at REAL NOT NULL, settled INTEGER NOT NULL DEFAULT 0, UNIQUE (node_id, key));
    CREATE INDEX deliveries_unsettled ON deliveries (node_id) WHERE settled = 0;

    CREATE TABLE timings (
        node_id TEXT NOT NULL, episode TEXT NOT NULL, message TEXT NOT NULL, fired INTEGER NOT NULL,
        last_fired_ms REAL NOT NULL, elapsed_ms REAL NOT NULL, elapsed_at REAL NOT NULL, PRIMARY KEY (node_id, episode));

    CREATE TABLE jobs (
        id INTEGER PRIMARY KEY AUTOINCREMENT, node_id TEXT NOT NULL, key TEXT NOT NULL, episode TEXT,
        message TEXT NOT NULL, progress TEXT, at REAL NOT NULL, finished_at REAL, UNIQUE (node_id, key));
    CREATE INDEX jobs_interrupted ON jobs (node_id) WHERE finished_at IS NULL;

    CREATE TABLE owner_values (
        owner TEXT NOT NULL, name TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY (owner, name));

    CREATE TABLE mails (
        id TEXT PRIMARY KEY, account TEXT NOT NULL, at REAL NOT NULL, due REAL NOT NULL, attempts INTEGER NOT NULL,
        last_error TEXT, state TEXT NOT NULL, payload TEXT NOT NULL);
    CREATE INDEX mails_due ON mails (account, due);

    CREATE TABLE log (
        id INTEGER PRIMARY KEY AUTOINCREMENT, at REAL NOT NULL, kind TEXT NOT NULL, level TEXT NOT NULL,
        source TEXT NOT NULL, text TEXT NOT NULL, event_id TEXT, episode TEXT, active INTEGER, node_id TEXT,
        dry_run INTEGER, detail TEXT);

    CREATE TABLE data (
        id INTEGER PRIMARY KEY AUTOINCREMENT, at REAL NOT NULL, source_id TEXT NOT NULL, name TEXT NOT NULL,
        status TEXT NOT NULL);
    CREATE INDEX data_source ON data (source_id, at);
    `,
    // Also stores elapsed times as time since the boot: the wall clock may be set while nothing runs.
    `
    ALTER TABLE episodes ADD COLUMN boot TEXT;
    ALTER TABLE episodes ADD COLUMN up REAL;
    ALTER TABLE timings ADD COLUMN boot TEXT;
    ALTER TABLE timings ADD COLUMN up REAL;
    CREATE INDEX log_important ON log (id) WHERE kind = 'event' OR level IN ('alarm', 'error');
    CREATE INDEX log_chatter ON log (id) WHERE NOT (kind = 'event' OR level IN ('alarm', 'error'));
    `,
    // The log is read by time and by episode; episodes outlive their entries. Those that the log knows are taken over.
    `
    CREATE INDEX log_at ON log (at);
    CREATE INDEX log_episode ON log (episode, at) WHERE episode IS NOT NULL;
    CREATE TABLE episode_log (
        episode TEXT PRIMARY KEY, source_id TEXT NOT NULL, source TEXT NOT NULL, event_id TEXT NOT NULL,
        level TEXT NOT NULL, since REAL NOT NULL, ended_at REAL, failures INTEGER NOT NULL DEFAULT 0);
    CREATE INDEX episode_log_since ON episode_log (since, episode);
    CREATE INDEX episode_log_source ON episode_log (source_id, event_id, since);
    INSERT INTO episode_log (episode, source_id, source, event_id, level, since, ended_at, failures)
        SELECT begun.episode, begun.node_id, begun.source, begun.event_id, begun.level,
            coalesce(journal.since, min(begun.at)),
            coalesce(journal.ended_at,
                (SELECT max(at) FROM log AS over WHERE over.episode = begun.episode AND over.kind = 'event' AND over.active = 0)),
            (SELECT count(*) FROM log AS failed WHERE failed.episode = begun.episode AND failed.level = 'error')
        FROM log AS begun LEFT JOIN episodes AS journal ON journal.episode = begun.episode
        WHERE begun.kind = 'event' AND begun.active = 1 AND begun.episode IS NOT NULL AND begun.event_id IS NOT NULL
            AND begun.node_id IS NOT NULL
        GROUP BY begun.episode;
    UPDATE episode_log SET ended_at = coalesce(
            (SELECT min(later.since) FROM episode_log AS later WHERE later.source_id = episode_log.source_id
                AND later.event_id = episode_log.event_id AND later.since > episode_log.since),
            (SELECT max(at) FROM log WHERE log.episode = episode_log.episode))
        WHERE ended_at IS NULL AND episode NOT IN (SELECT episode FROM episodes WHERE ended_at IS NULL);
    `,
    // Sites may share a directory: of earlier entries nobody knows the site. How long an episode lasted by count: the wall clock may be set in it.
    `
    ALTER TABLE log ADD COLUMN site TEXT;
    ALTER TABLE episode_log ADD COLUMN lasted_ms REAL;
    `,
];

/** The columns of each table, in order. They are salvaged, copied to memory when the disk fails, and copied back. */
export const TABLES = {
    episodes: ['episode', 'source_id', 'event_id', 'since', 'elapsed_ms', 'elapsed_at', 'ended_at', 'boot', 'up'],
    deliveries: ['id', 'node_id', 'key', 'episode', 'message', 'at', 'settled'],
    timings: ['node_id', 'episode', 'message', 'fired', 'last_fired_ms', 'elapsed_ms', 'elapsed_at', 'boot', 'up'],
    jobs: ['id', 'node_id', 'key', 'episode', 'message', 'progress', 'at', 'finished_at'],
    owner_values: ['owner', 'name', 'value'],
    mails: ['id', 'account', 'at', 'due', 'attempts', 'last_error', 'state', 'payload'],
    log: [
        'id',
        'at',
        'kind',
        'level',
        'source',
        'text',
        'event_id',
        'episode',
        'active',
        'node_id',
        'dry_run',
        'detail',
        'site',
    ],
    data: ['id', 'at', 'source_id', 'name', 'status'],
    episode_log: ['episode', 'source_id', 'source', 'event_id', 'level', 'since', 'ended_at', 'failures', 'lasted_ms'],
} as const satisfies Record<string, readonly string[]>;

export type Table = keyof typeof TABLES;

/** Tables whose `id` is the rowid. In all tables the rowid keeps the order of the rows. */
const NUMBERED: readonly Table[] = ['deliveries', 'jobs', 'log', 'data'];

/** The columns of a table, with the one that orders its rows: for copies that must keep the order. */
export function orderedColumns(table: Table): readonly string[] {
    return isNumbered(table) ? TABLES[table] : ['rowid', ...TABLES[table]];
}

export function isNumbered(table: Table): boolean {
    return NUMBERED.includes(table);
}

/** The tables that restart safety depends on; the logs are only for people. */
export const JOURNAL_TABLES: readonly Table[] = ['episodes', 'timings', 'deliveries', 'jobs', 'owner_values', 'mails'];
export const LOG_TABLES: readonly Table[] = ['log', 'data'];
/** What the log knows of each episode: a row is replaced by what is known later. */
export const EPISODE_LOG = 'episode_log' satisfies Table;

/**
 * Updates a database to the newest schema, each step in its own transaction.
 * @throws UpsError store-failed if a newer version of this package has written the file; the file is not changed
 */
export function migrate(connection: Connection, file: string, steps: readonly string[] = MIGRATIONS): void {
    const version = Number(connection.get('PRAGMA user_version')?.user_version ?? 0);
    if (version > steps.length) {
        const reason = said('store.newer', { schema: version, known: steps.length });
        throw new UpsError('store-failed', { file, reason });
    }
    for (let step = version; step < steps.length; step++) {
        connection.exec(`BEGIN; ${steps[step]}; PRAGMA user_version = ${step + 1}; COMMIT`);
    }
}
