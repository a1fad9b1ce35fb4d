import type { Clock } from '../../core/clock';
import { sameState, waitingFor, type DriverState } from '../../core/driver';
import { asUpsError, type UpsError } from '../../core/errors';
import { FixedRate, type Pace } from './pace';
import { PollLoop } from './poll-loop';

/** How long a device that does not answer is left in peace; each further failure in a row doubles the wait. */
export interface BackOff {
    firstMs: number;
    longestMs: number;
}

export interface Polling {
    clock: Clock;
    /** Clock ms between polls. */
    intervalMs: number;
    /** When polls are due; default: each `intervalMs`, and twice as often while urgent. */
    pace?: Pace;
    /** So many failures in a row end `ready`; default 1. One lost answer on a serial line is noise. */
    failuresToWaiting?: number;
    /** Absent: it is asked at its pace all the same. */
    backOff?: BackOff;
    /** A read cannot be broken off: `stop` does not wait for one that is under way. */
    abandonsReads?: boolean;
}

/**
 * What all devices that are polled have in common: the loop, the state, what a failure means, and the end. A subclass says how to read
 * (`read`), what to do with a reading (`publish`) and how to let go of the line (`release`).
 */
export abstract class PolledDevice<Reading> {
    protected readonly clock: Clock;
    protected readonly loop: PollLoop;
    private current: DriverState = { state: 'idle' };
    private begun = false;
    private ending = false;
    private failures = 0;
    /** Clock.monotonic() before which it is not asked again. */
    private retryAt = -Infinity;

    constructor(private readonly polling: Polling) {
        const { clock, intervalMs, pace = new FixedRate(clock, intervalMs) } = polling;
        this.clock = clock;
        this.loop = new PollLoop(clock, pace, {
            poll: () => this.poll(),
            background: () => this.background(),
            backgroundDue: () => this.backgroundDue(),
        });
    }

    get state(): DriverState {
        return this.current;
    }

    /** One poll now, without waiting for the interval. Coalesced. */
    pollNow(): void {
        this.loop.pollNow();
    }

    /** Polls faster while an outage or an alarm is on. */
    setUrgent(urgent: boolean): void {
        this.loop.setUrgent(urgent);
    }

    /** Idempotent. Nothing but `closed` is told any more. */
    async stop(): Promise<void> {
        this.ending = true;
        await this.release();
        const ended = this.loop.stop();
        if (!this.polling.abandonsReads) await ended;
        this.enter({ state: 'closed' });
    }

    /** Begins to poll, unless it has begun, or was stopped, before. */
    protected beginPolling(): void {
        if (this.begun || this.ending) return;
        this.begun = true;
        this.enter({ state: 'connecting' });
        this.prepare();
        this.loop.start();
    }

    /** Whether `stop` was called. */
    protected get stopping(): boolean {
        return this.ending;
    }

    /** One reading; undefined: the device has none yet, or the reading was delivered already. @throws whatever went wrong */
    protected abstract read(): Promise<Reading | undefined>;

    /** Takes a reading of a device that is `ready`. `further`: the reading before with more of the same poll. */
    protected abstract publish(reading: Reading, further: boolean): void;

    /** Gives up the line, so that a read that is under way ends. Idempotent, never throws. */
    protected abstract release(): Promise<void> | void;

    /** Told of every state; `isNews`: it is another one, or the same silence for another reason. */
    protected abstract entered(state: DriverState, isNews: boolean): void;

    /** Before the first poll. */
    protected prepare(): void {}

    /** The device does not answer: what was learned of it may no longer hold. */
    protected forget(): void {}

    /** Any error of `read` as an UpsError. */
    protected failureOf(error: unknown): UpsError {
        return asUpsError(error, 'protocol', {});
    }

    /** The failure with what is known of its reason, as people are told it. */
    protected explained(failure: UpsError): UpsError {
        return failure;
    }

    /** One step of the work that may wait for polls; false when there is none to do. */
    protected background(): Promise<boolean> {
        return Promise.resolve(false);
    }

    /** Clock.monotonic() when background work falls due next. */
    protected backgroundDue(): number {
        return Infinity;
    }

    protected deliver(reading: Reading, further = false): void {
        if (this.ending) return;
        this.failures = 0;
        if (this.current.state !== 'ready') this.enter({ state: 'ready', since: this.clock.now() });
        this.publish(reading, further);
    }

    protected fail(error: unknown): void {
        if (this.ending) return;
        const failure = this.failureOf(error);
        if (failure.code === 'interrupted') return;
        const { failuresToWaiting = 1, backOff } = this.polling;
        this.failures++;
        if (this.current.state === 'ready' && this.failures < failuresToWaiting) return;
        if (backOff) {
            const doublings = Math.min(10, Math.max(0, this.failures - failuresToWaiting));
            this.retryAt = this.clock.monotonic() + Math.min(backOff.longestMs, backOff.firstMs * 2 ** doublings);
        }
        this.forget();
        this.enter(waitingFor(this.explained(failure)));
    }

    /** `closed` is the last state of all. */
    protected enter(state: DriverState): void {
        if (this.current.state === 'closed') return;
        const isNews = !sameState(this.current, state);
        this.current = state;
        this.entered(state, isNews);
    }

    private async poll(): Promise<void> {
        if (this.clock.monotonic() < this.retryAt) return;
        try {
            const reading = await this.read();
            if (reading !== undefined) this.deliver(reading);
        } catch (error) {
            this.fail(error);
        }
    }
}
