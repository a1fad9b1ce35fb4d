import type { Clock, TimerHandle } from '../../core/clock';
import { UpsError } from '../../core/errors';
import { said } from '../../core/language/sentence';
import type { Pace } from './pace';

/** What the loop does, one thing at a time. None of these may reject. */
export interface PollWork {
    poll(): Promise<void>;
    /** One step of the work that may wait for polls; false when there is none to do. */
    background(): Promise<boolean>;
    /** Clock.monotonic() when background work falls due next. */
    backgroundDue(): number;
}

/** Commands waiting for their turn. */
const MAX_JOBS = 16;

/** A timer that goes off so much later than asked, ms, shows that the process cannot keep up: a busy one is late by some ms. */
const BUSY_MS = 250;
/** Polls give way for as long as they were late themselves, at most so long. */
const LONGEST_YIELD_MS = 2000;

interface Job {
    run(): Promise<void>;
    cancel(): void;
}

/**
 * Polls at its pace, and carries out commands between two polls. Commands go before polls, polls before background work, and never
 * more than one of them is under way. Where polls take longer than their interval, each lets one step of background work go before the next.
 */
export class PollLoop {
    private readonly jobs: Job[] = [];
    private requested = true;
    private stopped = false;
    private timer?: TimerHandle;
    private wake?: () => void;
    private running?: Promise<void>;

    constructor(
        private readonly clock: Clock,
        private readonly pace: Pace,
        private readonly work: PollWork,
    ) {}

    start(): void {
        if (this.stopped) return;
        this.running ??= this.run();
    }

    /** One poll as soon as the line is free; asked for during a poll, one more after it. */
    pollNow(): void {
        this.requested = true;
        this.wake?.();
    }

    setUrgent(urgent: boolean): void {
        if (this.pace.setUrgent(urgent)) this.wake?.();
    }

    /**
     * Runs `job` when the line is free, ahead of polls.
     * @throws UpsError command-failed when too many wait already, interrupted when the loop stops first
     */
    enqueue<T>(job: () => Promise<T>): Promise<T> {
        if (this.stopped) return Promise.reject(new UpsError('interrupted'));
        if (this.jobs.length >= MAX_JOBS) {
            return Promise.reject(new UpsError('command-failed', { reason: said('busyCommands', { n: MAX_JOBS }) }));
        }
        return new Promise<T>((resolve, reject) => {
            this.jobs.push({
                run: () => job().then(resolve, reject),
                cancel: () => reject(new UpsError('interrupted')),
            });
            this.wake?.();
        });
    }

    /** What is under way is waited for: the owner closes the transport first. Idempotent. */
    async stop(): Promise<void> {
        this.stopped = true;
        for (const job of this.jobs.splice(0)) job.cancel();
        this.wake?.();
        await this.running;
    }

    private async run(): Promise<void> {
        let owesStep = false;
        while (!this.stopped) {
            const job = this.jobs.shift();
            const now = this.clock.monotonic();
            if (job) {
                await job.run();
            } else if (this.requested || (now >= this.pace.due() && !(owesStep && now >= this.work.backgroundDue()))) {
                this.pace.began(now, this.requested);
                this.requested = false;
                await this.work.poll();
                this.pace.ended?.();
                owesStep = this.clock.monotonic() >= this.pace.due();
                continue;
            } else if (now < this.work.backgroundDue() || !(await this.work.background())) {
                const late = await this.rest(Math.min(this.pace.due(), this.work.backgroundDue()));
                // The process has more to do than it can: each device is asked less often, so that jobs get their turn.
                if (late > BUSY_MS) await this.rest(this.clock.monotonic() + Math.min(late, LONGEST_YIELD_MS));
            }
            owesStep = false;
        }
    }

    /** @returns how much later than asked the timer went off, clock ms; 0 if something else has ended the rest */
    private async rest(until: number): Promise<number> {
        const isOver = await new Promise<boolean>((resolve) => {
            this.wake = () => resolve(false);
            this.timer = this.clock.setTimeout(() => resolve(true), Math.max(0, until - this.clock.monotonic()));
            if (this.stopped || this.requested || this.jobs.length > 0) resolve(false);
        });
        this.wake = undefined;
        this.clock.clearTimeout(this.timer);
        this.timer = undefined;
        return isOver ? this.clock.monotonic() - until : 0;
    }
}
