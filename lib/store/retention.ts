import type { Access } from './database';

const DAY_MS = 86_400_000;
const STEP = 200;

/**
 * Unfinished work does not age: a wall clock that was wrong by years must not make an outage's jobs look old. What nodes that no longer
 * exist have left behind is bounded by number instead.
 */
const MAX_UNFINISHED = 10_000;

/** Of each node the newest so many settled deliveries and finished jobs, of each source the newest so many ended episodes. */
const MOST_SETTLED = 500;
/** What repeats each second must go as fast as it comes. */
const REPEATS_STEP = 2000;

const OPEN = 'episode IN (SELECT episode FROM episodes WHERE ended_at IS NULL)';
const TIMED = 'episode IN (SELECT episode FROM timings)';
const ON_ITS_WAY = 'key IN (SELECT key FROM deliveries WHERE settled = 0)';
const NOT_NEEDED = `(episode IS NULL OR NOT (${OPEN} OR ${TIMED})) AND NOT ${ON_ITS_WAY}`;

/** The repeats of an event that lasts for months: of each node the first and the last stay until it ends. */
function repeats(table: 'deliveries' | 'jobs'): string {
    // By the key, which begins with the episode: for that there is an index.
    const same = `other.node_id = ${table}.node_id AND other.key BETWEEN ${table}.episode || '|' AND ${table}.episode || '}'`;
    const [earlier, later] = ['<', '>'].map(
        (than) => `EXISTS (SELECT 1 FROM ${table} AS other WHERE ${same} AND other.id ${than} ${table}.id)`,
    );
    return `(${OPEN} OR ${TIMED}) AND NOT ${ON_ITS_WAY} AND ${earlier} AND ${later}`;
}

/** What is beyond the newest `MOST_SETTLED` of its node, and is not needed to recognise what is still open. */
function surplusOf(table: 'deliveries' | 'jobs', settled: string): string {
    const numbered = `SELECT id, row_number() OVER (PARTITION BY node_id ORDER BY id DESC) AS n FROM ${table} WHERE ${settled}`;
    const older = `id IN (SELECT id FROM (${numbered}) WHERE n > ${MOST_SETTLED})`;
    return `${older} AND (${NOT_NEEDED} OR (${repeats(table)}))`;
}

const OLD_EPISODES = `rowid IN (SELECT id FROM (
    SELECT rowid AS id, row_number() OVER (PARTITION BY source_id ORDER BY rowid DESC) AS n FROM episodes WHERE ended_at IS NOT NULL
) WHERE n > ${MOST_SETTLED})`;

/** Table and condition of what goes by number, however young it is: what flaps or repeats. */
const TOO_MANY = [
    ['deliveries', surplusOf('deliveries', 'settled = 1')],
    ['jobs', surplusOf('jobs', 'finished_at IS NOT NULL')],
    ['episodes', OLD_EPISODES],
] as const;

/** Table and condition of what may go; `?` is the time before which the settled past is forgotten. */
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
 * Deletes at most one step of each journal table's settled past. What belongs to an episode that is still open, or to a delivery
 * still under way, is kept however old it is (of its repeats the first and the last): after a restart it is what tells that a job has been done.
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
