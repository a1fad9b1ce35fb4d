import type { Clock } from '../clock';
import type { Journal } from '../journal/journal';

/** One occurrence of one event. */
export interface Episode {
    readonly episode: string;
    readonly eventId: string;
    /** Onset, epoch ms. */
    readonly since: number;
    /** Onset on the monotonic clock of this process; may be negative after a restart. */
    readonly onset: number;
    /** False after a restart until a fresh reading, or long enough silence, says that it still holds. */
    confirmed: boolean;
}

/**
 * The episodes of one source, kept in the journal. How long an episode has lasted is counted on the monotonic clock and
 * noted with each heartbeat, so that neither a restart nor a jump of the wall clock moves what is due.
 */
export class EpisodeBook {
    private readonly active = new Map<string, Episode>();
    /** Clock ms for which nothing ran before the restart, by the wall clock; 0 if nothing was active then. */
    awayMs = 0;

    constructor(
        private readonly sourceId: string,
        private readonly clock: Clock,
        private readonly journal: Journal,
    ) {}

    /** The episodes that `work` begins and ends are noted together with all else that it notes. */
    atomically(work: () => void): void {
        this.journal.transaction(work);
    }

    /** Takes up the episodes that were active when the process ended, as unconfirmed. */
    restore(): Episode[] {
        for (const record of this.journal.openEpisodes(this.sourceId)) {
            // Two of one event, where a disk came back whose journal could not be read meanwhile: the older one has had its end.
            const older = this.active.get(record.eventId);
            if (older) this.journal.endEpisode(older.episode, this.clock.now());
            const deadTime = Math.max(0, this.clock.now() - record.elapsedAt) * this.clock.speed;
            this.awayMs = deadTime;
            this.active.set(record.eventId, {
                episode: record.episode,
                eventId: record.eventId,
                since: record.since,
                onset: this.clock.monotonic() - record.elapsedMs - deadTime,
                confirmed: false,
            });
        }
        return this.all();
    }

    /** @param agoMs how long the state already lasts, clock ms (the time that it took to confirm it). */
    begin(eventId: string, agoMs = 0): Episode {
        const since = this.clock.now() - agoMs / this.clock.speed;
        const episode: Episode = {
            episode: `${this.sourceId}:${eventId}:${Math.round(since)}:${Math.random().toString(36).slice(2, 8)}`,
            eventId,
            since: Math.round(since),
            onset: this.clock.monotonic() - agoMs,
            confirmed: true,
        };
        this.active.set(eventId, episode);
        this.save(episode);
        return episode;
    }

    end(eventId: string): Episode | undefined {
        const episode = this.active.get(eventId);
        if (!episode) return undefined;
        this.active.delete(eventId);
        this.journal.endEpisode(episode.episode, this.clock.now());
        return episode;
    }

    /** An event that is on begins anew: what follows it is a new occurrence, and the former one has no end of its own. */
    renew(eventId: string): { episode: Episode; replaces: string } | undefined {
        const former = this.end(eventId);
        return former && { episode: this.begin(eventId), replaces: former.episode };
    }

    get(eventId: string): Episode | undefined {
        return this.active.get(eventId);
    }

    all(): Episode[] {
        return [...this.active.values()];
    }

    /** Clock ms since the onset. */
    elapsedMs(episode: Episode): number {
        return this.clock.monotonic() - episode.onset;
    }

    /** Notes how long the active episodes have lasted. */
    heartbeat(): void {
        if (this.active.size === 0) return;
        this.journal.transaction(() => this.all().forEach((episode) => this.save(episode)));
    }

    private save(episode: Episode): void {
        this.journal.saveEpisode({
            episode: episode.episode,
            sourceId: this.sourceId,
            eventId: episode.eventId,
            since: episode.since,
            elapsedMs: this.elapsedMs(episode),
            elapsedAt: this.clock.now(),
        });
    }
}
