import { realMs, type Clock, type TimerHandle } from '../clock';
import type { EventLog } from '../journal/event-log';
import type { Journal } from '../journal/journal';
import type { EventInfo, Evidence } from '../messages';
import type { UpsStatus } from '../status/status';
import { EpisodeJournal, type Episode } from './episodes';
import type { EventLevel } from './ids';
import {
    outageOf,
    type CompanionUps,
    type EventSource,
    type EventState,
    type RuntimeChoice,
    type SourceChange,
} from './source';

/** As a unit's `staleSeconds` by default. */
const SILENCE_MS = 30_000;

export interface LocalSourceOptions {
    id: string;
    name: string;
    clock: Clock;
    journal: Journal;
    log?: EventLog;
    /** The UPS that it belongs to: its values, its runtime, its time on battery. */
    ups?: CompanionUps;
}

/** One edge of an event that is decided in this program. */
export interface LocalEdge {
    level: EventLevel;
    /** One sentence for people. */
    text: string;
    /** When the state began, epoch ms; default: now. The episode keeps its own onset. */
    at?: number;
    value?: number | string;
    unit?: string;
    evidence?: Evidence;
}

/**
 * A source whose events are decided in this program: a threshold, a sensor, an input, a marker, a schedule. It keeps its episodes in the journal:
 * an active event stays active over a restart, and its on edge is sent once. Subclasses decide the state.
 */
export abstract class LocalSource implements EventSource {
    readonly id: string;
    readonly name: string;
    readonly clock: Clock;
    /** Name of the UPS that it belongs to, for texts. */
    readonly upsName?: string;
    protected readonly journal: Journal;
    /** The states of the events are known again after the start. */
    protected confirmed = false;
    private silenceOver: TimerHandle;
    private readonly log: EventLog | undefined;
    private readonly ups: CompanionUps | undefined;
    private readonly episodes: EpisodeJournal;
    private readonly edges = new Map<string, EventInfo>();
    private readonly listeners = new Set<(change: SourceChange) => void>();

    constructor({ id, name, clock, journal, log, ups }: LocalSourceOptions) {
        this.id = id;
        this.name = name;
        this.clock = clock;
        this.journal = journal;
        this.log = log;
        this.ups = ups;
        this.upsName = ups?.name;
        this.episodes = new EpisodeJournal(id, clock, journal, () => this.confirmed);
    }

    /** Level and sentence of an event that was active before this process began. */
    protected abstract describeRestored(eventId: string): Pick<LocalEdge, 'level' | 'text'>;

    stateOf(eventId: string): EventState {
        const held = this.held();
        const episode = this.episodes.get(eventId);
        if (!episode) return { active: false, confirmed: this.confirmed, held };
        return {
            active: true,
            episode: episode.episode,
            elapsedMs: this.episodes.elapsedMs(episode),
            confirmed: episode.confirmed,
            held,
        };
    }

    activeEvents(): EventInfo[] {
        return this.episodes
            .all()
            .map(
                ({ eventId, episode, since }) =>
                    this.edgeOf(eventId, episode) ??
                    this.info(eventId, episode, true, since, { ...this.describeRestored(eventId), at: since }),
            );
    }

    isActive(eventId: string): boolean {
        return this.episodes.get(eventId) !== undefined;
    }

    status(): UpsStatus | undefined {
        return this.ups?.status();
    }

    remainingSeconds(choice: RuntimeChoice): number | undefined {
        return this.ups?.remainingSeconds(choice);
    }

    secondsOnBattery(): number | undefined {
        return this.ups?.secondsOnBattery();
    }

    outage(): EventState | undefined {
        return outageOf(this.ups);
    }

    unheard(eventId: string): boolean {
        return eventId !== 'connection-lost' && this.isActive('connection-lost');
    }

    subscribe(listener: (change: SourceChange) => void): () => void {
        this.listeners.add(listener);
        return () => this.listeners.delete(listener);
    }

    /** Idempotent. Active events stay in the journal. */
    destroy(): void {
        this.clock.clearTimeout(this.silenceOver);
        this.episodes.release();
        this.listeners.clear();
    }

    /** Timings wait until the source answers again. */
    protected held(): boolean {
        return false;
    }

    /** Restores the active events from the journal, unconfirmed. Returns their ids. */
    protected restore(): string[] {
        return this.episodes.restore().map(({ eventId }) => eventId);
    }

    /** From now on all states are known; followers are asked to look at them. */
    protected confirmAll(): void {
        this.clock.clearTimeout(this.silenceOver);
        this.confirmed = true;
        for (const episode of this.episodes.all()) episode.confirmed = true;
    }

    /** For sources that report only changes: if nothing comes after the start, the former state counts. */
    protected confirmInSilence(): void {
        this.silenceOver = this.clock.setTimeout(
            () => {
                this.confirmAll();
                this.check();
            },
            realMs(this.clock, SILENCE_MS),
        );
    }

    protected check(): void {
        this.notify({ kind: 'check' });
    }

    /** Writes how long the active episodes have lasted, in one transaction with `alsoNote`. */
    protected heartbeat(alsoNote?: () => void): void {
        this.journal.transaction(() => {
            alsoNote?.();
            this.episodes.heartbeat();
        });
    }

    /**
     * Begins or ends an event. The episode, the log entry, what followers write and `alsoNote` are one transaction.
     * Does nothing if the event is in this state already.
     */
    protected edge(eventId: string, active: boolean, edge: LocalEdge, alsoNote?: () => void): void {
        if (active === this.isActive(eventId)) return;
        this.write(active, edge, alsoNote, () => ({
            episode: active ? this.episodes.begin(eventId) : this.episodes.end(eventId)!,
        }));
    }

    /**
     * Begins a new occurrence of an active event: sends an on edge with a new episode, which replaces the former one, without an off edge
     * between. Does nothing if the event is off.
     */
    protected renew(eventId: string, edge: LocalEdge, alsoNote?: () => void): void {
        if (this.isActive(eventId)) this.write(true, edge, alsoNote, () => this.episodes.renew(eventId)!);
    }

    private write(
        active: boolean,
        edge: LocalEdge,
        alsoNote: (() => void) | undefined,
        move: () => { episode: Episode; replaces?: string },
    ): void {
        this.journal.transaction(() => {
            const { episode, replaces } = move();
            const { eventId } = episode;
            const event = {
                ...this.info(eventId, episode.episode, active, episode.since, edge),
                ...(replaces && { replaces }),
            };
            if (active) this.edges.set(eventId, event);
            else this.edges.delete(eventId);
            alsoNote?.();
            this.log?.append({
                at: event.at,
                kind: 'event',
                level: active ? event.level : 'info',
                source: this.name,
                text: event.text,
                eventId: event.id,
                episode: event.episode,
                active,
                nodeId: this.id,
                detail: event.evidence,
            });
            this.notify({ kind: 'edge', event, status: this.status() });
        });
    }

    /** The edge of exactly this episode: after the journal of another process was taken over, the episode may be another one. */
    private edgeOf(eventId: string, episode: string): EventInfo | undefined {
        const edge = this.edges.get(eventId);
        return edge?.episode === episode ? edge : undefined;
    }

    private info(id: string, episode: string, active: boolean, since: number, edge: LocalEdge): EventInfo {
        const { level, text, at = this.clock.now(), value, unit, evidence } = edge;
        return {
            id,
            source: this.name,
            sourceId: this.id,
            level,
            active,
            since,
            at,
            episode,
            text,
            ...(value !== undefined && { value, unit }),
            ...(evidence && { evidence }),
        };
    }

    private notify(change: SourceChange): void {
        for (const listener of [...this.listeners]) listener(change);
    }
}
