import type { CommandResult } from '../driver';
import { UpsError, asUpsError } from '../errors';
import { isSentence, said } from '../language/sentence';
import { checkNesting } from '../unit/shutdown-nesting';
import type { UpsUnit } from '../unit/ups-unit';
import { isNotTaken, pause, whyAborted } from './keep-trying';
import { msLeft, sentNow, type SentMoment, type SentShutdown, type SentShutdowns } from './sent-shutdowns';
import { readCountdown } from './countdown-reading';

export interface ShutdownPlan {
    scope: 'output' | 'system';
    /** Seconds of the unit's clock until it is off. */
    seconds: number;
    /** After the return of the mains; undefined: the device decides. */
    restoreSeconds?: number;
    /** Empty for a button. */
    episode: string;
}

/** What is kept over a kill or a deploy, before anything goes out; `sentAt`: when it was ordered. */
export interface ShutdownProgress extends SentMoment {
    /** The device may have it: it is looked at before it is sent again. Absent in what an earlier version has noted. */
    maybe?: boolean;
    /** It has `first`; what that took the place of is still to be sent. */
    then?: { first: SentShutdown; order: SentShutdown };
}

export interface ShutdownCommandOptions {
    /** At the time of use: a deploy may replace it. @throws UpsError config-missing */
    unit(): UpsUnit;
    sentShutdowns: SentShutdowns;
    progress: ShutdownProgress | undefined;
    saveProgress(progress: ShutdownProgress): void;
    /** Aborted when the event ends, or the node closes. */
    signal: AbortSignal;
    /** Tries until it is taken: see `keepTrying`. */
    retry<T>(attempt: (number: number) => Promise<T>): Promise<{ value: T; attempts: number }>;
}

export interface ShutdownResult {
    result: CommandResult;
    attempts: number;
    /** The outputs were switched off first; this one was sent when they were. */
    waitedFor?: SentShutdown;
    /** Which other one was taken over and sent again; without a result when the event had ended before. */
    then?: { order: SentShutdown; result?: CommandResult };
}

/** Of a result: the order was sent before, and its reply or our process was lost. */
const ARRIVED = said('order.arrived');

export function isArrived({ detail }: CommandResult): boolean {
    return isSentence(detail) && detail.key === ARRIVED.key;
}

/** s: how long after its time a device that tells nothing is taken to have acted. */
const ACTED_MARGIN_S = 10;
const LOOK_S = 2;

/**
 * One shutdown of a UPS, from the order until the device has it, and never twice while one runs: what may have arrived (a lost reply, a kill, a
 * deploy) is looked for first. A UPS has one countdown, and each order replaces the last (RFC 1628 upsControl; NUT and the serial protocols
 * likewise). Of two nested ones (CS141 manual, "UPS Shutdown definition") the outputs' is therefore sent first, and that of the UPS itself
 * when the outputs are off, with the seconds that are left and the later of both returns.
 */
export class ShutdownCommand {
    private readonly order: SentShutdown;
    private readonly ordered: SentMoment;
    private maybe: boolean;
    private waitedFor: SentShutdown | undefined;

    constructor(
        plan: ShutdownPlan,
        private readonly options: ShutdownCommandOptions,
    ) {
        const { progress } = options;
        const { sentAt, boot, up } = progress ?? sentNow(options.unit().clock);
        this.ordered = { sentAt, ...(boot === undefined ? {} : { boot, up }) };
        this.order = { ...plan, ...this.ordered };
        this.maybe = progress !== undefined && progress.maybe !== false;
    }

    /** @throws UpsError see `keepTrying`; config-invalid when two are not nested */
    async run(): Promise<ShutdownResult> {
        const { options, order } = this;
        const { sentShutdowns: book, progress } = options;
        if (progress?.then) return this.carryOn({ result: { confirmed: true }, attempts: 1 }, progress.then);
        if (!progress) {
            checkNesting(
                this.dated(order),
                this.others().map((other) => this.dated(other)),
            );
            // Known to the others before it goes out: of two that come at once, one has to wait.
            book.note(order);
            options.saveProgress({ ...this.ordered, maybe: false });
        } else if (progress.maybe === undefined) book.note(order);
        const { value: result, attempts } = await options
            .retry(() => this.attempt())
            .catch((error: unknown) => {
                if (!this.maybe && asUpsError(error, 'command-failed').code !== 'interrupted') book.drop(order);
                throw error;
            });
        const taken = { ...(book.all().find((each) => isSame(each, order)) ?? order), taken: true };
        book.note(taken);
        const done = { result, attempts, waitedFor: this.waitedFor };
        const replaced = this.others().find((other) => other.taken && this.msLeft(other) > this.msLeft(taken));
        if (!replaced) return done;
        book.note({ ...replaced, taken: false });
        options.saveProgress({ ...this.ordered, then: { first: taken, order: replaced } });
        return this.carryOn(done, { first: taken, order: replaced });
    }

    private async attempt(): Promise<CommandResult> {
        const { options, order } = this;
        if (!options.sentShutdowns.has(order)) throw new ShutdownWithdrawn();
        const first = this.others().find((other) => this.msLeft(other) < this.msLeft(order));
        if (first) {
            this.waitedFor = first;
            await this.untilActed(first, order);
        } else if (this.maybe) {
            const countdown = await readCountdown(options.unit(), options.signal);
            const acted = countdown === 'acted' && order.scope === 'output';
            if (countdown === 'running' || acted) return { confirmed: true, detail: ARRIVED };
            // Where nothing tells, what may run must not be put off by it.
            const left = this.secondsLeft(order);
            if (countdown === 'unknown' && left > 1) return this.send({ ...order, seconds: left });
        }
        return this.send(first ? after(order, first, this.secondsLeft(order)) : order);
    }

    private async send(order: SentShutdown): Promise<CommandResult> {
        const { unit, sentShutdowns: book, saveProgress } = this.options;
        const { scope, seconds, restoreSeconds } = order;
        const sent = sentNow(unit().clock);
        // Before it goes out: after a kill in between it is looked for.
        this.maybe = true;
        saveProgress({ ...this.ordered, maybe: true });
        try {
            const result = await unit().execute({
                type: 'shutdown',
                seconds,
                scope,
                ...(restoreSeconds === undefined ? {} : { restoreSeconds }),
            });
            book.note({ ...order, ...sent, taken: true });
            return result;
        } catch (error) {
            if (isNotTaken(asUpsError(error, 'command-failed'))) {
                this.maybe = false;
                saveProgress({ ...this.ordered, maybe: false });
            }
            throw error;
        }
    }

    /** What this one has taken the place of comes when this one has acted. */
    private async carryOn(
        done: ShutdownResult,
        { first, order }: NonNullable<ShutdownProgress['then']>,
    ): Promise<ShutdownResult> {
        const { options } = this;
        try {
            const { value } = await options.retry(async () => {
                await this.untilActed(first, order);
                const { scope, seconds, restoreSeconds } = after(order, first, this.secondsLeft(order));
                const result = await options.unit().execute({
                    type: 'shutdown',
                    seconds,
                    scope,
                    ...(restoreSeconds === undefined ? {} : { restoreSeconds }),
                });
                options.sentShutdowns.note({ ...order, taken: true });
                return result;
            });
            return { ...done, then: { order, result: value } };
        } catch (error) {
            if (asUpsError(error, 'command-failed').code === 'interrupted') throw error;
            // This one itself is done; of the other the mains' return has made an end.
            if (options.signal.aborted || error instanceof ShutdownWithdrawn) return { ...done, then: { order } };
            throw error;
        }
    }

    /** Until the output that `first` switches off is off; a device that does not tell is given its time. */
    private async untilActed(first: SentShutdown, waiting: SentShutdown): Promise<void> {
        const { unit, sentShutdowns: book, signal } = this.options;
        for (;;) {
            if (signal.aborted) throw whyAborted(signal);
            if (!book.has(waiting)) throw new ShutdownWithdrawn();
            const { clock } = unit();
            const lateS = -this.msLeft(first) / 1000;
            if (lateS < 0) await pause(clock, Math.min(-lateS, LOOK_S) * 1000, signal);
            else {
                const countdown = await readCountdown(unit(), signal).catch(() => 'unknown' as const);
                if (countdown === 'acted' || countdown === 'none') return;
                if (countdown === 'unknown' && lateS >= ACTED_MARGIN_S) return;
                await pause(clock, LOOK_S * 1000, signal);
            }
        }
    }

    /** The other scope's in the same outage. */
    private others(): SentShutdown[] {
        const { sentShutdowns: book, unit } = this.options;
        const { clock } = unit();
        const { episode, scope } = this.order;
        return book.with(episode, clock).filter((other) => other.scope !== scope);
    }

    private msLeft(order: SentShutdown): number {
        return msLeft(order, this.options.unit().clock);
    }

    /** As of the wall clock now, so that orders from before and after it was set can be compared. */
    private dated(order: SentShutdown): SentShutdown {
        return { ...order, sentAt: this.options.unit().clock.now() + this.msLeft(order) - order.seconds * 1000 };
    }

    /** Of the unit's clock; at least 1, for 0 means at once or, with some, never. */
    private secondsLeft(order: SentShutdown): number {
        return Math.max(1, Math.round(this.msLeft(order) / 1000));
    }
}

/** Somebody has aborted what was waiting or being tried: final. */
export class ShutdownWithdrawn extends UpsError {
    constructor() {
        super('command-failed', { command: 'shutdown', reason: said('order.withdrawn') });
    }
}

const isSame = (a: SentShutdown, b: SentShutdown) => a.episode === b.episode && a.scope === b.scope;

/** The outputs come back with the UPS, where there is one countdown: not before either was to. */
function after(order: SentShutdown, first: SentShutdown, seconds: number): SentShutdown {
    const returns = [order.restoreSeconds, first.restoreSeconds].filter((value) => value !== undefined);
    return { ...order, seconds, restoreSeconds: returns.length ? Math.max(...returns) : undefined };
}
