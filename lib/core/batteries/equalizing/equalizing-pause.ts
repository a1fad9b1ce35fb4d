import { realMs, type Clock, type TimerHandle } from '../../clock';
import { asUpsError, UpsError } from '../../errors';
import { type Moment, momentNow, msSince } from '../../moment';
import type { BatteryFlags, BatterySweep } from '../model';
import type { EqualizingControl } from './control';
import { Sight } from './sight';

/**
 * `asked`: the pause is asked for, and not confirmed yet. `counting`: confirmed, or nothing can confirm it. `resuming`: the time is over, or a
 * person ended it; not confirmed yet.
 */
export type PausePhase = 'off' | 'asked' | 'counting' | 'resuming';

/** `unseen`: neither flag nor percent is told by this path, so that nobody can see whether it pauses. */
export type Confirmation = 'confirmed' | 'open' | 'unseen';

export interface PauseView {
    phase: PausePhase;
    confirmation: Confirmation;
    /** Who asked last. */
    by?: string;
    hours?: number;
    /** ms until it resumes. */
    remainingMs?: number;
    /** Epoch ms of the phase. */
    since: number;
    /** The last failure, until the next success. */
    error?: UpsError;
}

export interface EqualizingPauseOptions {
    clock: Clock;
    control: EqualizingControl;
    /** For errors. */
    battery: string;
    /** Real seconds until a pause or a resumption that is not confirmed is a failure [ours]; default 300 and 900. */
    confirmSeconds?: number;
    resumeSeconds?: number;
    /**
     * Anything of the view changed. The caller writes `state()`, and publishes the event `equalizing-paused` by `paused`. Called before
     * anything is sent.
     */
    changed(view: PauseView): void;
    /** A failure that no caller waits for: of a countdown that resumes, or after a restart. */
    failed(error: UpsError): void;
}

/** JSON */
export interface EqualizingState {
    version: 1;
    taken: Moment;
    phase: PausePhase;
    confirmation: Confirmation;
    by?: string;
    hours?: number;
    /** ms left when the state was taken. */
    leftMs?: number;
    since: number;
}

const MS_PER_HOUR = 3_600_000;
const MOST_HOURS = 8760;
const RETRY_MS = 60_000;
/** The request may have arrived all the same. */
const ANSWER_LOST = ['device-silent', 'host-unreachable', 'interrupted'];

interface Waiter {
    resolve(): void;
    reject(error: UpsError): void;
}

/**
 * The pause of the equalizing of one battery (CS141 manual, "Pause Equalization on schedule"): one at a time, a second one takes its place. The
 * hours count from the request, monotonic in the life of a process, and by the time since the boot or the wall clock over a restart
 * (see `Moment`). What fails while it resumes is tried again each minute: nobody is left with equalizing off.
 */
export class EqualizingPause {
    private phase: PausePhase = 'off';
    private confirmation: Confirmation = 'open';
    private by: string | undefined;
    private hours: number | undefined;
    /** Monotonic ms */
    private endsAt: number | undefined;
    private since = 0;
    private error: UpsError | undefined;
    /** The pause that the one asked for takes the place of. */
    private before: { endsAt: number; hours?: number; confirmation: Confirmation } | undefined;
    private waiter: Waiter | undefined;
    private timer: TimerHandle;
    private limit: TimerHandle;
    private sending: AbortController | undefined;
    private readonly sight = new Sight();

    /** @param state of an earlier process, or anything; what does not fit is not used */
    constructor(
        private readonly options: EqualizingPauseOptions,
        state?: unknown,
    ) {
        const kept = asState(state);
        if (!kept) return;
        const { clock } = options;
        this.phase = kept.phase;
        this.confirmation = kept.confirmation;
        this.by = kept.by;
        this.hours = kept.hours;
        this.since = kept.since;
        if (kept.leftMs === undefined) return;
        this.endsAt = clock.monotonic() + kept.leftMs - msSince(clock, kept.taken) * clock.speed;
    }

    /** Goes on with what a restart interrupted: asks again for what is left, counts down, or resumes again. */
    start(): void {
        if (this.phase === 'off') return;
        if (this.phase === 'resuming' || this.left === 0) return this.beginResume(true);
        this.armEnd();
        // It was not known whether the request had arrived: the same one in its place does no harm.
        if (this.phase === 'asked') this.send();
    }

    /**
     * Resolves when the pause is confirmed, or once the control has taken it when it can be seen nowhere (`view().confirmation` says which).
     * @param hours above 0, at most 8760
     * @throws UpsError out-of-range; equalizing-stays: taken, and not done; superseded: another request took its place; those of the control
     */
    pause(hours: number, by: string): Promise<void> {
        if (!(hours > 0 && hours <= MOST_HOURS)) {
            const data = { property: 'hours', value: hours, min: 0, max: MOST_HOURS };
            return Promise.reject(new UpsError('out-of-range', data));
        }
        const { phase, endsAt, confirmation } = this;
        if (phase === 'counting') this.before = { endsAt: endsAt!, hours: this.hours, confirmation };
        else if (phase !== 'asked') this.before = undefined;
        this.hours = hours;
        this.endsAt = this.now + hours * MS_PER_HOUR;
        const done = this.wait(by);
        this.go('asked', 'open');
        this.armEnd();
        this.send();
        return done;
    }

    /** Resolves when the monitor equalizes again. @throws UpsError as `pause` */
    resume(by: string): Promise<void> {
        if (this.phase === 'off') return Promise.resolve();
        const done = this.wait(by);
        this.beginResume(true);
        return done;
    }

    /**
     * What is under way is waited for by somebody who comes later: a job that goes on after a restart. Resolves at once where nothing is.
     * @throws UpsError as `pause`
     */
    join(): Promise<void> {
        const { by } = this;
        if (this.phase !== 'asked' && this.phase !== 'resuming') return Promise.resolve();
        return this.wait(by);
    }

    flags(flags: BatteryFlags): void {
        this.sight.flags(flags);
        this.look();
    }

    sweep(sweep: BatterySweep): void {
        this.sight.sweep(sweep);
        this.look();
    }

    /** The monitor does not answer: what it said before confirms nothing. */
    silent(): void {
        this.sight.forget();
    }

    /** The event `equalizing-paused`. */
    get paused(): boolean {
        return this.phase === 'counting' || this.phase === 'resuming' || this.before !== undefined;
    }

    view(): PauseView {
        const { phase, confirmation, by, hours, since, error } = this;
        return {
            phase,
            confirmation,
            ...(by !== undefined && { by }),
            ...(hours !== undefined && { hours }),
            ...(this.left !== undefined && { remainingMs: this.left }),
            since,
            ...(error && { error }),
        };
    }

    state(): EqualizingState {
        const { phase, confirmation, by, hours, since } = this;
        return {
            version: 1,
            taken: momentNow(this.options.clock),
            phase,
            confirmation,
            ...(by !== undefined && { by }),
            ...(hours !== undefined && { hours }),
            ...(this.left !== undefined && { leftMs: this.left }),
            since,
        };
    }

    /** Idempotent; what is under way goes on after the next start. */
    destroy(): void {
        this.clearTimers();
        this.sending?.abort();
        this.sending = undefined;
        this.waiter?.reject(new UpsError('interrupted', { since: new Date(this.since).toISOString() }));
        this.waiter = undefined;
    }

    private get now(): number {
        return this.options.clock.monotonic();
    }

    private get left(): number | undefined {
        return this.endsAt === undefined ? undefined : Math.max(0, this.endsAt - this.now);
    }

    private wait(by: string | undefined): Promise<void> {
        this.by = by;
        this.waiter?.reject(new UpsError('superseded', { done: 0, total: 1 }));
        return new Promise((resolve, reject) => (this.waiter = { resolve, reject }));
    }

    private go(phase: PausePhase, confirmation: Confirmation): void {
        this.phase = phase;
        this.confirmation = confirmation;
        this.since = this.options.clock.now();
        if (phase === 'off') this.hours = this.endsAt = undefined;
        this.options.changed(this.view());
    }

    private armEnd(): void {
        const { clock } = this.options;
        clock.clearTimeout(this.timer);
        this.timer = clock.setTimeout(() => this.beginResume(!this.options.control.endsByItself), this.left ?? 0);
    }

    private beginResume(asks: boolean): void {
        this.clearTimers();
        this.endsAt = this.before = undefined;
        this.go('resuming', 'open');
        if (asks) return this.send();
        this.sending?.abort();
        this.sight.forget();
        this.taken();
    }

    /** Sends what the phase asks for; a request before it is given up. */
    private send(): void {
        this.sending?.abort();
        const sending = new AbortController();
        this.sending = sending;
        // What was seen before the request says nothing of what it does.
        this.sight.forget();
        const { control } = this.options;
        const pausing = this.phase !== 'resuming';
        const hours = (this.left ?? 0) / MS_PER_HOUR;
        const asked = pausing ? control.pause(hours, sending.signal) : control.resume(sending.signal);
        asked.then(
            () => sending === this.sending && this.taken(),
            (error: unknown) => sending === this.sending && this.refused(asUpsError(error, 'command-failed')),
        );
    }

    /** The control has taken the request; now it has to be seen. */
    private taken(): void {
        const { clock, confirmSeconds = 300, resumeSeconds = 900 } = this.options;
        this.sending = undefined;
        const seconds = this.phase === 'resuming' ? resumeSeconds : confirmSeconds;
        clock.clearTimeout(this.limit);
        this.limit = clock.setTimeout(() => this.notSeen(), realMs(clock, 1000 * seconds));
        this.look();
    }

    private refused(error: UpsError): void {
        this.sending = undefined;
        const { before } = this;
        if (this.phase === 'resuming') {
            this.fail(error);
            const { clock } = this.options;
            this.limit = clock.setTimeout(() => this.send(), realMs(clock, RETRY_MS));
        } else if (before) {
            this.before = undefined;
            this.endsAt = before.endsAt;
            this.hours = before.hours;
            this.fail(error);
            this.go('counting', before.confirmation);
            this.armEnd();
        } else {
            this.fail(error);
            if (ANSWER_LOST.includes(error.code)) this.beginResume(true);
            else this.end('open');
        }
    }

    /** Nothing has confirmed it in time. */
    private notSeen(): void {
        if (!this.sight.canTell) return this.succeed('unseen');
        const resuming = this.phase === 'resuming';
        this.fail(new UpsError('equalizing-stays', { battery: this.options.battery, state: resuming ? 'off' : 'on' }));
        // A monitor outside of its range equalizes nothing, so that a resumption may never be seen. A pause that comes late is taken back.
        if (resuming) this.end('open');
        else this.beginResume(true);
    }

    private look(): void {
        if (this.sending || (this.phase !== 'asked' && this.phase !== 'resuming')) return;
        const seen = this.phase === 'asked' ? this.sight.paused : this.sight.running;
        if (seen) this.succeed('confirmed');
        else if (this.sight.cannotTell) this.succeed('unseen');
    }

    private succeed(confirmation: Confirmation): void {
        this.options.clock.clearTimeout(this.limit);
        this.error = this.before = undefined;
        if (this.phase === 'asked') this.go('counting', confirmation);
        else this.end(confirmation);
        this.waiter?.resolve();
        this.waiter = undefined;
    }

    private end(confirmation: Confirmation): void {
        this.clearTimers();
        this.go('off', confirmation);
    }

    private fail(error: UpsError): void {
        const again = this.error?.code === error.code;
        this.error = error;
        if (this.waiter) this.waiter.reject(error);
        // Each attempt may fail alike: one report is enough.
        else if (!again) this.options.failed(error);
        this.waiter = undefined;
    }

    private clearTimers(): void {
        this.options.clock.clearTimeout(this.timer);
        this.options.clock.clearTimeout(this.limit);
        this.timer = this.limit = undefined;
    }
}

function asState(value: unknown): EqualizingState | undefined {
    const state = value as Partial<EqualizingState> | undefined | null;
    const known = ['off', 'asked', 'counting', 'resuming'].includes(String(state?.phase));
    return state?.version === 1 && known && state.taken ? (state as EqualizingState) : undefined;
}
