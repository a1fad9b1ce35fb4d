import type { DeliveryRecord, EpisodeRecord } from '../../lib/core/journal/journal';
import { MemoryJournal } from '../../lib/core/journal/memory-journal';

type Write = (journal: MemoryJournal) => void;

/** The process ends here. */
export class Killed extends Error {}

/** A journal on a disk: what an open transaction has written is lost with the process. It ends the process at a write of its own choice. */
export class TapeJournal extends MemoryJournal {
    /** Committed writes, and those of the open transaction. */
    private open: Write[] | undefined;
    private depth = 0;
    commits = 0;

    /** @param killAt the process ends at this commit, before it or after it */
    constructor(
        private readonly tape: Write[] = [],
        private readonly killAt = Infinity,
        private readonly after = false,
    ) {
        super();
        for (const write of tape) write(this.silent());
    }

    /** The journal as the next process finds it. */
    reopened(): TapeJournal {
        return new TapeJournal(this.tape);
    }

    override transaction<T>(work: () => T): T {
        if (this.depth++ === 0) this.open = [];
        try {
            const result = work();
            if (this.depth === 1) this.commit();
            return result;
        } finally {
            this.depth--;
        }
    }

    override saveEpisode(record: EpisodeRecord): void {
        this.write((journal) => MemoryJournal.prototype.saveEpisode.call(journal, { ...record }));
    }

    override endEpisode(episode: string): void {
        this.write((journal) => MemoryJournal.prototype.endEpisode.call(journal, episode));
    }

    override saveDelivery(record: DeliveryRecord): void {
        this.write((journal) => MemoryJournal.prototype.saveDelivery.call(journal, record));
    }

    override setValue(owner: string, name: string, value: unknown): void {
        const json = value === undefined ? undefined : JSON.stringify(value);
        const kept = (): unknown => (json === undefined ? undefined : JSON.parse(json));
        this.write((journal) => MemoryJournal.prototype.setValue.call(journal, owner, name, kept()));
    }

    private silent(): MemoryJournal {
        return this;
    }

    private write(write: Write): void {
        write(this);
        if (this.open && this.depth > 0) this.open.push(write);
        else {
            this.open = [write];
            this.commit();
        }
    }

    private commit(): void {
        const writes = this.open ?? [];
        this.open = undefined;
        if (writes.length === 0) return;
        this.commits++;
        if (this.commits === this.killAt && !this.after) throw new Killed();
        this.tape.push(...writes);
        if (this.commits === this.killAt) throw new Killed();
    }
}
