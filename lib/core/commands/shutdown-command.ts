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
    /** Seconds of the unit's clock until the output is off. */
    seconds: number;
    /** Seconds from the return of the mains to the return of the output; undefined: the device decides. */
    restoreSeconds?: number;
    /** Empty for a button. */
    episode: string;
}

/** The progress that survives a kill or a deploy; it is saved before anything is sent. `sentAt`: time at which the job gave the command. */
export interface ShutdownProgress extends SentMoment {
    /** The device may have the command: its countdown is read before the command is sent again. Absent in progress of earlier versions. */
    maybe?: boolean;
    /** The device has `first`, which replaced `order`; `order` must still be sent again. */
    then?: { first: SentShutdown; order: SentShutdown };
}

export interface ShutdownCommandOptions {
    /** The present unit: a deploy may replace it. @throws UpsError config-missing */
    unit(): UpsUnit;
    sentShutdowns: SentShutdowns;
    progress: ShutdownProgress | undefined;
    saveProgress(progress: ShutdownProgress): void;
    /** Aborted when the event ends, or the node closes. */
    signal: AbortSignal;
    /** Tries until the device accepts the command: see `keepTrying`. */
    retry<T>(attempt: (number: number) => Promise<T>): Promise<{ value: T; attempts: number }>;
}

export interface ShutdownResult {
    result: CommandResult;
    attempts: number;
    /** The other shutdown that had to act first; this one was sent after it. */
    waitedFor?: SentShutdown;
    /** The other shutdown that this one replaced, and that was sent again; without a result if the event had ended before. */
    then?: { order: SentShutdown; result?: CommandResult };
}

/** Detail of a result: the command was sent before, and its reply or our process was lost. */
const ARRIVED = said('order.arrived');

export function isArrived({ detail }: CommandResult): boolean {
    return isSentence(detail) && detail.key === ARRIVED.key;
}

/** After its time and so many more seconds, a device that reports no countdown counts as switched off. */
const ACTED_MARGIN_S = 10;
const LOOK_S = 2;

/**
 * Sends one shutdown to a UPS and waits until the device has accepted it. A shutdown that the device may already have (after a lost reply,
 * a kill or a deploy) is first looked for in the device's countdown, so that it is never started twice. A UPS has one countdown, and each
 * command replaces the last one (RFC 1628 upsControl; NUT and the serial protocols likewise). Of two nested shutdowns (CS141 manual, "UPS
 * Shutdown definition") that of the outputs is therefore sent first. That of the UPS itself is sent when the outputs are off, with the
 * seconds that are left, and with the later one of both restore times.
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

    /** @throws UpsError see `keepTrying`; config-invalid if the two shutdowns are not nested */
    async run(): Promise<ShutdownResult> {
        const { options, order } = this;
        const { sentShutdowns, progress } = options;
        if (progress?.then) return this.carryOn({ result: { confirmed: true }, attempts: 1 }, progress.then);
        if (!progress) {
            checkNesting(
                this.dated(order),
                this.others().map((other) => this.dated(other)),
            );
            // Noted before it is sent, so that another job sees it: of two shutdowns at the same time, one has to wait.
            sentShutdowns.note(order);
            options.saveProgress({ ...this.ordered, maybe: false });
        } else if (progress.maybe === undefined) sentShutdowns.note(order);
        const { value: result, attempts } = await options
            .retry(() => this.attempt())
            .catch((error: unknown) => {
                if (!this.maybe && asUpsError(error, 'command-failed').code !== 'interrupted')
                    sentShutdowns.drop(order);
                throw error;
            });
        const taken = { ...(sentShutdowns.all().find((each) => isSame(each, order)) ?? order), taken: true };
        sentShutdowns.note(taken);
        const done = { result, attempts, waitedFor: this.waitedFor };
        const replaced = this.others().find((other) => other.taken && this.msLeft(other) > this.msLeft(taken));
        if (!replaced) return done;
        sentShutdowns.note({ ...replaced, taken: false });
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
            // The device reports no countdown. One that may be running must not be extended, so the time that is left is sent.
            const left = this.secondsLeft(order);
            if (countdown === 'unknown' && left > 1) return this.send({ ...order, seconds: left });
        }
        return this.send(first ? after(order, first, this.secondsLeft(order)) : order);
    }

    private async send(order: SentShutdown): Promise<CommandResult> {
        const { unit, sentShutdowns, saveProgress } = this.options;
        const { scope, seconds, restoreSeconds } = order;
        const sent = sentNow(unit().clock);
        // Saved before the command is sent: after a kill in between, the countdown is read first.
        this.maybe = true;
        saveProgress({ ...this.ordered, maybe: true });
        try {
            const result = await unit().execute({
                type: 'shutdown',
                seconds,
                scope,
                ...(restoreSeconds === undefined ? {} : { restoreSeconds }),
            });
            sentShutdowns.note({ ...order, ...sent, taken: true });
            return result;
        } catch (error) {
            if (isNotTaken(asUpsError(error, 'command-failed'))) {
                this.maybe = false;
                saveProgress({ ...this.ordered, maybe: false });
            }
            throw error;
        }
    }

    /** Sends the shutdown that this one replaced, as soon as this one has acted. */
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
            // This shutdown has succeeded; the other one is no longer needed, because the mains are back.
            if (options.signal.aborted || error instanceof ShutdownWithdrawn) return { ...done, then: { order } };
            throw error;
        }
    }

    /**
     * Waits until the output that `first` switches off is off. For a device that does not report it, the time of `first` and a margin must
     * have passed.
     */
    private async untilActed(first: SentShutdown, waiting: SentShutdown): Promise<void> {
        const { unit, sentShutdowns, signal } = this.options;
        for (;;) {
            if (signal.aborted) throw whyAborted(signal);
            if (!sentShutdowns.has(waiting)) throw new ShutdownWithdrawn();
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

    /** The shutdowns of the other scope in the same outage. */
    private others(): SentShutdown[] {
        const { sentShutdowns, unit } = this.options;
        const { clock } = unit();
        const { episode, scope } = this.order;
        return sentShutdowns.with(episode, clock).filter((other) => other.scope !== scope);
    }

    private msLeft(order: SentShutdown): number {
        return msLeft(order, this.options.unit().clock);
    }

    /** The same shutdown with `sentAt` by the present wall clock: shutdowns from before and after a change of the clock can then be compared. */
    private dated(order: SentShutdown): SentShutdown {
        return { ...order, sentAt: this.options.unit().clock.now() + this.msLeft(order) - order.seconds * 1000 };
    }

    /** Seconds of the unit's clock; at least 1, because 0 means "at once" or, for some devices, "never". */
    private secondsLeft(order: SentShutdown): number {
        return Math.max(1, Math.round(this.msLeft(order) / 1000));
    }
}

/** A person or a job has aborted the shutdown while it was waiting or being tried: final. */
export class ShutdownWithdrawn extends UpsError {
    constructor() {
        super('command-failed', { command: 'shutdown', reason: said('order.withdrawn') });
    }
}

const isSame = (a: SentShutdown, b: SentShutdown) => a.episode === b.episode && a.scope === b.scope;

/** With one countdown the outputs come back together with the UPS, so the later one of both restore times applies. */
function after(order: SentShutdown, first: SentShutdown, seconds: number): SentShutdown {
    const returns = [order.restoreSeconds, first.restoreSeconds].filter((value) => value !== undefined);
    return { ...order, seconds, restoreSeconds: returns.length ? Math.max(...returns) : undefined };
}
