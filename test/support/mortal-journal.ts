import { MemoryJournal } from '../../lib/core/journal/memory-journal';
import type { EpisodeRecord, JobBegin, JobRecord, TimingRecord, DeliveryRecord } from '../../lib/core/journal/journal';

/** A journal whose process dies at one write: from then on, until it is revived, whatever is written is lost. */
export class MortalJournal extends MemoryJournal {
    writes = 0;
    dead = false;
    private depth = 0;

    /** @param killAt number of the write at which the process dies; @param done whether that write is durable */
    constructor(
        private readonly killAt = Infinity,
        private readonly done = false,
    ) {
        super();
    }

    /** Another process opens the journal. */
    revive(): void {
        this.dead = false;
        this.depth = 0;
    }

    override transaction<T>(work: () => T): T {
        return this.write(work, work);
    }

    override saveEpisode(record: EpisodeRecord): void {
        this.write(() => super.saveEpisode(record));
    }

    override endEpisode(episode: string): void {
        this.write(() => super.endEpisode(episode));
    }

    override saveDelivery(record: DeliveryRecord): void {
        this.write(() => super.saveDelivery(record));
    }

    override settleDelivery(nodeId: string, key: string): void {
        this.write(() => super.settleDelivery(nodeId, key));
    }

    override saveTiming(record: TimingRecord): void {
        this.write(() => super.saveTiming(record));
    }

    override deleteTiming(nodeId: string, episode: string): void {
        this.write(() => super.deleteTiming(nodeId, episode));
    }

    override beginJob(record: Omit<JobRecord, 'progress'>): JobBegin {
        return this.write(
            () => super.beginJob(record),
            () => 'done' as const,
        );
    }

    override saveJobProgress(nodeId: string, key: string, progress: unknown): void {
        this.write(() => super.saveJobProgress(nodeId, key, progress));
    }

    override finishJob(nodeId: string, key: string): void {
        this.write(() => super.finishJob(nodeId, key));
    }

    override setValue(owner: string, name: string, value: unknown): void {
        this.write(() => super.setValue(owner, name, value));
    }

    /** @param lost what a write of a dead process answers */
    private write<T>(work: () => T, lost: () => T = () => undefined as T): T {
        if (this.dead) return lost();
        if (this.depth > 0) return work();
        this.writes++;
        const dies = this.writes === this.killAt;
        if (dies && !this.done) {
            this.dead = true;
            return lost();
        }
        this.depth++;
        try {
            return work();
        } finally {
            this.depth--;
            if (dies) this.dead = true;
        }
    }
}
