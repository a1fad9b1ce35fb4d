import type { TimerHandle } from '../../core/clock';
import type { EpisodeState } from '../../core/events/episode-state';
import { outageOf, type EventSource, type SourceChange } from '../../core/events/source';
import { elapsedMoment, elapsedNow, type Journal, type TimingRecord } from '../../core/journal/journal';
import type { EventInfo, EventMessage } from '../../core/messages';
import { msSince } from '../../core/moment';
import { EpisodeTiming, type TimingConfig } from '../../core/timing/episode-timing';
import { Outbox } from '../delivery/outbox';
import type { Flow } from '../flow';
import type { RegisteredTiming } from '../members';
import type { Sender } from '../ports';
import { EndsByHand } from './ends-by-hand';
import type { TimedView } from './timed-view';

/** As a unit's `staleSeconds`: how long to wait, after a restart, for a source that does not come back, ms. */
const SOURCE_GRACE_MS = 30_000;

/** Plain messages with ever new topics (a time stamp in each) never end: beyond this number the oldest is forgotten. */
const MOST_PLAIN = 1000;

interface Timed {
    record: TimingRecord;
    journal: Journal;
    timing: EpisodeTiming;
    /** Onset by `this.flow.clock.monotonic()`, for episodes whose source does not report it. */
    onset: number;
    /** When this process began to follow the episode, by `this.flow.clock.monotonic()`. */
    takenUpAt: number;
    restored: boolean;
    /** Checks again when its source has had enough time to come back. */
    grace?: TimerHandle;
    unsubscribe?: () => void;
}

/**
 * The episodes that one `ups-timing` follows. Each is in the journal from its on edge to its end, with its firings; firings are sent
 * through the outbox. Sources are looked up at the time of use, so that a UPS is still followed after a deploy has replaced it.
 */
export class TimedEpisodes implements RegisteredTiming {
    private readonly active = new Map<string, Timed>();
    private readonly outbox: Outbox;
    private readonly byHand: EndsByHand;
    private readonly unfollowSources: () => void;
    private readonly leave: () => void;

    constructor(
        private readonly flow: Flow,
        private readonly node: Sender & Pick<RegisteredTiming, 'subflowOrigin'> & { readonly name?: string },
        private readonly config: TimingConfig,
        private readonly shown: () => void,
        private readonly endText: (event: EventInfo) => string,
    ) {
        this.outbox = new Outbox(flow, node);
        this.byHand = new EndsByHand(flow.registry, node.id);
        this.unfollowSources = flow.registry.onSource((id) => {
            for (const timed of [...this.active.values()]) {
                if (timed.record.message.event.sourceId === id) this.follow(timed);
            }
        });
        this.leave = flow.registry.addTiming(this);
    }

    get id(): string {
        return this.node.id;
    }

    get name(): string | undefined {
        return this.node.name || undefined;
    }

    get subflowOrigin(): RegisteredTiming['subflowOrigin'] {
        return this.node.subflowOrigin;
    }

    private changed(): void {
        this.shown();
        this.flow.planChanges.tell();
    }

    /** Continues after a restart or a deploy with the episodes in the journal. */
    resume(): void {
        this.outbox.resume();
        for (const journal of this.flow.registry.journals()) {
            for (const record of journal.timings(this.node.id)) {
                if (!this.active.has(record.episode)) this.takeUp(record, journal, true);
            }
        }
        this.changed();
    }

    on(message: EventMessage): void {
        const { episode } = message.event;
        const former = episode ? this.of(message.event) : this.plain(message.topic);
        if (former && (!episode || former.record.episode === episode)) return;
        const standing = episode ? this.flow.registry.episodeStateOf(message.event) : undefined;
        if (standing === 'over' || standing === 'renewed') return;
        // The same occurrence under another id, or an older id of the occurrence that is already timed.
        if (former && (standing === 'continued' || this.stateOf(former) === 'continued')) return;
        if (!episode) this.makeRoom();
        const started = episode ? message : this.occurrence(message);
        const record: TimingRecord = {
            nodeId: this.node.id,
            episode: started.event.episode,
            // The off edge of an earlier firing stays owed, even if the new occurrence does not fire.
            message: replacing(started, former && this.owesEnd(former) ? former.record.episode : undefined),
            fired: 0,
            lastFiredMs: -1,
            elapsedMs: this.agoMs(message),
            ...elapsedNow(this.flow.clock),
        };
        const journal = this.flow.registry.journalOf(message);
        journal.transaction(() => {
            if (former) this.drop(former);
            journal.saveTiming(record);
        });
        this.takeUp(record, journal, false);
        this.changed();
    }

    off(message: EventMessage): void {
        const { episode } = message.event;
        const timed = episode ? this.active.get(episode) : this.plain(message.topic);
        if (!timed) {
            this.endByHand(message);
            return;
        }
        const standing = this.stateOf(timed);
        // The event is active under another episode id: this is not its end.
        if (standing === 'renewed' || standing === 'continued') return;
        this.end(timed, message);
    }

    /** A person has run a job behind this timing: the end of the episode is passed on, also without a firing. */
    oweEnd(message: EventMessage, journal: Journal): void {
        this.byHand.note(this.of(message.event)?.record.episode ?? message.event.episode, journal);
    }

    views(): TimedView[] {
        return [...this.active.values()].map(({ record, timing }) => ({
            eventId: record.message.event.id,
            source: record.message.event.source,
            sourceId: record.message.event.sourceId,
            episode: record.episode,
            fired: record.fired,
            repeatSeconds: this.config.mode === 'repeat' ? this.config.seconds : this.config.repeatSeconds,
            waiting: timing.waiting(),
            speed: this.flow.registry.clockOf(record.message).speed,
        }));
    }

    destroy(): void {
        this.leave();
        this.unfollowSources();
        this.outbox.destroy();
        for (const timed of this.active.values()) this.unfollow(timed);
        this.active.clear();
    }

    /** A message without an episode begins an occurrence of its own, whatever time stamps it has. */
    private occurrence(message: EventMessage): EventMessage {
        const unique = `${this.flow.clock.now()}:${Math.random().toString(36).slice(2, 8)}`;
        const episode = `${this.node.id}:${message.topic}:${unique}`;
        return { ...message, event: { ...message.event, episode } };
    }

    /**
     * Real ms since the onset. The time stamp of the onset is from the wall clock at that time, so a source that knows the duration is
     * asked instead. Behind another timing, only the time since that timing fired is taken from the wall clock.
     */
    private agoMs({ event: { sourceId, id, episode, since, at, firedMs } }: EventMessage): number {
        const source = episode ? this.flow.registry.source(sourceId) : undefined;
        const told = source?.stateOf(id);
        if (source && told?.episode === episode && told.elapsedMs !== undefined)
            return told.elapsedMs / source.clock.speed;
        const now = this.flow.clock.now();
        return firedMs === undefined ? Math.max(0, now - since) : firedMs + Math.max(0, now - at);
    }

    private makeRoom(): void {
        const plain = [...this.active.values()].filter(({ record }) => this.isPlain(record));
        for (const timed of plain.slice(0, Math.max(0, plain.length - MOST_PLAIN + 1))) this.drop(timed);
    }

    private isPlain({ episode }: TimingRecord): boolean {
        return episode.startsWith(`${this.node.id}:`);
    }

    /** The timed episode of a source's event, under any of its ids. */
    private of({ sourceId, id, episode }: EventInfo): Timed | undefined {
        return (
            this.active.get(episode) ??
            [...this.active.values()].find(
                ({ record }) =>
                    !this.isPlain(record) &&
                    sourceId !== '' &&
                    record.message.event.sourceId === sourceId &&
                    record.message.event.id === id,
            )
        );
    }

    private plain(topic: string): Timed | undefined {
        return [...this.active.values()].find(({ record }) => this.isPlain(record) && record.message.topic === topic);
    }

    private takeUp(record: TimingRecord, journal: Journal, restored: boolean): void {
        const now = this.flow.clock.monotonic();
        const deadTime = msSince(this.flow.clock, elapsedMoment(record));
        const timed: Timed = {
            record,
            journal,
            timing: undefined as never,
            onset: now - record.elapsedMs - deadTime,
            takenUpAt: now,
            restored,
        };
        this.active.set(record.episode, timed);
        this.follow(timed);
    }

    /** Binds an episode to its source and that source's clock, also again. */
    private follow(timed: Timed): void {
        this.unfollow(timed);
        const { message, fired, lastFiredMs } = timed.record;
        timed.timing = new EpisodeTiming(
            this.config,
            this.flow.registry.clockOf(message),
            {
                elapsedMs: () => this.elapsedMs(timed) - (message.event.firedMs ?? 0),
                onBattery: () => outageOf(this.source(timed))?.active,
                secondsOnBattery: () => this.source(timed)?.secondsOnBattery(),
                remainingSeconds: (choice) => this.source(timed)?.remainingSeconds(choice),
                mayFire: () => this.mayFire(timed),
            },
            { fired, lastFiredMs },
            (state) => this.fire(timed, state),
        );
        timed.unsubscribe = this.source(timed)?.subscribe((change) => this.look(timed, change));
        if (!this.source(timed) && timed.restored) {
            timed.grace = this.flow.clock.setTimeout(() => this.look(timed), SOURCE_GRACE_MS + 1);
        }
        this.look(timed);
    }

    private unfollow(timed: Timed): void {
        timed.timing?.destroy();
        timed.unsubscribe?.();
        this.flow.clock.clearTimeout(timed.grace);
    }

    private look(timed: Timed, change?: SourceChange): void {
        if (this.active.get(timed.record.episode) !== timed) return;
        const { event } = timed.record.message;
        if (this.stateOf(timed) === 'over') {
            const told = change?.kind === 'edge' && change.event.episode === event.episode ? change.event : undefined;
            this.end(timed, {
                ...timed.record.message,
                payload: false,
                // There is no edge if the event ended while this node did not run.
                event: told
                    ? structuredClone(told)
                    : { ...event, active: false, at: this.flow.clock.now(), text: this.endText(event) },
                status: structuredClone(this.source(timed)?.status()),
            });
            return;
        }
        timed.timing.check();
        this.changed();
    }

    private fire(timed: Timed, state: { fired: number; lastFiredMs: number }): void {
        const { record, journal } = timed;
        const firedMs = this.elapsedMs(timed);
        Object.assign(record, state, { elapsedMs: firedMs, ...elapsedNow(this.flow.clock) });
        const { event, status } = record.message;
        this.outbox.send(
            {
                ...record.message,
                event: {
                    ...event,
                    at: this.flow.clock.now(),
                    firing: this.firing(event.firing, `#${record.fired}`),
                    firedMs,
                },
                status: structuredClone(this.source(timed)?.status()) ?? status,
            },
            () => journal.saveTiming(record),
        );
        this.changed();
    }

    private end(timed: Timed, message: EventMessage): void {
        const { record } = timed;
        if (this.owesEnd(timed)) {
            const firing = this.firing(record.message.event.firing, '');
            const end = replacing(
                { ...message, event: { ...message.event, episode: record.episode, firing } },
                undefined,
            );
            this.outbox.send(end, () => this.drop(timed));
        } else {
            this.drop(timed);
        }
        this.changed();
    }

    /** The end of an episode that has not reached this timing, of which a person has run a job behind it. */
    private endByHand(message: EventMessage): void {
        const { episode, firing } = message.event;
        if (!episode || !this.byHand.has(episode)) return;
        const end = { ...message, event: { ...message.event, firing: this.firing(firing, '') } };
        this.outbox.send(end, () => this.byHand.forget(episode));
    }

    private drop(timed: Timed): void {
        const { episode } = timed.record;
        this.unfollow(timed);
        this.active.delete(episode);
        timed.journal.deleteTiming(this.node.id, episode);
        this.byHand.forget(episode);
    }

    /** Whether jobs behind need an off edge: of a firing of this occurrence, or of one that it replaces, or of a run by hand. */
    private owesEnd({ record: { fired, message, episode } }: Timed): boolean {
        return fired > 0 || message.event.replaces !== undefined || this.byHand.has(episode);
    }

    private firing(before: string | undefined, suffix: string): string {
        return `${before ? `${before}/` : ''}${this.node.id}${suffix}`;
    }

    /** No source knows the occurrence of a plain message, not even one that the message names: only a message can end it. */
    private source({ record }: Timed) {
        return this.isPlain(record) ? undefined : this.flow.registry.source(record.message.event.sourceId);
    }

    private stateOf({ record }: Timed): EpisodeState | undefined {
        return this.isPlain(record) ? undefined : this.flow.registry.episodeStateOf(record.message.event);
    }

    /** Clock ms since the onset. */
    private elapsedMs(timed: Timed): number {
        const told = this.source(timed)?.stateOf(timed.record.message.event.id);
        if (told?.episode === timed.record.episode && told.elapsedMs !== undefined) return told.elapsedMs;
        // Under another id the source counts from the time at which it gave that id; only this timing knows the true onset.
        return this.flow.clock.monotonic() - timed.onset;
    }

    private mayFire(timed: Timed): boolean {
        const { sourceId, id } = timed.record.message.event;
        const source = this.source(timed);
        const state = source?.stateOf(id);
        if (state) {
            // A new occurrence sends its own on edge, which replaces this one.
            if (!state.confirmed || state.held || this.stateOf(timed) === 'renewed') return false;
            return !this.outageIsUnsure(source);
        }
        // A UPS that somebody has removed causes no shutdown any more; it may come back.
        if (!this.isPlain(timed.record) && this.flow.registry.hasDeparted(sourceId)) return false;
        if (!timed.restored) return true;
        return this.flow.clock.monotonic() - timed.takenUpAt >= SOURCE_GRACE_MS;
    }

    /** Whether this timing depends on an outage that is unconfirmed, held, or being checked by a second reading. */
    private outageIsUnsure(source: EventSource | undefined): boolean {
        if (this.config.mode !== 'remaining' && this.config.mode !== 'on-battery') return false;
        const outage = outageOf(source);
        return outage?.active === true && (!outage.confirmed || outage.held);
    }
}

function replacing(message: EventMessage, episode: string | undefined): EventMessage {
    const { replaces: _, ...event } = message.event;
    return { ...message, event: episode === undefined ? event : { ...event, replaces: episode } };
}
