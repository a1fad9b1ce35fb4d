import type { Clock, TimerHandle } from '../clock';
import { momentNow, msSince } from '../moment';
import type { Side } from './battery-levels';
import { figure, type Limits, limitsOf, type ThresholdLevelConfig } from './config';

/**
 * `pending`: the condition holds, not yet long enough. `latched`: it has ended, and waits for a reset.
 * On and latched are active.
 */
export type LevelPhase = 'off' | 'pending' | 'on' | 'latched';

/** JSON; kept so that a latched alarm and a running duration outlive the process. */
export interface LevelState {
    phase: LevelPhase;
    /** When the condition began (pending) or the level went on (on, latched), epoch ms. */
    since: number;
    /** How long ago that was when the state was taken, ms, by the monotonic clock. */
    elapsedMs: number;
    /** When the state was taken, epoch ms. */
    takenAt: number;
    /** The outage that it has begun in, or has last begun anew with; '' for one that began on mains. */
    outage?: string;
    /** The limit that was crossed. */
    side?: Side;
    /** The same by the time since the boot, see `Moment`. */
    boot?: string;
    up?: number;
}

/** What led to an edge. */
export interface ThresholdEdge {
    /** The value that decided; `undefined` when a reset or a changed configuration did. */
    value?: number;
    /** Onset of the active state, epoch ms. */
    since: number;
    /** This edge, epoch ms. */
    at: number;
    reason: 'tripped' | 'outage' | 'recovered' | 'reset' | 'disabled';
    /** It was on already, and begins anew with this outage. */
    renewed?: boolean;
}

/** One level of a threshold: warning or alarm. */
export class ThresholdLevel {
    private phase: LevelPhase = 'off';
    private since = 0;
    private sinceMonotonic = 0;
    private readonly limits: Limits;
    private readonly durationMs: number;
    private timer: TimerHandle;
    /** The value that keeps the condition up; `undefined` while nothing recent is known. */
    private offending: number | undefined;
    /** Undefined where an older version has kept nothing of it. */
    private outage: string | undefined = '';
    private side: Side | undefined;

    /** @param discharge the side on which it is a level of the battery, and belongs to an outage; default: on none */
    constructor(
        private readonly config: ThresholdLevelConfig | undefined,
        private readonly clock: Clock,
        private readonly onEdge: (active: boolean, edge: ThresholdEdge) => void,
        restored?: LevelState,
        private readonly discharge?: Side,
    ) {
        this.limits = config ? limitsOf(config) : {};
        this.durationMs = 1000 * (figure(config?.seconds) ?? 0);
        if (restored && restored.phase !== 'off') {
            const { elapsedMs, takenAt: at, boot, up } = restored;
            const elapsed = elapsedMs + msSince(clock, { at, boot, up }) * clock.speed;
            this.phase = restored.phase;
            this.since = restored.since;
            this.sinceMonotonic = clock.monotonic() - elapsed;
            this.outage = restored.outage;
            this.side = restored.side;
        }
    }

    get active(): boolean {
        return this.phase === 'on' || this.phase === 'latched';
    }

    /**
     * Ends what the values (not empty) no longer support.
     * @param outage episode of the outage that goes on; '' on mains
     */
    recover(values: readonly number[], outage = ''): void {
        if (!this.config?.enabled) return this.disable();
        const worst = values.find((value) => this.trips(value));
        this.offending = worst;
        if (worst !== undefined) return;
        if (this.phase === 'pending') this.stopPending();
        else if (this.active && !this.isKeptBy(outage) && values.every((value) => this.recovered(value))) {
            if (this.config.latch) this.phase = 'latched';
            else this.goOff('recovered', values[0]);
        }
    }

    /** Begins what the values seen by `recover` support, and begins anew what stands when an outage begins. */
    trip(outage = ''): void {
        if (!this.config?.enabled) return;
        if (this.phase === 'on' || this.offending !== undefined) this.beginAnew(outage);
        if (this.offending === undefined) return;
        if (this.phase === 'latched') this.phase = 'on';
        if (this.phase === 'off') {
            this.phase = 'pending';
            this.since = this.clock.now();
            this.sinceMonotonic = this.clock.monotonic();
        }
        if (this.phase === 'pending') this.goOnWhenDue(outage);
    }

    /** Nothing recent is known: what is on stays on, and what is pending must be confirmed before it goes on. */
    unknown(outage = ''): void {
        if (!this.config?.enabled) return this.disable();
        this.offending = undefined;
        if (this.phase === 'on') this.beginAnew(outage);
    }

    /** Releases the latch. While the condition still holds there is nothing to release. */
    reset(): boolean {
        if (this.phase !== 'latched') return false;
        this.goOff('reset');
        return true;
    }

    state(): LevelState {
        const { at: takenAt, ...boot } = momentNow(this.clock);
        return {
            phase: this.phase,
            since: this.phase === 'off' ? 0 : this.since,
            elapsedMs: this.phase === 'off' ? 0 : this.clock.monotonic() - this.sinceMonotonic,
            takenAt,
            ...boot,
            ...(this.active && { outage: this.outage, side: this.side }),
        };
    }

    destroy(): void {
        this.clock.clearTimeout(this.timer);
        this.timer = undefined;
    }

    /** In an outage a level of its battery stays on: what rises when load is shed is no recovery. */
    private isKeptBy(outage: string): boolean {
        return outage !== '' && this.outage === outage && this.isBatteryLevel();
    }

    private isBatteryLevel(): boolean {
        return this.discharge !== undefined && (this.side ?? this.discharge) === this.discharge;
    }

    private beginAnew(outage: string): void {
        if (!this.active || outage === '' || this.outage === outage || !this.isBatteryLevel()) return;
        const before = this.outage;
        this.outage = outage;
        if (before === undefined) return;
        this.phase = 'on';
        this.since = this.clock.now();
        this.sinceMonotonic = this.clock.monotonic();
        const edge = { value: this.offending, since: this.since, at: this.since, reason: 'outage' } as const;
        this.onEdge(true, { ...edge, renewed: true });
    }

    private trips(value: number): boolean {
        const { low, high } = this.limits;
        if (this.config?.atLimit && (value === low || value === high)) return true;
        return (low !== undefined && value < low) || (high !== undefined && value > high);
    }

    private recovered(value: number): boolean {
        const { recoveryLow, recoveryHigh } = this.limits;
        return (
            (recoveryLow === undefined || value >= recoveryLow) && (recoveryHigh === undefined || value <= recoveryHigh)
        );
    }

    private goOnWhenDue(outage: string): void {
        const left = this.durationMs - (this.clock.monotonic() - this.sinceMonotonic);
        if (left <= 0) return this.goOn(outage);
        this.timer ??= this.clock.setTimeout(() => {
            this.timer = undefined;
            // A value too old to be known decides nothing new: the next reading does.
            if (this.phase === 'pending' && this.offending !== undefined) this.goOnWhenDue(outage);
        }, left);
    }

    private goOn(outage: string): void {
        this.destroy();
        this.phase = 'on';
        this.outage = outage;
        this.side = this.limits.low !== undefined && this.offending! < this.limits.low ? 'low' : 'high';
        this.since = this.clock.now();
        this.sinceMonotonic = this.clock.monotonic();
        this.onEdge(true, { value: this.offending, since: this.since, at: this.since, reason: 'tripped' });
    }

    private stopPending(): void {
        this.destroy();
        this.phase = 'off';
    }

    private disable(): void {
        if (this.phase === 'pending') this.stopPending();
        if (this.active) this.goOff('disabled');
    }

    private goOff(reason: 'recovered' | 'reset' | 'disabled', value?: number): void {
        this.phase = 'off';
        this.onEdge(false, { value, since: this.since, at: this.clock.now(), reason });
    }
}
