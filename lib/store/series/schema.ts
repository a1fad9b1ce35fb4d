/**
 * The schema, step by step, as that of the journal: `PRAGMA user_version` is the number of steps that a file has had.
 *
 * Times are whole seconds since 1970. An owner's quantities are divided among `part`s of a few dozen, so that packing a part takes only
 * milliseconds; each sample is one row in `live` per part. `packed` says up to which id the live rows of a block are in it already: they are
 * deleted in small steps. What an owner has before `cut` is being deleted, and counts no more.
 *
 * The numbered values of a battery (thousands) are sampled together in one row of a `sheet`: a part without quantities, in which each of its parts has a
 * `place`. `part.tier` is the tier of its live rows. The rows of a `discharge` are packed by the dozens in `discharge_block`, `upto` being the last time in it.
 */
export const SERIES_MIGRATIONS: readonly string[] = [
    `
    CREATE TABLE owner (
        id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, name TEXT NOT NULL, fine_days REAL NOT NULL,
        quarter_days REAL NOT NULL, hour_days REAL NOT NULL, recording_days REAL NOT NULL, cut INTEGER);
    CREATE TABLE part (id INTEGER PRIMARY KEY, owner INTEGER NOT NULL);
    CREATE TABLE series (
        id INTEGER PRIMARY KEY, part INTEGER NOT NULL, col INTEGER NOT NULL, quantity TEXT NOT NULL, unit TEXT NOT NULL,
        kind TEXT NOT NULL, decimals INTEGER NOT NULL, states TEXT, UNIQUE (part, col));

    CREATE TABLE live (
        id INTEGER PRIMARY KEY AUTOINCREMENT, part INTEGER NOT NULL, tier INTEGER NOT NULL, at INTEGER NOT NULL, data BLOB NOT NULL);
    CREATE INDEX live_key ON live (part, tier, at);
    CREATE TABLE packed (
        part INTEGER NOT NULL, tier INTEGER NOT NULL, slot INTEGER NOT NULL, upto INTEGER NOT NULL, PRIMARY KEY (part, tier, slot));

    CREATE TABLE block (
        id INTEGER PRIMARY KEY, tier INTEGER NOT NULL, series INTEGER NOT NULL, slot INTEGER NOT NULL, n INTEGER NOT NULL,
        data BLOB NOT NULL);
    CREATE UNIQUE INDEX block_key ON block (tier, series, slot);

    CREATE TABLE recording (
        id INTEGER PRIMARY KEY, owner INTEGER NOT NULL, from_at INTEGER NOT NULL, to_at INTEGER, why TEXT NOT NULL, episode TEXT);
    CREATE INDEX recording_owner ON recording (owner, from_at);

    CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL);
    `,
    // Batteries of many blocks: values that are sampled together, and the curves of discharges. Times of discharges are ms.
    `
    ALTER TABLE part ADD COLUMN sheet INTEGER;
    ALTER TABLE part ADD COLUMN place INTEGER;
    ALTER TABLE part ADD COLUMN tier INTEGER NOT NULL DEFAULT 0;

    CREATE TABLE discharge (
        id INTEGER PRIMARY KEY, owner INTEGER NOT NULL, key TEXT NOT NULL, onset INTEGER NOT NULL, ended INTEGER, complete INTEGER NOT NULL,
        record TEXT NOT NULL, UNIQUE (owner, key));
    CREATE TABLE discharge_row (
        id INTEGER PRIMARY KEY, discharge INTEGER NOT NULL, at INTEGER NOT NULL, data BLOB NOT NULL, UNIQUE (discharge, at));
    CREATE TABLE discharge_block (
        id INTEGER PRIMARY KEY, discharge INTEGER NOT NULL, at INTEGER NOT NULL, upto INTEGER NOT NULL, n INTEGER NOT NULL, data BLOB NOT NULL,
        UNIQUE (discharge, at));
    `,
];

/** The columns of each table, in order: what is looked for when a file is opened, and saved from a damaged one. */
export const SERIES_TABLES = {
    owner: ['id', 'key', 'name', 'fine_days', 'quarter_days', 'hour_days', 'recording_days', 'cut'],
    part: ['id', 'owner', 'sheet', 'place', 'tier'],
    series: ['id', 'part', 'col', 'quantity', 'unit', 'kind', 'decimals', 'states'],
    recording: ['id', 'owner', 'from_at', 'to_at', 'why', 'episode'],
    packed: ['part', 'tier', 'slot', 'upto'],
    meta: ['name', 'value'],
    live: ['id', 'part', 'tier', 'at', 'data'],
    block: ['id', 'tier', 'series', 'slot', 'n', 'data'],
    discharge: ['id', 'owner', 'key', 'onset', 'ended', 'complete', 'record'],
    discharge_row: ['id', 'discharge', 'at', 'data'],
    discharge_block: ['id', 'discharge', 'at', 'upto', 'n', 'data'],
} as const satisfies Record<string, readonly string[]>;

export type SeriesTableName = keyof typeof SERIES_TABLES;
