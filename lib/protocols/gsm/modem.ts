import type { Clock, TimerHandle } from '../../core/clock';
import { UpsError, asUpsError } from '../../core/errors';
import { said } from '../../core/language/sentence';
import { CLOSE_GRACE_MS } from '../../core/commands/end-code';
import type { PinMemory } from './pin-memory';
import { ModemSession, type ModemReading, type SmsSubmission } from './session';
import type { ModemSettings } from './settings';
import type { ModemTransport } from './transport';

const BACK_OFF_MS = [1_000, 2_000, 5_000, 10_000, 30_000] as const;
/** Interval for checking a locked SIM, without trying a PIN. */
const LOCKED_MS = 300_000;
const READING_MS = 30_000;
/** Interval of readings while the modem searches for a network. */
const SEARCHING_MS = 5_000;
const MOST_WAITING = 1_000;

export type ModemState =
    | { state: 'idle' }
    | { state: 'connecting' }
    | { state: 'ready'; reading: ModemReading }
    | { state: 'sending'; reading: ModemReading }
    | { state: 'waiting'; error: UpsError }
    | { state: 'closed' };

export interface ModemOptions {
    transport: ModemTransport;
    clock: Clock;
    settings: ModemSettings;
    pinMemory: PinMemory;
    onState(state: ModemState): void;
}

interface Waiting {
    submission: SmsSubmission;
    /** The modem has begun to send it: it can no longer be withdrawn. */
    begun: boolean;
    resolve(reference: number | undefined): void;
    reject(error: Error): void;
    timer: TimerHandle;
}

/**
 * A modem that is kept ready: opens the connection again with growing pauses, reads signal and registration, and sends one SMS at
 * a time.
 */
export class GsmModem {
    private readonly queue: Waiting[] = [];
    private session: ModemSession | undefined;
    private current: ModemState = { state: 'idle' };
    private running: Promise<void> | undefined;
    /** The SMS that is being sent. */
    private underWay: Promise<void> | undefined;
    private wake: (() => void) | undefined;
    private stopped = false;
    private lost: UpsError | undefined;
    /** Why the modem is not ready; undefined while it is. */
    private failure: UpsError | undefined;

    constructor(private readonly options: ModemOptions) {}

    get state(): ModemState {
        return this.current;
    }

    open(): void {
        if (!this.stopped) this.running ??= this.run();
    }

    /**
     * Sends one SMS as soon as the modem is ready. Resolves with the network's message reference.
     * @param patienceMs longest wait for the modem and for earlier messages
     * @throws UpsError device-refused, device-silent, sim-locked, interrupted
     */
    submit(submission: SmsSubmission, patienceMs: number, signal?: AbortSignal): Promise<number | undefined> {
        if (this.stopped || signal?.aborted) return Promise.reject(new UpsError('interrupted'));
        if (this.current.state === 'waiting' && this.current.error.code === 'sim-locked')
            return Promise.reject(this.current.error);
        if (this.queue.length >= MOST_WAITING) {
            const reason = said('gsm.full', { n: MOST_WAITING });
            return Promise.reject(new UpsError('device-refused', { host: this.options.transport.name, reason }));
        }
        return new Promise<number | undefined>((resolve, reject) => {
            const drop = (error: UpsError) => {
                const at = this.queue.indexOf(waiting);
                if (at < 0 || waiting.begun) return;
                this.queue.splice(at, 1);
                waiting.reject(error);
            };
            const aborted = () => drop(new UpsError('interrupted'));
            const timer = this.options.clock.setTimeout(() => drop(this.notReady()), patienceMs);
            const end = () => {
                this.options.clock.clearTimeout(timer);
                signal?.removeEventListener('abort', aborted);
            };
            const waiting: Waiting = {
                submission,
                begun: false,
                timer,
                resolve: (reference) => (end(), resolve(reference)),
                reject: (error) => (end(), reject(error)),
            };
            signal?.addEventListener('abort', aborted, { once: true });
            this.queue.push(waiting);
            this.wake?.();
        });
    }

    /**
     * Idempotent, bounded in time. Waits for the SMS that is being sent: this takes seconds, and the next process would send it
     * again.
     */
    async close(): Promise<void> {
        this.stopped = true;
        this.rejectAll(new UpsError('interrupted'), ({ begun }) => !begun);
        await this.underWayEnded();
        this.rejectAll(new UpsError('interrupted'));
        const closing = this.session?.close();
        this.wake?.();
        await Promise.all([closing, this.running]);
        this.show({ state: 'closed' });
    }

    private async run(): Promise<void> {
        for (let failures = 0; !this.stopped;) {
            try {
                this.show({ state: 'connecting' });
                await this.serve(() => {
                    failures = 0;
                    this.failure = undefined;
                });
            } catch (error) {
                if (this.stopped) return;
                this.lost = undefined;
                const failure = asUpsError(error, 'device-silent', { host: this.options.transport.name });
                this.failure = failure;
                this.show({ state: 'waiting', error: failure });
                const locked = failure.code === 'sim-locked';
                // A locked SIM needs a person: jobs do not wait for that.
                if (locked) this.rejectAll(failure);
                await this.rest(locked ? LOCKED_MS : BACK_OFF_MS[Math.min(failures++, BACK_OFF_MS.length - 1)]!, true);
            } finally {
                await this.session?.close();
                this.session = undefined;
            }
        }
    }

    private async serve(ready: () => void): Promise<void> {
        const session = new ModemSession({
            ...this.options,
            onClosed: (error) => {
                this.lost = error;
                this.wake?.();
            },
        });
        this.session = session;
        await session.begin();
        ready();
        while (!this.stopped) {
            const reading = await session.reading();
            const registered = canSend(reading);
            for (let next = registered && this.queue[0]; next && !this.stopped; next = this.queue[0]) {
                this.show({ state: 'sending', reading });
                this.underWay = this.sendOne(session, next);
                await this.underWay;
            }
            if (this.stopped) return;
            this.show({ state: 'ready', reading });
            await this.rest(registered ? READING_MS : SEARCHING_MS, !registered);
            if (this.lost) throw this.lost;
        }
    }

    private async sendOne(session: ModemSession, waiting: Waiting): Promise<void> {
        waiting.begun = true;
        try {
            waiting.resolve(await session.submit(waiting.submission));
        } catch (error) {
            waiting.reject(error as Error);
            // A refusal concerns this message only; other errors concern the connection.
            if (!(error instanceof UpsError) || error.code !== 'device-refused') throw error;
        } finally {
            const at = this.queue.indexOf(waiting);
            if (at >= 0) this.queue.splice(at, 1);
        }
    }

    /** Waits until the time is over or there is work. @param idle work does not end the wait */
    private async rest(ms: number, idle: boolean): Promise<void> {
        const { clock } = this.options;
        let timer: TimerHandle;
        await new Promise<void>((resolve) => {
            const look = () => {
                if (this.stopped || this.lost || (!idle && this.queue.length > 0)) resolve();
            };
            timer = clock.setTimeout(resolve, ms);
            this.wake = look;
            look();
        });
        this.wake = undefined;
        clock.clearTimeout(timer);
    }

    private notReady(): UpsError {
        const state = this.current;
        if (this.failure) return this.failure;
        const host = this.options.transport.name;
        if (state.state === 'ready' && !canSend(state.reading)) {
            const reason = said('gsm.unregistered', { state: state.reading.registration });
            return new UpsError('device-refused', { host, reason });
        }
        return new UpsError('device-silent', { host, reason: said('gsm.noTurn') });
    }

    private rejectAll(error: UpsError, which: (waiting: Waiting) => boolean = () => true): void {
        const leaving = this.queue.filter(which);
        this.queue.splice(0, Infinity, ...this.queue.filter((waiting) => !which(waiting)));
        for (const waiting of leaving) waiting.reject(error);
    }

    private async underWayEnded(): Promise<void> {
        const { clock } = this.options;
        let timer: TimerHandle;
        const late = new Promise<void>((resolve) => (timer = clock.setTimeout(resolve, CLOSE_GRACE_MS)));
        // The sender of the message gets its error.
        await Promise.race([this.underWay?.catch(() => undefined), late]);
        clock.clearTimeout(timer);
    }

    private show(state: ModemState): void {
        this.current = state;
        this.options.onState(state);
    }
}

/** `unknown` counts as registered, since some modems do not report it. */
function canSend({ registration }: ModemReading): boolean {
    return registration === 'home' || registration === 'roaming' || registration === 'unknown';
}
