import { realMs, type Clock, type TimerHandle } from '../clock';
import { elapsedMoment, elapsedNow, type EpisodeRecord, type Journal } from '../journal/journal';
import { msSince } from '../moment';

/** Heartbeats and polls of two processes that see the same: an outage that ended and came back within it passes for one. */
const SEEN_BY_BOTH_MS = 30_000;
/** As a unit's `staleSeconds`: what nobody has contradicted for so long is taken to hold. */
const SILENCE_MS = 30_000;

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
    /** Clock ms for which nothing ran before the restart; 0 if nothing was active then. */
    awayMs = 0;

    private readonly unsubscribe: (() => void) | undefined;
    private settling: TimerHandle;

    /**
     * @param known whether its source knows how everything stands, when the journal of another process is taken over
     * @param lasted clock ms for which an event has been on that this source, before it was given this journal, has seen begin
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

    /** The episodes that `work` begins and ends are noted together with all else that it notes. */
    atomically(work: () => void): void {
        this.journal.transaction(work);
    }

    /** Takes up the episodes that were active when the process ended, as unconfirmed. */
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

    /** @param agoMs how long the state already lasts, clock ms (the time that it took to confirm it). */
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
        this.journal.endEpisode(episode.episode, this.clock.now());
        return episode;
    }

    /** An event that is on begins anew: what follows it is a new occurrence, and the former one has no end of its own. */
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

    /** Notes how long the active episodes have lasted. */
    heartbeat(): void {
        if (this.active.size === 0) return;
        this.journal.transaction(() => this.all().forEach((episode) => this.save(episode)));
    }

    /**
     * The process that kept this journal has ended, and we have watched the same source meanwhile: what both have seen goes on as the
     * episode that it has begun; what ended under our eyes alone has ended; what is not known is unconfirmed, as after a restart.
     */
    private takeOver(known: boolean): void {
        this.journal.transaction(() => {
            for (const record of this.kept()) {
                const own = this.active.get(record.eventId);
                const same = own && this.elapsedMs(own) >= this.deadTime(record) - realMs(this.clock, SEEN_BY_BOTH_MS);
                if (same || (!own && !known)) {
                    this.active.set(record.eventId, this.revived(record, own?.confirmed ?? false));
                } else {
                    this.journal.endEpisode(record.episode, this.clock.now());
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

    /** What the journal holds as open, one for each event. */
    private kept(): EpisodeRecord[] {
        const newest = new Map<string, EpisodeRecord>();
        for (const record of this.journal.openEpisodes(this.sourceId)) {
            // Two of one event, where a disk came back whose journal could not be read meanwhile: the older one has had its end.
            const older = newest.get(record.eventId);
            if (older) this.journal.endEpisode(older.episode, this.clock.now());
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
