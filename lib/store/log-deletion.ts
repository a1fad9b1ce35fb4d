import { turn } from '../core/turns';
import type { Access } from './database';
import type { EpisodeTable } from './episode-table';
import { fromJson, toJson } from './message-json';

/** What was deleted, for the line that stays. */
export interface LogDeleted {
    who: string;
    /** Epoch ms; absent: the whole log. */
    before?: number;
    entries: number;
}

/** Where a deletion is noted until it is done. */
const PLACE = ['log', 'deletion'];
const STEP = 400;

interface Pending {
    /** Epoch ms; later entries stay. */
    before: number;
    /** Entries with larger ids came after the deletion was asked for. */
    lastId: number;
}

/**
 * Deletes entries of the log for good, in steps between which others have their turn. A deletion is noted before it begins, together with the
 * line that stays: one that a kill has cut short is finished at the next start.
 */
export class LogDeletion {
    private running: Promise<void> | undefined;

    /** @param mayGoOn false: the file is not there, or this store is closed */
    constructor(
        private readonly db: Access,
        private readonly episodes: EpisodeTable,
        private readonly mayGoOn: () => boolean,
    ) {}

    /**
     * @param before epoch ms; later entries stay
     * @param leaveLine writes the line that stays, in the same transaction
     * @returns how many entries it deletes
     */
    begin(before: number, leaveLine: (entries: number) => void): number {
        return this.db.transaction(() => {
            const newest = this.db.get('SELECT max(id) AS id FROM log');
            const pending: Pending = { before, lastId: Number(newest?.id ?? 0) };
            const counted = this.db.get('SELECT count(*) AS n FROM log WHERE at < ?', [before]);
            const entries = Number(counted?.n);
            leaveLine(entries);
            this.db.write('INSERT OR REPLACE INTO owner_values (owner, name, value) VALUES (?, ?, ?)', [
                ...PLACE,
                toJson(pending),
            ]);
            return entries;
        });
    }

    /** Whether one that was begun is not done. */
    get isOpen(): boolean {
        return this.pending() !== undefined;
    }

    /** Finishes what was begun. Resolves when it is done, or cannot go on for now. */
    async finish(): Promise<void> {
        while (this.isOpen && this.mayGoOn()) {
            this.running ??= this.run().finally(() => (this.running = undefined));
            await this.running;
        }
    }

    private async run(): Promise<void> {
        for (let pending = this.pending(); pending && this.mayGoOn(); pending = this.pending()) {
            const { before, lastId } = pending;
            const old = 'SELECT id FROM log WHERE at < ? AND id <= ? ORDER BY at LIMIT ?';
            const deleted = this.db.write(`DELETE FROM log WHERE id IN (${old})`, [before, lastId, STEP]).changes;
            const gone = deleted < STEP ? this.episodes.removeEnded(before, STEP) : STEP;
            if (gone < STEP) this.db.write('DELETE FROM owner_values WHERE owner = ? AND name = ?', PLACE);
            await turn();
        }
    }

    private pending(): Pending | undefined {
        const row = this.db.get('SELECT value FROM owner_values WHERE owner = ? AND name = ?', PLACE);
        return fromJson(row?.value) as Pending | undefined;
    }
}
