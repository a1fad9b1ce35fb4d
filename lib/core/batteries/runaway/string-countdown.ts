import type { RunawayConfig } from './config';
import type { RunawayPhase, RunawayReason, RunawayView } from './view';

/** What a sweep shows of one string. */
export interface StringHeat {
    /** The whole condition: hot and rising, above the highest, or too much current. */
    condition: boolean;
    /** Not over: still hot, or what was hot is not known now. */
    holds: boolean;
    reasons: RunawayReason[];
}

/** JSON */
export interface StringState {
    phase: RunawayPhase;
    since: number;
    /** ms for which the condition has been true (pending). */
    trueMs: number;
    /** ms left of the countdown (counting). */
    leftMs: number;
    stoppedBy?: string;
    reasons: RunawayReason[];
}

/** One string from the first sign to the runaway. It decides with sweeps alone, and counts the time between them. */
export class StringCountdown {
    private told: StringState;

    constructor(
        private readonly string: number,
        private readonly config: RunawayConfig,
        state: StringState | undefined,
    ) {
        this.told = state ?? { phase: 'off', since: 0, trueMs: 0, leftMs: 0, reasons: [] };
    }

    get phase(): RunawayPhase {
        return this.told.phase;
    }

    get reasons(): readonly RunawayReason[] {
        return this.told.reasons;
    }

    /** The warning is on. */
    get isWarned(): boolean {
        return ['counting', 'stopped', 'runaway'].includes(this.phase);
    }

    /** The event is on. */
    get isRunaway(): boolean {
        return this.phase === 'runaway' || this.phase === 'latched';
    }

    /**
     * @param passedMs since the last sweep, also over a restart: a countdown that fell due meanwhile fires with this sweep, if it shows the condition
     * @param held the countdown stands still
     */
    sweep(passedMs: number, held: boolean, { condition, holds, reasons }: StringHeat, wall: number): void {
        const { told } = this;
        if (reasons.length > 0) told.reasons = reasons;
        switch (told.phase) {
            case 'off':
                if (condition) this.go('pending', wall);
                break;
            case 'pending':
                told.trueMs += passedMs;
                if (!condition) this.go('off', wall);
                else if (told.trueMs >= 60_000 * this.config.minutes) this.go('counting', wall);
                break;
            case 'counting':
                if (!held) told.leftMs = Math.max(0, told.leftMs - passedMs);
                if (!holds) this.go('off', wall);
                else if (condition && !held && told.leftMs === 0) this.go('runaway', wall);
                break;
            case 'stopped':
                if (!holds) this.go('off', wall);
                break;
            case 'runaway':
                if (!holds) this.go(this.config.latch ? 'latched' : 'off', wall);
                break;
            case 'latched':
                // It has been on all the time.
                if (condition) this.go('runaway', wall);
                break;
        }
    }

    stop(by: string, wall: number): boolean {
        if (this.phase !== 'counting') return false;
        this.go('stopped', wall);
        this.told.stoppedBy = by;
        return true;
    }

    rearm(wall: number): boolean {
        if (this.phase !== 'stopped') return false;
        this.go('counting', wall);
        return true;
    }

    reset(wall: number): boolean {
        if (this.phase !== 'latched') return false;
        this.go('off', wall);
        return true;
    }

    /** @param passedMs since the last sweep */
    view(passedMs: number, held: boolean): RunawayView {
        const { phase, since, leftMs, stoppedBy, reasons } = this.told;
        const counting = phase === 'counting';
        return {
            string: this.string,
            phase,
            ...(counting && { remainingMs: held ? leftMs : Math.max(0, leftMs - passedMs) }),
            ...(counting && held && { held: true as const }),
            ...(stoppedBy !== undefined && { stoppedBy }),
            since,
            reasons: structuredClone(reasons),
        };
    }

    state(): StringState {
        return structuredClone(this.told);
    }

    private go(phase: RunawayPhase, since: number): void {
        const reasons = phase === 'off' ? [] : this.told.reasons;
        const leftMs = phase === 'counting' ? 60_000 * this.config.countdownMinutes : 0;
        this.told = { phase, since, trueMs: 0, leftMs, reasons };
        // No minutes to wait: it goes on with the same sweep.
        if (phase === 'pending' && this.config.minutes === 0) this.go('counting', since);
    }
}
