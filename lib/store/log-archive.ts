import type { Clock } from '../core/clock';
import { Slices } from '../core/turns';
import type { Access } from './database';
import { EpisodeTable } from './episode-table';
import type { LogMonth } from './log-query';
import { monthName, type Months } from './months';

/** How many months of the log are active, the current one included, and how many more are kept as archives. */
export interface LogAge {
    activeMonths: number;
    archivedMonths: number;
}

const STEP = 256;
/** Entries that are counted in one step: about a millisecond. */
const COUNTED = 8000;
/** So long the wall clock must have run evenly before anything is deleted by age. */
const STEADY_MS = 3_600_000;
const JUMP_MS = 60_000;

/**
 * The months of the log. An archive is no copy: it is a month older than the active ones, in the same table.
 */
export class LogArchive {
    private offset: number | undefined;
    private steadySince = 0;

    /** @param age undefined: months are not limited, and none is an archive */
    constructor(
        private readonly clock: Clock,
        private readonly months: Months,
        private readonly age?: LogAge,
    ) {}

    /** Those that have entries, the latest first; counted in slices. */
    async all(db: Access, slices = new Slices()): Promise<LogMonth[]> {
        const current = this.months.of(this.clock.now());
        const found: LogMonth[] = [];
        let to: number | undefined;
        for (;;) {
            const newest =
                to === undefined
                    ? db.get('SELECT max(at) AS at FROM log')
                    : db.get('SELECT max(at) AS at FROM log WHERE at < ?', [to]);
            if (typeof newest?.at !== 'number') return found;
            const month = this.months.of(newest.at);
            const [from, next] = [this.months.start(month), this.months.start(month + 1)];
            found.push({
                month: monthName(month),
                from,
                to: next - 1,
                entries: await countBetween(db, from, next, slices),
                archived: this.age !== undefined && current - month >= this.age.activeMonths,
            });
            to = from;
            await slices.breathe();
        }
    }

    /**
     * Deletes at most one step of the months that are too old, and of episodes that are. A wall clock that has jumped deletes nothing until it has run evenly for an hour:
     * by then somebody, or a time server, has put it right. @returns whether there may be more to delete
     */
    prune(db: Access): boolean {
        if (!this.isSteady()) return false;
        const episodes = new EpisodeTable(db).pruneOld(this.clock.now());
        if (!this.age) return episodes > 0;
        const oldest = this.months.of(this.clock.now()) - this.age.activeMonths - this.age.archivedMonths + 1;
        const rows = `SELECT id FROM log WHERE at < ? ORDER BY at LIMIT ${STEP}`;
        const entries = db.write(`DELETE FROM log WHERE id IN (${rows})`, [this.months.start(oldest)]).changes;
        return episodes > 0 || entries > 0;
    }

    private isSteady(): boolean {
        const monotonic = this.clock.monotonic();
        const offset = this.clock.now() - monotonic;
        if (this.offset === undefined || Math.abs(offset - this.offset) > JUMP_MS) this.steadySince = monotonic;
        this.offset = offset;
        return monotonic - this.steadySince >= STEADY_MS;
    }
}

/** How many entries there are from one time until before another one, epoch ms. */
async function countBetween(db: Access, from: number, to: number, slices: Slices): Promise<number> {
    const rest = 'FROM log WHERE at >= ? AND at < ? AND (at, id) > (?, ?)';
    let count = 0;
    // Behind this entry none is counted yet; of the same time the larger id is the newer one.
    let last = { at: from, id: -1 };
    for (;;) {
        const range = [last.at, to, last.at, last.id];
        const row = db.get(`SELECT at, id ${rest} ORDER BY at, id LIMIT 1 OFFSET ${COUNTED - 1}`, range);
        if (!row) return count + Number(db.get(`SELECT count(*) AS n ${rest}`, range)?.n);
        count += COUNTED;
        last = { at: Number(row.at), id: Number(row.id) };
        await slices.breathe();
    }
}
