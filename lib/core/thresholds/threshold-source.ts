import type { Clock } from '../clock';
import { EpisodeBook } from '../events/episodes';
import type { EventSource, EventState, RuntimeChoice, SourceChange } from '../events/source';
import type { EventLog } from '../journal/event-log';
import type { Journal } from '../journal/journal';
import type { EventInfo } from '../messages';
import type { UpsStatus } from '../status/status';
import { assertThreshold, type ThresholdConfig, type ThresholdLevelName } from './config';
import { describeRule, Threshold, type ThresholdEdge, type ThresholdState } from './threshold';
import { isCountedDown, unitOf, valuesOf } from './values';

/** The unit that a threshold watches. */
export interface WatchedUnit extends EventSource {
    readonly isSilent: boolean;
    /** Seconds since the last good reading. */
    readonly ageSeconds: number | undefined;
}

export interface ThresholdSourceOptions {
    id: string;
    name: string;
    config: ThresholdConfig & { value: string };
    unit: WatchedUnit;
    journal: Journal;
    log?: EventLog;
    /** The sentence for an edge, in the language of the site. */
    text(level: ThresholdLevelName, active: boolean, value: number | undefined): string;
}

/** How a threshold stands, for its node's status. */
export interface ThresholdView {
    /** What it last decided on; empty while nothing recent is known. */
    values: readonly number[];
    active?: ThresholdLevelName;
    /** The most serious level is only on because it waits for a reset. */
    latched: boolean;
}

interface Kept {
    value: string;
    state: ThresholdState;
}

const LEVELS: ThresholdLevelName[] = ['warning', 'alarm'];
const HEARTBEAT_MS = 5000;
const KEPT = 'threshold';

/**
 * A threshold on a unit's status as a source of the events `warning` and `alarm`. Its state and its episodes are in the
 * journal: a latched alarm outlives the process and does not come on twice.
 */
export class ThresholdSource implements EventSource {
    readonly id: string;
    readonly name: string;
    /** Name of the unit that is watched: what texts mean by the UPS. */
    readonly upsName: string;
    readonly clock: Clock;
    private readonly book: EpisodeBook;
    /** From the start on: how long the process was away is counted by the clock's speed, which is set by then. */
    private threshold: Threshold | undefined;
    private readonly listeners = new Set<(change: SourceChange) => void>();
    private readonly edges = new Map<string, EventInfo>();
    private values: readonly number[] = [];
    private confirmed = false;
    private savedPhases = '';
    private savedAt = 0;
    private unsubscribe: (() => void) | undefined;

    /** @throws UpsError config-missing, config-invalid */
    constructor(private readonly options: ThresholdSourceOptions) {
        ({ id: this.id, name: this.name } = options);
        this.upsName = options.unit.name;
        this.clock = options.unit.clock;
        assertThreshold(options.config);
        this.book = new EpisodeBook(this.id, this.clock, options.journal);
    }

    /** Takes up the episodes that the journal holds, and begins to watch. */
    start(): void {
        const threshold = new Threshold(
            this.options.config,
            this.clock,
            (level, active, edge) => this.publish(level, active, edge),
            this.kept(),
        );
        this.threshold = threshold;
        for (const { eventId } of this.book.restore()) {
            const level = eventId as ThresholdLevelName;
            if (threshold.isActive(level)) continue;
            // It watches something else now, or not at all: what was on cannot end by itself any more.
            this.publish(level, false, { since: 0, at: this.clock.now(), reason: 'disabled' });
        }
        this.unsubscribe = this.options.unit.subscribe(() => {
            this.look();
            this.notify({ kind: 'check' });
        });
        this.look();
        this.notify({ kind: 'check' });
    }

    /** Releases latches whose condition has ended. Returns whether there was any. */
    reset(): boolean {
        const released = this.threshold?.reset() ?? false;
        if (released) this.save();
        return released;
    }

    view(): ThresholdView {
        const { threshold, values } = this;
        const active = (['alarm', 'warning'] as const).find((level) => threshold?.isActive(level));
        const latched = active !== undefined && threshold?.state()[active].phase === 'latched';
        return { values, active, latched };
    }

    destroy(): void {
        this.unsubscribe?.();
        this.threshold?.destroy();
        this.save();
        this.listeners.clear();
    }

    stateOf(eventId: string): EventState {
        const { held } = this.options.unit.stateOf('power-fail');
        const episode = this.book.get(eventId);
        if (!episode) return { active: false, confirmed: this.confirmed, held };
        return {
            active: true,
            episode: episode.episode,
            elapsedMs: this.book.elapsedMs(episode),
            confirmed: episode.confirmed,
            held,
        };
    }

    activeEvents(): EventInfo[] {
        return this.book
            .all()
            .map(
                ({ eventId, episode, since }) =>
                    this.edges.get(eventId) ??
                    this.describe(eventId as ThresholdLevelName, episode, true, { since, at: since }),
            );
    }

    status(): UpsStatus | undefined {
        return this.options.unit.status();
    }

    remainingSeconds(choice: RuntimeChoice): number | undefined {
        return this.options.unit.remainingSeconds(choice);
    }

    secondsOnBattery(): number | undefined {
        return this.options.unit.secondsOnBattery();
    }

    subscribe(listener: (change: SourceChange) => void): () => void {
        this.listeners.add(listener);
        return () => this.listeners.delete(listener);
    }

    private look(): void {
        const { unit, config } = this.options;
        const outage = unit.stateOf('power-fail');
        if (!outage.confirmed) return;
        const status = unit.status();
        const recent = !unit.isSilent || (outage.active && !outage.held && isCountedDown(config.value));
        this.values = recent && status ? valuesOf(status, config.value) : [];
        this.threshold?.update(this.values);
        // What is on and latched, or of a value that nobody tells any more, stays on: that is how it stands.
        this.confirmed = true;
        for (const episode of this.book.all()) episode.confirmed = true;
        this.saveIfDue();
    }

    private publish(level: ThresholdLevelName, active: boolean, edge: ThresholdEdge): void {
        const { journal, log, unit } = this.options;
        // One write: followers note their deliveries in the same transaction, so that none can be lost between.
        journal.transaction(() => {
            const episode = active ? this.book.begin(level) : this.book.end(level);
            if (!episode) return;
            const event = this.describe(level, episode.episode, active, { ...edge, since: episode.since });
            if (active) this.edges.set(level, event);
            else this.edges.delete(level);
            this.save();
            log?.append({
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
            this.notify({ kind: 'edge', event, status: unit.status() });
        });
    }

    private describe(
        level: ThresholdLevelName,
        episode: string,
        active: boolean,
        edge: Pick<ThresholdEdge, 'value' | 'since' | 'at'> & Partial<ThresholdEdge>,
    ): EventInfo {
        const { config, unit } = this.options;
        const { value, since, at, reason } = edge;
        const rule = describeRule(config, level);
        return {
            id: level,
            source: this.name,
            sourceId: this.id,
            level,
            active,
            since,
            at,
            episode,
            text: this.options.text(level, active, value),
            ...(value !== undefined && { value, unit: unitOf(config.value) }),
            evidence: {
                rule: active ? rule : `${reason}: ${rule}`,
                values: { [config.value]: value },
                ageSeconds: Math.round(unit.ageSeconds ?? 0),
                ...(unit.isSilent && { presumed: true }),
            },
        };
    }

    private kept(): ThresholdState | undefined {
        const kept = this.options.journal.getValue(this.id, KEPT) as Kept | undefined;
        if (!kept || kept.value !== this.options.config.value) return undefined;
        const open = new Set(this.options.journal.openEpisodes(this.id).map(({ eventId }) => eventId));
        // The episodes are what others go by: a level is on exactly if its episode is open.
        const state = { ...kept.state };
        for (const level of LEVELS) {
            const active = state[level]?.phase === 'on' || state[level]?.phase === 'latched';
            if (active && !open.has(level)) state[level] = { phase: 'off', since: 0, elapsedMs: 0, takenAt: 0 };
        }
        return state;
    }

    private saveIfDue(): void {
        if (!this.threshold) return;
        const state = this.threshold.state();
        const running = LEVELS.some((level) => state[level].phase !== 'off');
        const due = running && this.clock.monotonic() - this.savedAt >= HEARTBEAT_MS * this.clock.speed;
        if (due || phasesOf(state) !== this.savedPhases) this.save();
    }

    private save(): void {
        if (!this.threshold) return;
        const state = this.threshold.state();
        const kept: Kept = { value: this.options.config.value, state };
        this.options.journal.transaction(() => {
            this.options.journal.setValue(this.id, KEPT, kept);
            this.book.heartbeat();
        });
        this.savedPhases = phasesOf(state);
        this.savedAt = this.clock.monotonic();
    }

    private notify(change: SourceChange): void {
        for (const listener of [...this.listeners]) listener(change);
    }
}

function phasesOf(state: ThresholdState): string {
    return LEVELS.map((level) => state[level].phase).join();
}
