import type { Clock } from '../clock';
import type { CardState } from './model';

const START: readonly CardState[] = ['initializing'];
const BUSY: readonly CardState[] = ['initializing', 'searching', 'addressing'];
const RUNNING: CardState = 'monitoring-started';

/** JSON */
export interface StartState {
    /** Clock ms since the monitor started, as far as somebody saw it start. */
    sinceStartMs?: number;
    busy?: true;
    /** `monitoring-started` was told, and off. */
    stopped?: true;
}

/**
 * Knows by its flags when a battery monitor started, and whether it addresses or searches its modules: its impedance cannot be compared then. That the flags
 * mean this is [inferred] from their names. A monitor that nobody saw start counts as running for long.
 */
export class MonitorStart {
    private startedAt: number | undefined;
    private busy = false;
    private stopped = false;

    /** @param awayMs clock ms since the state was taken */
    constructor(
        private readonly clock: Clock,
        state?: StartState,
        awayMs = 0,
    ) {
        if (Number.isFinite(state?.sinceStartMs)) this.startedAt = clock.monotonic() - state!.sinceStartMs! - awayMs;
        this.busy = state?.busy === true;
        this.stopped = state?.stopped === true;
    }

    /** @returns whether anything that is kept has changed */
    flags(states: ReadonlySet<CardState>, tells: ReadonlySet<CardState>): boolean {
        const before = [this.busy, this.stopped, this.startedAt].join();
        const running = states.has(RUNNING);
        if (START.some((state) => states.has(state)) || (this.stopped && running))
            this.startedAt = this.clock.monotonic();
        if (tells.has(RUNNING)) this.stopped = !running;
        if (BUSY.some((state) => tells.has(state))) this.busy = BUSY.some((state) => states.has(state));
        return before !== [this.busy, this.stopped, this.startedAt].join();
    }

    /** @param waitMs how long its impedance is not comparable after a start */
    settled(waitMs: number): boolean {
        if (this.busy) return false;
        return this.startedAt === undefined || this.clock.monotonic() - this.startedAt >= waitMs;
    }

    state(): StartState {
        return {
            ...(this.startedAt !== undefined && { sinceStartMs: this.clock.monotonic() - this.startedAt }),
            ...(this.busy && { busy: true }),
            ...(this.stopped && { stopped: true }),
        };
    }
}
