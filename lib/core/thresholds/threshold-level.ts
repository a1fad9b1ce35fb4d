import type { Clock, TimerHandle } from '../clock';
import { momentNow, msSince } from '../moment';
import type { Side } from './battery-levels';
import { figure, type Limits, limitsOf, type ThresholdLevelConfig } from './config';

/**
 * `pending`: the condition is true, but not long enough yet. `latched`: the condition has ended, and the level waits for a reset. On and
 * latched are active.
 */
export type LevelPhase = 'off' | 'pending' | 'on' | 'latched';

/** JSON; stored so that a latched alarm and a running duration survive the process. */
export interface LevelState {
    phase: LevelPhase;
    /** When the condition began (pending) or the level went on (on, latched), epoch ms. */
    since: number;
    /** Pending: how long the condition had been true at `takenAt`, ms, by the monotonic clock; otherwise 0. */
    elapsedMs: number;
    /** When the state was taken, epoch ms. */
    takenAt: number;
    /** The outage in which it began, or began anew last; '' if it began on mains. */
    outage?: string;
    /** The limit that was crossed. */
    side?: Side;
    /** The same moment as time since the boot, see `Moment`. */
    boot?: string;
    up?: number;
}

/** An edge of a level. */
export interface ThresholdEdge {
    /** The value that decided; `undefined` if a reset or a changed configuration decided. */
    value?: number;
    /** Onset of the active state, epoch ms. */
    since: number;
    /** Time of this edge, epoch ms. */
    at: number;
    reason: 'tripped' | 'outage' | 'recovered' | 'reset' | 'disabled';
    /** It was on already, and begins anew with this outage. */
    renewed?: boolean;
}

/** One level of a threshold: warning or alarm. */
export class ThresholdLevel {
    private phase: LevelPhase = 'off';
    private since = 0;
    /** Pending: when the condition began, monotonic ms. */
    private sinceMonotonic = 0;
    private readonly limits: Limits;
    private readonly durationMs: number;
    private timer: TimerHandle;
    /** The value for which the condition is true; `undefined` while no recent value is known. */
    private offending: number | undefined;
    /** Undefined if the state comes from an older version, which did not store the outage. */
    private outage: string | undefined = '';
    private side: Side | undefined;

    /** @param discharge the side on which the value is a battery level, and belongs to an outage; default: none */
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
     * Ends the level if the values (not empty) no longer meet its condition.
     * @param outage episode of the present outage; '' on mains
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

    /** Begins the level if the values of the last `recover` meet its condition. An active level begins anew when an outage begins. */
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

    /** No recent value is known: an active level stays on, and a pending one needs a new value before it goes on. */
    unknown(outage = ''): void {
        if (!this.config?.enabled) return this.disable();
        this.offending = undefined;
        if (this.phase === 'on') this.beginAnew(outage);
    }

    /** Releases the latch, if the condition has ended. */
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
            elapsedMs: this.phase === 'pending' ? this.clock.monotonic() - this.sinceMonotonic : 0,
            takenAt,
            ...boot,
            ...(this.active && { outage: this.outage, side: this.side }),
        };
    }

    destroy(): void {
        this.clock.clearTimeout(this.timer);
        this.timer = undefined;
    }

    /** In an outage an active battery level stays on: a value that rises because load is shed is no recovery. */
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
            // An outdated value decides nothing new: the next reading does.
            if (this.phase === 'pending' && this.offending !== undefined) this.goOnWhenDue(outage);
        }, left);
    }

    private goOn(outage: string): void {
        this.destroy();
        this.phase = 'on';
        this.outage = outage;
        this.side = this.limits.low !== undefined && this.offending! < this.limits.low ? 'low' : 'high';
        this.since = this.clock.now();
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
