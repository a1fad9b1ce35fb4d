import type { Clock, TimerHandle } from '../clock';
import { momentNow, msSince } from '../moment';
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
    reason: 'tripped' | 'recovered' | 'reset' | 'disabled';
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

    constructor(
        private readonly config: ThresholdLevelConfig | undefined,
        private readonly clock: Clock,
        private readonly onEdge: (active: boolean, edge: ThresholdEdge) => void,
        restored?: LevelState,
    ) {
        this.limits = config ? limitsOf(config) : {};
        this.durationMs = 1000 * (figure(config?.seconds) ?? 0);
        if (restored && restored.phase !== 'off') {
            const { elapsedMs, takenAt: at, boot, up } = restored;
            const elapsed = elapsedMs + msSince(clock, { at, boot, up }) * clock.speed;
            this.phase = restored.phase;
            this.since = restored.since;
            this.sinceMonotonic = clock.monotonic() - elapsed;
        }
    }

    get active(): boolean {
        return this.phase === 'on' || this.phase === 'latched';
    }

    /** Ends what the values (not empty) no longer support. */
    recover(values: readonly number[]): void {
        if (!this.config?.enabled) return this.disable();
        const worst = values.find((value) => this.trips(value));
        this.offending = worst;
        if (worst !== undefined) return;
        if (this.phase === 'pending') this.stopPending();
        else if (this.active && values.every((value) => this.recovered(value))) {
            if (this.config.latch) this.phase = 'latched';
            else this.goOff('recovered', values[0]);
        }
    }

    /** Begins what the values seen by `recover` support. */
    trip(): void {
        if (this.offending === undefined || !this.config?.enabled) return;
        if (this.phase === 'latched') this.phase = 'on';
        if (this.phase === 'off') {
            this.phase = 'pending';
            this.since = this.clock.now();
            this.sinceMonotonic = this.clock.monotonic();
        }
        if (this.phase === 'pending') this.goOnWhenDue();
    }

    /** Nothing recent is known: what is on stays on, and what is pending must be confirmed before it goes on. */
    unknown(): void {
        if (!this.config?.enabled) this.disable();
        else this.offending = undefined;
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
        };
    }

    destroy(): void {
        this.clock.clearTimeout(this.timer);
        this.timer = undefined;
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

    private goOnWhenDue(): void {
        const left = this.durationMs - (this.clock.monotonic() - this.sinceMonotonic);
        if (left <= 0) return this.goOn();
        this.timer ??= this.clock.setTimeout(() => {
            this.timer = undefined;
            // A value too old to be known decides nothing new: the next reading does.
            if (this.phase === 'pending' && this.offending !== undefined) this.goOnWhenDue();
        }, left);
    }

    private goOn(): void {
        this.destroy();
        this.phase = 'on';
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
