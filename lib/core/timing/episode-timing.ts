import type { Clock, TimerHandle } from '../clock';
import type { RuntimeChoice } from '../events/source';

export type TimingMode = 'immediately' | 'after' | 'repeat' | 'on-battery' | 'remaining';

export const TIMING_MODES: TimingMode[] = ['immediately', 'after', 'repeat', 'on-battery', 'remaining'];

/** Job timing of the CS141 manual ("Job timing"). */
export interface TimingConfig {
    mode: TimingMode;
    /** Seconds after the onset, on battery, of runtime that is left, or between repeats (mode `repeat`); the mode decides. */
    seconds: number;
    /** Fires again every so many seconds while the event is active; 0 = once. Mode `repeat` uses `seconds`. */
    repeatSeconds: number;
    runtime: RuntimeChoice;
}

/** The data that a timing needs about its episode. */
export interface TimedEpisode {
    /** Clock ms since the onset, or since the firing that reached this timing. */
    elapsedMs(): number;
    /** Whether its UPS is on battery; undefined: it has no UPS. If this method is absent, `secondsOnBattery` decides. */
    onBattery?(): boolean | undefined;
    secondsOnBattery(): number | undefined;
    remainingSeconds(choice: RuntimeChoice): number | undefined;
    /** False after a restart until the event is confirmed, and while the source holds its timers. The source calls `check()` when it changes. */
    mayFire(): boolean;
}

export interface TimingState {
    fired: number;
    /** Elapsed ms of the last firing; -1 before the first. */
    lastFiredMs: number;
}

/** What a timing waits for, for its status. */
export type Waiting =
    | { for: 'time'; ms: number }
    | { for: 'runtime'; remainingSeconds: number }
    | { for: 'unknown-runtime' }
    | { for: 'battery' }
    /** It waits for the battery of a UPS, but the event belongs to no UPS. */
    | { for: 'no-ups' }
    | { for: 'confirmation' }
    | { for: 'end' };

/**
 * Decides when one timing fires for one episode. All its state comes from outside and is reported back, so that the journal can carry it over
 * a restart: a firing is not repeated, and one that fell due meanwhile comes once.
 */
export class EpisodeTiming {
    private timer: TimerHandle;
    private destroyed = false;

    constructor(
        private readonly config: TimingConfig,
        private readonly clock: Clock,
        private readonly episode: TimedEpisode,
        private state: TimingState,
        private readonly onFire: (state: TimingState) => void,
    ) {}

    /** Fires if it is due, or else sets its timer. Must be called after every change that may affect it. */
    check(): void {
        this.clock.clearTimeout(this.timer);
        this.timer = undefined;
        if (this.destroyed) return;
        let waiting = this.waiting();
        if (waiting === 'due') {
            this.fire();
            if (this.destroyed) return;
            waiting = this.waiting();
        }
        const ms = waiting === 'due' ? 0 : sleepFor(waiting);
        if (ms !== undefined) this.timer = this.clock.setTimeout(() => this.check(), ms);
    }

    /** What it waits for now; `due` only between two checks. */
    waiting(): Waiting | 'due' {
        if (!this.episode.mayFire()) return { for: 'confirmation' };
        if (this.state.fired > 0) return this.untilRepeat();
        const { mode, seconds, runtime } = this.config;
        switch (mode) {
            case 'immediately':
            case 'repeat':
                return 'due';
            case 'after':
                return until(seconds * 1000 - this.episode.elapsedMs());
            case 'on-battery': {
                const counted = this.episode.secondsOnBattery() ?? 0;
                const onBattery = this.episode.onBattery ? this.episode.onBattery() : counted > 0;
                if (!onBattery) return { for: onBattery === undefined ? 'no-ups' : 'battery' };
                return until((seconds - counted) * 1000);
            }
            case 'remaining': {
                const onBattery = this.episode.onBattery ? this.episode.onBattery() : true;
                if (!onBattery) return { for: onBattery === undefined ? 'no-ups' : 'battery' };
                const left = this.episode.remainingSeconds(runtime);
                if (left === undefined) return { for: 'unknown-runtime' };
                return left <= seconds ? 'due' : { for: 'runtime', remainingSeconds: left };
            }
        }
    }

    destroy(): void {
        this.destroyed = true;
        this.clock.clearTimeout(this.timer);
    }

    private untilRepeat(): Waiting | 'due' {
        const every = this.repeatMs();
        if (every <= 0) return { for: 'end' };
        return until(this.state.lastFiredMs + every - this.episode.elapsedMs());
    }

    private repeatMs(): number {
        return (this.config.mode === 'repeat' ? this.config.seconds : this.config.repeatSeconds) * 1000;
    }

    private fire(): void {
        const elapsed = this.episode.elapsedMs();
        const every = this.repeatMs();
        const planned = this.state.fired > 0 ? this.state.lastFiredMs + every : this.plannedFirst();
        // Repeats keep their rhythm; after a delay of a whole period or more, a new rhythm begins now.
        const onGrid = planned !== undefined && elapsed - planned < Math.max(every, 1);
        this.state = { fired: this.state.fired + 1, lastFiredMs: onGrid ? planned : elapsed };
        this.onFire(this.state);
    }

    private plannedFirst(): number | undefined {
        const { mode, seconds } = this.config;
        if (mode === 'after') return seconds * 1000;
        return mode === 'immediately' || mode === 'repeat' ? 0 : undefined;
    }
}

function until(ms: number): Waiting | 'due' {
    return ms <= 0 ? 'due' : { for: 'time', ms };
}

/**
 * How often the runtime and the battery state are checked, ms: the runtime may fall faster than time passes, and the UPS may go on battery
 * at any moment.
 */
function sleepFor(waiting: Waiting): number | undefined {
    if (waiting.for === 'time') return waiting.ms;
    if (waiting.for === 'runtime') return 1000;
    if (waiting.for === 'battery') return 200;
    return undefined;
}
