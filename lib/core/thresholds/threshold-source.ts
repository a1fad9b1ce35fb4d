import { realMs } from '../clock';
import { LocalSource } from '../events/local-source';
import { isSilent, type EventSource } from '../events/source';
import type { EventLog } from '../journal/event-log';
import type { Journal } from '../journal/journal';
import { assertThreshold, limitsOf, type ThresholdConfig, type ThresholdLevelName } from './config';
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

/** The state of a threshold, for its node's status. */
export interface ThresholdView {
    /** The values of the last decision; empty while no recent value is known. */
    values: readonly number[];
    active?: ThresholdLevelName;
    /** The most serious active level is on only because it waits for a reset. */
    latched: boolean;
}

interface StoredState {
    value: string;
    state: ThresholdState;
    /** The rules of the levels at the time of storing. */
    rules?: Record<ThresholdLevelName, string>;
}

const LEVELS: ThresholdLevelName[] = ['warning', 'alarm'];
const HEARTBEAT_MS = 5000;
const KEPT = 'threshold';
/** As a unit's `staleSeconds`: how long after the start a missing value may still come. */
const TOLD_WITHIN_MS = 30_000;

/**
 * A threshold on a unit's status as a source of the events `warning` and `alarm`. Its state and its episodes are in the journal: a latched
 * alarm survives the process, and its on edge is not sent again.
 */
export class ThresholdSource extends LocalSource {
    /** Set by `start`: the time without a running process is converted by the clock's speed, which is known by then. */
    private threshold: Threshold | undefined;
    private values: readonly number[] = [];
    private savedPhases = '';
    private savedAt = 0;
    private startedAt = 0;
    private unsubscribe: (() => void) | undefined;

    /** @throws UpsError config-missing, config-invalid */
    constructor(private readonly options: ThresholdSourceOptions) {
        super({ ...options, clock: options.unit.clock, ups: options.unit });
        assertThreshold(options.config);
    }

    /** Restores the episodes from the journal, and begins to watch. */
    start(): void {
        const threshold = new Threshold(
            this.options.config,
            this.clock,
            (level, active, edge) => this.publish(level, active, edge),
            this.kept(),
        );
        this.threshold = threshold;
        this.startedAt = this.clock.monotonic();
        for (const eventId of this.restore()) {
            const level = eventId as ThresholdLevelName;
            if (threshold.isActive(level)) continue;
            // The level now watches another value, or is switched off: an active event could not end by itself any more.
            this.publish(level, false, { since: 0, at: this.clock.now(), reason: 'disabled' });
        }
        this.unsubscribe = this.options.unit.subscribe(() => {
            this.look();
            this.check();
        });
        this.look();
        this.check();
    }

    /** Releases latches whose condition has ended. @returns whether there was one */
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

    /** The UPS is silent, so that the watched value is old. */
    get silent(): boolean {
        return this.options.unit.isSilent;
    }

    /** Unit of the watched value and of the limits. */
    get unit(): string | undefined {
        return unitOf(this.options.config.value, this.options.unit.status());
    }

    /** The limits of the levels that are switched on, in `unit`. */
    limits(): { level: ThresholdLevelName; low?: number; high?: number; active: boolean }[] {
        const { config } = this.options;
        return LEVELS.flatMap((level) => {
            const own = config[level];
            if (!own?.enabled) return [];
            const { low, high } = limitsOf(own);
            return [{ level, low, high, active: this.isActive(level) }];
        });
    }

    override destroy(): void {
        this.unsubscribe?.();
        this.threshold?.destroy();
        this.save();
        super.destroy();
    }

    /** Whether an outage changes the watched value: charge, runtime, time on battery. */
    get ofOutages(): boolean {
        return isCountedDown(this.options.config.value);
    }

    override unheard(): boolean {
        return isSilent(this.options.unit, 'power-fail');
    }

    protected override held(): boolean {
        return this.options.unit.stateOf('power-fail').held;
    }

    protected override describeRestored(eventId: string): { level: ThresholdLevelName; text: string } {
        const level = eventId as ThresholdLevelName;
        return { level, text: this.options.text(level, true, undefined) };
    }

    private look(): void {
        const { unit, config } = this.options;
        const outage = unit.stateOf('power-fail');
        if (!outage.confirmed) return;
        const status = unit.status();
        const recent = !unit.isSilent || (outage.active && !outage.held && isCountedDown(config.value));
        // A second reading must confirm the end of the outage. A level that is read together with present mains does not belong to the
        // outage.
        if (outage.active && outage.held && !unit.isSilent && isCountedDown(config.value)) return;
        this.values = recent && status ? valuesOf(status, config.value) : [];
        this.threshold?.update(this.values, outage.active ? outage.episode : '');
        // A level that is on and latched, or whose value is no longer reported, stays on: that is its known state. But a path without the
        // value may only be the first one that has answered.
        const waited = this.clock.monotonic() - this.startedAt >= realMs(this.clock, TOLD_WITHIN_MS);
        if (this.values.length > 0 || unit.isSilent || waited) this.confirmAll();
        this.saveIfDue();
    }

    private publish(level: ThresholdLevelName, active: boolean, told: ThresholdEdge): void {
        const { at, value, reason, renewed } = told;
        const { config, unit, text } = this.options;
        const rule = describeRule(config, level);
        const evidence = {
            rule: reason === 'tripped' ? rule : `${reason}: ${rule}`,
            values: { [config.value]: value },
            ageSeconds: Math.round(unit.ageSeconds ?? 0),
            ...(unit.isSilent && { presumed: true }),
        };
        const edge = { level, text: text(level, active, value), at, value, unit: this.unit, evidence };
        if (renewed) this.renew(level, edge, () => this.save());
        else this.edge(level, active, edge, () => this.save());
    }

    private kept(): ThresholdState | undefined {
        const kept = this.journal.getValue(this.id, KEPT) as StoredState | undefined;
        if (!kept || kept.value !== this.options.config.value) return undefined;
        const open = new Set(this.journal.openEpisodes(this.id).map(({ eventId }) => eventId));
        // Other nodes follow the episodes, so a level is on exactly if its episode is open.
        const state = { ...kept.state };
        for (const level of LEVELS) {
            const active = state[level]?.phase === 'on' || state[level]?.phase === 'latched';
            if (active && !open.has(level)) state[level] = { phase: 'off', since: 0, elapsedMs: 0, takenAt: 0 };
            // With changed limits the value decides again, also in mid-outage.
            const changed = kept.rules && kept.rules[level] !== describeRule(this.options.config, level);
            if (state[level] && changed) state[level] = { ...state[level], outage: undefined };
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
        const { config } = this.options;
        const rules = { warning: describeRule(config, 'warning'), alarm: describeRule(config, 'alarm') };
        const kept: StoredState = { value: config.value, state, rules };
        this.heartbeat(() => this.journal.setValue(this.id, KEPT, kept));
        this.savedPhases = phasesOf(state);
        this.savedAt = this.clock.monotonic();
    }
}

function phasesOf(state: ThresholdState): string {
    return LEVELS.map((level) => state[level].phase).join();
}
