import type { Access } from './database';

const DAY_MS = 86_400_000;
const STEP = 200;

/**
 * Unfinished work has no age limit: a wall clock that was wrong by years must not make the jobs of an outage look old. Records of nodes
 * that no longer exist are limited by number instead.
 */
const MAX_UNFINISHED = 10_000;

/** For each node so many of the newest settled deliveries and finished jobs are kept, for each source so many ended episodes. */
const MOST_SETTLED = 500;
/** Rows per step for repeats: those of each second must be deleted as fast as they come. */
const REPEATS_STEP = 2000;

const OPEN = 'episode IN (SELECT episode FROM episodes WHERE ended_at IS NULL)';
const TIMED = 'episode IN (SELECT episode FROM timings)';
const ON_ITS_WAY = 'key IN (SELECT key FROM deliveries WHERE settled = 0)';
const NOT_NEEDED = `(episode IS NULL OR NOT (${OPEN} OR ${TIMED})) AND NOT ${ON_ITS_WAY}`;

/** Condition for the repeats of an event that lasts for months: for each node the first and the last stay until it ends. */
function repeats(table: 'deliveries' | 'jobs'): string {
    // Compares the key, which begins with the episode: there is an index for it.
    const same = `other.node_id = ${table}.node_id AND other.key BETWEEN ${table}.episode || '|' AND ${table}.episode || '}'`;
    const [earlier, later] = ['<', '>'].map(
        (than) => `EXISTS (SELECT 1 FROM ${table} AS other WHERE ${same} AND other.id ${than} ${table}.id)`,
    );
    return `(${OPEN} OR ${TIMED}) AND NOT ${ON_ITS_WAY} AND ${earlier} AND ${later}`;
}

/** Condition for rows beyond the newest `MOST_SETTLED` of a node that are not needed to recognise open deliveries. */
function surplusOf(table: 'deliveries' | 'jobs', settled: string): string {
    const numbered = `SELECT id, row_number() OVER (PARTITION BY node_id ORDER BY id DESC) AS n FROM ${table} WHERE ${settled}`;
    const older = `id IN (SELECT id FROM (${numbered}) WHERE n > ${MOST_SETTLED})`;
    return `${older} AND (${NOT_NEEDED} OR (${repeats(table)}))`;
}

const OLD_EPISODES = `rowid IN (SELECT id FROM (
    SELECT rowid AS id, row_number() OVER (PARTITION BY source_id ORDER BY rowid DESC) AS n FROM episodes WHERE ended_at IS NOT NULL
) WHERE n > ${MOST_SETTLED})`;

/** Tables and conditions of rows that are deleted because of their number, whatever their age. */
const TOO_MANY = [
    ['deliveries', surplusOf('deliveries', 'settled = 1')],
    ['jobs', surplusOf('jobs', 'finished_at IS NOT NULL')],
    ['episodes', OLD_EPISODES],
] as const;

/** Tables and conditions of rows that may be deleted; `?` is the time before which settled records are forgotten. */
const SETTLED_PAST = [
    ['timings', 'episode IN (SELECT episode FROM episodes WHERE ended_at < ?)'],
    ['deliveries', `settled = 1 AND at < ? AND ${NOT_NEEDED}`],
    ['jobs', `finished_at < ? AND ${NOT_NEEDED}`],
    ['deliveries', `settled = 1 AND at < ? AND ${repeats('deliveries')}`],
    ['jobs', `finished_at < ? AND ${repeats('jobs')}`],
    ['episodes', 'ended_at < ?'],
] as const;

const SURPLUS = [
    ['deliveries', 'settled = 0'],
    ['jobs', 'finished_at IS NULL'],
] as const;

/**
 * Deletes at most one step of old settled records in each journal table. Records of an open episode, or of a delivery that is not settled,
 * are kept whatever their age (of repeats the first and the last): after a restart they show that a job has been done.
 * @param now epoch ms
 * @returns whether there may be more to delete
 */
export function pruneJournal(db: Access, now: number, days: number, maxUnfinished = MAX_UNFINISHED): boolean {
    const counts = db.transaction(() => [
        ...SETTLED_PAST.map(([table, condition]) => {
            const rows = `SELECT rowid FROM ${table} WHERE ${condition} LIMIT ${STEP}`;
            return db.write(`DELETE FROM ${table} WHERE rowid IN (${rows})`, [now - days * DAY_MS]).changes;
        }),
        ...TOO_MANY.map(([table, condition]) => {
            const rows = `SELECT rowid FROM ${table} WHERE ${condition} LIMIT ${REPEATS_STEP}`;
            return Math.floor(db.write(`DELETE FROM ${table} WHERE rowid IN (${rows})`).changes / REPEATS_STEP) * STEP;
        }),
        ...SURPLUS.map(([table, condition]) => {
            const newest = `SELECT id FROM ${table} WHERE ${condition} ORDER BY id DESC LIMIT ${STEP} OFFSET ?`;
            return db.write(`DELETE FROM ${table} WHERE id IN (${newest})`, [maxUnfinished]).changes;
        }),
    ]);
    return counts.some((count) => count === STEP);
}
