import { realMs, type Clock, type TimerHandle } from '../clock';
import { elapsedMoment, elapsedNow, type EpisodeRecord, type Journal } from '../journal/journal';
import { msSince } from '../moment';

/** Two processes that watch one source may be so far apart in their heartbeats and polls. Two outages with a shorter pause count as one. */
const SEEN_BY_BOTH_MS = 30_000;
/** As a unit's `staleSeconds`: an event that no reading has contradicted for so long counts as still active. */
const SILENCE_MS = 30_000;

/** One occurrence of one event. */
export interface Episode {
    readonly episode: string;
    readonly eventId: string;
    /** Onset, epoch ms. */
    readonly since: number;
    /** Onset on the monotonic clock of this process; may be negative after a restart. */
    readonly onset: number;
    /** False after a restart, until a fresh reading or a long enough silence shows that it is still active. */
    confirmed: boolean;
}

/**
 * The episodes of one source, kept in the journal. How long an episode has lasted is counted on the monotonic clock and
 * written with each heartbeat: neither a restart nor a jump of the wall clock changes when a timing is due.
 */
export class EpisodeJournal {
    private readonly active = new Map<string, Episode>();
    /** How long no process ran before the restart, clock ms; 0 if no event was active then. */
    awayMs = 0;

    private readonly unsubscribe: (() => void) | undefined;
    private settling: TimerHandle;

    /**
     * @param known when the journal of another process is taken over: whether the source knows the state of all its events
     * @param lasted for an event that the source saw begin before it was given this journal: how long it has been active, clock ms
     */
    constructor(
        private readonly sourceId: string,
        private readonly clock: Clock,
        private readonly journal: Journal,
        known: () => boolean = () => false,
        private readonly lasted: (eventId: string) => number | undefined = () => undefined,
    ) {
        this.unsubscribe = journal.onTakenOver?.(() => this.takeOver(known()));
    }

    /** All that `work` writes, episodes included, is one transaction. */
    atomically(work: () => void): void {
        this.journal.transaction(work);
    }

    /** Restores the episodes that were active when the former process ended, as unconfirmed. */
    restore(): Episode[] {
        for (const record of this.kept()) {
            this.awayMs = this.deadTime(record);
            this.active.set(record.eventId, this.revived(record, false));
        }
        return this.all();
    }

    /** Ends the watch for a journal that is taken over. Idempotent. */
    release(): void {
        this.unsubscribe?.();
        this.clock.clearTimeout(this.settling);
    }

    /** @param agoMs how long the state has already lasted, clock ms (the time that its confirmation took) */
    begin(eventId: string, agoMs = 0): Episode {
        return this.open(eventId, Math.max(agoMs, this.lasted(eventId) ?? 0));
    }

    private open(eventId: string, agoMs: number): Episode {
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
        this.close(episode.episode, this.elapsedMs(episode));
        return episode;
    }

    /** Begins a new occurrence of an event that is active. The former occurrence gets no off edge. */
    renew(eventId: string): { episode: Episode; replaces: string } | undefined {
        const former = this.end(eventId);
        return former && { episode: this.open(eventId, 0), replaces: former.episode };
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

    /** Writes how long the active episodes have lasted. */
    heartbeat(): void {
        if (this.active.size === 0) return;
        this.journal.transaction(() => this.all().forEach((episode) => this.save(episode)));
    }

    /**
     * Takes over the journal of a process that has ended, while this one has watched the same source. An event that both saw keeps the episode
     * that the other process began; an event that this process saw end is over; any other event is unconfirmed, as after a restart.
     */
    private takeOver(known: boolean): void {
        this.journal.transaction(() => {
            for (const record of this.kept()) {
                const own = this.active.get(record.eventId);
                const same = own && this.elapsedMs(own) >= this.deadTime(record) - realMs(this.clock, SEEN_BY_BOTH_MS);
                if (same || (!own && !known)) {
                    this.active.set(record.eventId, this.revived(record, own?.confirmed ?? false));
                } else {
                    this.closeRecord(record);
                }
            }
            this.heartbeat();
        });
        this.clock.clearTimeout(this.settling);
        this.settling = this.clock.setTimeout(
            () => {
                for (const episode of this.all()) episode.confirmed = true;
            },
            realMs(this.clock, SILENCE_MS),
        );
    }

    /** @param elapsedMs clock ms; a simulated UPS that lives faster than the wall clock has counted no real time */
    private close(episode: string, elapsedMs: number): void {
        const lastedMs = this.clock.speed === 1 ? Math.round(elapsedMs) : undefined;
        this.journal.endEpisode(episode, this.clock.now(), lastedMs);
    }

    private closeRecord(record: EpisodeRecord): void {
        this.close(record.episode, record.elapsedMs + this.deadTime(record));
    }

    /** The open episodes in the journal, one for each event. */
    private kept(): EpisodeRecord[] {
        const newest = new Map<string, EpisodeRecord>();
        for (const record of this.journal.openEpisodes(this.sourceId)) {
            // Two open episodes of one event come from a disk that was away for a while: the older episode is over.
            const older = newest.get(record.eventId);
            if (older) this.closeRecord(older);
            newest.set(record.eventId, record);
        }
        return [...newest.values()];
    }

    /** Clock ms since the last heartbeat of a record. */
    private deadTime(record: EpisodeRecord): number {
        return msSince(this.clock, elapsedMoment(record)) * this.clock.speed;
    }

    private revived(record: EpisodeRecord, confirmed: boolean): Episode {
        const { episode, eventId, since, elapsedMs } = record;
        const onset = this.clock.monotonic() - elapsedMs - this.deadTime(record);
        return { episode, eventId, since, onset, confirmed };
    }

    private save(episode: Episode): void {
        this.journal.saveEpisode({
            episode: episode.episode,
            sourceId: this.sourceId,
            eventId: episode.eventId,
            since: episode.since,
            elapsedMs: this.elapsedMs(episode),
            ...elapsedNow(this.clock),
        });
    }
}
