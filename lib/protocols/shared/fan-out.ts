import type { Clock, TimerHandle } from '../../core/clock';
import { reasonFor, UpsError } from '../../core/errors';
import { isSentence, said, type Told } from '../../core/language/sentence';
import { deferred } from './deferred';
import { endOf, CLOSE_GRACE_MS } from '../../core/commands/end-code';

/** One try at one target. */
export interface Attempt<R> {
    result: Promise<AttemptResult<R>>;
    /** Gives up; nobody reads `result` any more. */
    abort(): void;
    /** The result if the attempt must make room for others; undefined: it is tried again later, and this attempt is not counted. */
    displaced?(): AttemptResult<R> | undefined;
    /** Whether the target has received the first byte of its message: such an attempt is finished. Default: it has not. */
    begun?(): boolean;
}

/** Why a target was told nothing: what it was to be told of ended before its turn came. */
export const ENDED = said('host.ended');

export function isEnded(error: Told | undefined): boolean {
    return isSentence(error) && error.key === ENDED.key;
}

export type AttemptResult<R> = { ok: true; value: R } | { ok: false; error: Told; value?: R; final?: boolean };

export interface FanOutOptions {
    /** How many attempts may be in their prompt phase at once. */
    parallel: number;
    /** An attempt older than this, ms, no longer counts as prompt. */
    promptMs: number;
    /** How many attempts may be under way at all: a bound on open sockets. */
    maxOpen: number;
    /** Further tries after the first; Infinity: until it is ended or stopped. */
    retries: number;
    /** No further try begins after so many ms; default: no limit. */
    patienceMs?: number;
    /** Before the first retry, ms; doubles each time, up to `maxRetryDelayMs`. */
    retryDelayMs: number;
    maxRetryDelayMs: number;
    /** How long attempts may take to finish when the node closes, ms; default `CLOSE_GRACE_MS`. */
    leaveGraceMs?: number;
}

export interface FanOutOutcome<R> {
    ok: boolean;
    attempts: number;
    /** From the start of the fan-out to the outcome of this target, ms. */
    ms: number;
    value?: R;
    error?: Told;
}

interface Target<H> {
    item: H;
    index: number;
    attempts: number;
}

interface Running<H, R> {
    target: Target<H>;
    attempt: Attempt<R>;
    prompt: boolean;
    timer: TimerHandle;
}

/**
 * Serves many targets at once, with bounded work, so that dead targets do not delay the others.
 *
 * A plain limit of n in parallel lets n dead hosts block all others for a whole time-out. Here the limit holds only for
 * the prompt phase: an attempt that has not finished within `promptMs` goes on, but gives its place to the next target.
 * So d dead ones hold the last target back by at most d / parallel * promptMs, whatever the time-out. Slow attempts are
 * bounded by `maxOpen`; at that bound a target never tried takes the place of the oldest slow attempt, which is tried
 * again later. First tries go before retries.
 */
export class FanOut<H, R> {
    private readonly fresh: Target<H>[];
    private readonly again: Target<H>[] = [];
    private readonly running = new Set<Running<H, R>>();
    private readonly waiting = new Map<TimerHandle, Target<H>>();
    private readonly outcomes: FanOutOutcome<R>[] = [];
    private readonly startedAt: number;
    private prompt = 0;
    private open: number;
    private stopped = false;
    private ended = false;
    private readonly finished = deferred<FanOutOutcome<R>[]>();

    constructor(
        private readonly clock: Clock,
        items: readonly H[],
        private readonly start: (item: H) => Attempt<R>,
        /** Must not throw. */
        private readonly settled: (item: H, outcome: FanOutOutcome<R>) => void,
        private readonly options: FanOutOptions,
    ) {
        this.fresh = items.map((item, index) => ({ item, index, attempts: 0 }));
        this.open = items.length;
        this.startedAt = clock.monotonic();
    }

    /** Resolves with one outcome per item, in their order. Call once. */
    run(): Promise<FanOutOutcome<R>[]> {
        if (!this.open) this.finished.resolve([]);
        this.pump();
        return this.finished.promise;
    }

    /**
     * As `run`, until `signal` is given: then no further target is served (see `end`). If the signal has another reason than the end of the event,
     * such as the close of a node, attempts that have begun get some seconds to finish.
     * @throws UpsError interrupted: the signal had another reason than the end of the event, and targets are left
     */
    async runUntil(signal: AbortSignal | undefined): Promise<FanOutOutcome<R>[]> {
        let grace: TimerHandle;
        const interrupted = new UpsError('interrupted', { since: this.clock.now() });
        const abort = () => {
            this.end();
            const { leaveGraceMs = CLOSE_GRACE_MS } = this.options;
            if (!endOf(signal)) grace = this.clock.setTimeout(() => this.stop(interrupted), leaveGraceMs);
        };
        signal?.addEventListener('abort', abort, { once: true });
        try {
            if (signal?.aborted) abort();
            const outcomes = await this.run();
            const left = outcomes.some(({ error }) => isEnded(error));
            if (left && signal?.aborted && !endOf(signal)) throw interrupted;
            return outcomes;
        } finally {
            this.clock.clearTimeout(grace);
            signal?.removeEventListener('abort', abort);
        }
    }

    /** Serves no further target: an attempt without its first byte ends as `ENDED`, any other one is finished. Idempotent. */
    end(): void {
        if (this.stopped || this.ended) return;
        this.ended = true;
        const left = [...this.fresh.splice(0), ...this.again.splice(0)];
        for (const [timer, target] of this.waiting) {
            this.clock.clearTimeout(timer);
            left.push(target);
        }
        this.waiting.clear();
        for (const running of [...this.running]) {
            if (running.attempt.begun?.()) continue;
            this.abandon(running);
            running.target.attempts--;
            left.push(running.target);
        }
        for (const target of left) this.settle(target, { ok: false, error: ENDED });
    }

    /** Aborts all attempts; `run` rejects with `reason`. Idempotent. */
    stop(reason: Error): void {
        if (this.stopped) return;
        this.stopped = true;
        for (const timer of this.waiting.keys()) this.clock.clearTimeout(timer);
        this.waiting.clear();
        for (const running of [...this.running]) this.abandon(running);
        this.finished.reject(reason);
    }

    private pump(): void {
        while (!this.stopped && this.prompt < this.options.parallel) {
            const queue = this.fresh.length ? this.fresh : this.again;
            if (!queue.length) return;
            if (this.running.size >= this.options.maxOpen && !(queue === this.fresh && this.makeRoom())) return;
            this.launch(queue.shift()!);
        }
    }

    private launch(target: Target<H>): void {
        target.attempts++;
        const running: Running<H, R> = { target, attempt: this.start(target.item), prompt: true, timer: undefined };
        this.prompt++;
        this.running.add(running);
        running.timer = this.clock.setTimeout(() => {
            this.leavePrompt(running);
            this.pump();
        }, this.options.promptMs);
        const take = (result: AttemptResult<R>) => {
            if (!this.running.has(running)) return;
            this.release(running);
            this.take(target, result);
            this.pump();
        };
        running.attempt.result.then(take, (error: unknown) => take({ ok: false, error: reasonFor(error) }));
    }

    /** Sets insert in order: the first slow attempt is the oldest. */
    private makeRoom(): boolean {
        const oldest = [...this.running].find((running) => !running.prompt);
        if (!oldest) return false;
        const result = oldest.attempt.displaced?.();
        this.abandon(oldest);
        if (result) {
            this.take(oldest.target, result);
        } else {
            oldest.target.attempts--;
            this.again.push(oldest.target);
        }
        return true;
    }

    private take(target: Target<H>, result: AttemptResult<R>): void {
        if (this.stopped) return;
        const { retries, retryDelayMs, maxRetryDelayMs, patienceMs = Infinity } = this.options;
        const delay = Math.min(retryDelayMs * 2 ** (target.attempts - 1), maxRetryDelayMs);
        const inTime = this.clock.monotonic() - this.startedAt + delay <= patienceMs;
        if (!result.ok && !result.final && !this.ended && inTime && target.attempts <= retries) {
            const timer = this.clock.setTimeout(() => {
                this.waiting.delete(timer);
                this.again.push(target);
                this.pump();
            }, delay);
            this.waiting.set(timer, target);
            return;
        }
        // It would have had another turn.
        if (!result.ok && !result.final && this.ended) this.settle(target, { ok: false, error: ENDED });
        else this.settle(target, result);
    }

    private settle(target: Target<H>, result: AttemptResult<R>): void {
        const outcome: FanOutOutcome<R> = {
            ok: result.ok,
            attempts: target.attempts,
            ms: Math.round(this.clock.monotonic() - this.startedAt),
            value: result.value,
            error: result.ok ? undefined : result.error,
        };
        this.outcomes[target.index] = outcome;
        this.settled(target.item, outcome);
        if (--this.open === 0) this.finished.resolve(this.outcomes);
    }

    private abandon(running: Running<H, R>): void {
        this.release(running);
        running.attempt.abort();
    }

    private release(running: Running<H, R>): void {
        this.running.delete(running);
        this.clock.clearTimeout(running.timer);
        this.leavePrompt(running);
    }

    private leavePrompt(running: Running<H, R>): void {
        if (!running.prompt) return;
        running.prompt = false;
        this.prompt--;
    }
}
