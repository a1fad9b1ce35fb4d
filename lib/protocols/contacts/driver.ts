import type { Clock, TimerHandle } from '../../core/clock';
import {
    sameState,
    waitingFor,
    type CommandResult,
    type DriverEvents,
    type DriverState,
    type UpsCommand,
    type UpsDriver,
} from '../../core/driver';
import { asUpsError, UpsError } from '../../core/errors';
import { ContactBank } from './contact-bank';
import type { ContactInput } from './contact-input';
import { statusOf, type ContactSetup } from './contacts';

export interface ContactsDriverOptions {
    clock: Clock;
    intervalMs: number;
    debounceMs: number;
    contacts: readonly ContactSetup[];
    input: ContactInput;
    /** Problems that do not stop the polling; each kind is told once. */
    warn?(error: unknown): void;
}

const URGENT_MS = 1000;

/**
 * A UPS that only closes contacts. Reads its input each interval and tells the unit what is known, so that the unit knows that it is
 * there; at once when a contact has changed. It takes no commands.
 */
export class ContactsDriver implements UpsDriver {
    private readonly bank: ContactBank;
    private events: DriverEvents | undefined;
    private state: DriverState = { state: 'idle' };
    private timer: TimerHandle;
    private urgent = false;
    private polling: Promise<void> | undefined;
    private again = false;
    private readAt?: number;
    private isSlow = false;

    constructor(private readonly options: ContactsDriverOptions) {
        this.bank = new ContactBank(options.clock, options.debounceMs);
    }

    start(events: DriverEvents): void {
        if (this.events || this.state.state === 'closed') return;
        this.events = events;
        this.enter({ state: 'connecting' });
        this.pollNow();
    }

    pollNow(): void {
        if (!this.events || this.state.state === 'closed') return;
        if (this.polling) {
            this.again = true;
            return;
        }
        this.options.clock.clearTimeout(this.timer);
        this.polling = this.poll().then(() => {
            this.polling = undefined;
            if (this.state.state === 'closed') return;
            if (this.again) {
                this.again = false;
                this.pollNow();
                return;
            }
            const { clock, input, intervalMs } = this.options;
            const next = this.urgent ? Math.min(intervalMs, URGENT_MS) : intervalMs;
            const look = this.bank.nextLook(next, input.changedAt !== undefined);
            this.timer = clock.setTimeout(() => this.pollNow(), look);
        });
    }

    setUrgent(urgent: boolean): void {
        const becomes = urgent && !this.urgent;
        this.urgent = urgent;
        if (becomes && !this.polling && this.options.intervalMs > URGENT_MS) {
            this.options.clock.clearTimeout(this.timer);
            this.timer = this.options.clock.setTimeout(() => this.pollNow(), URGENT_MS);
        }
    }

    /** Without the contact that tells it, no outage is ever seen. */
    get outagesUnseen(): boolean {
        return !this.options.contacts.some(({ contact }) => contact === 'power-fail');
    }

    supports(): boolean {
        return false;
    }

    execute(command: UpsCommand): Promise<CommandResult> {
        return Promise.reject(
            new UpsError('not-supported', { device: this.options.input.name, command: command.type }),
        );
    }

    async stop(): Promise<void> {
        this.options.clock.clearTimeout(this.timer);
        this.enter({ state: 'closed' });
        await this.options.input.close();
    }

    private async poll(): Promise<void> {
        const { input } = this.options;
        try {
            const closed = await input.read();
            if (this.state.state === 'closed' || !closed) return;
            this.watchSpeed();
            // Out of waiting first: what the bank finds changed is told only while the input is heard.
            if (this.state.state === 'waiting') this.enter({ state: 'connecting' });
            for (const setup of this.options.contacts) {
                const state = closed.get(setup.input);
                if (state !== undefined) this.bank.set(setup, state, input.changedAt?.(setup.input));
            }
            this.tell();
        } catch (error) {
            this.bank.interrupted();
            const failure = asUpsError(error, 'device-silent', { host: this.options.input.name });
            if (failure.code !== 'interrupted') this.enter(waitingFor(failure));
        }
    }

    /** A change that is looked at more rarely than it must last cannot be told from a glitch at each look. */
    private watchSpeed(): void {
        const { clock, debounceMs, input, warn } = this.options;
        const now = clock.monotonic();
        const apart = now - (this.readAt ?? now);
        this.readAt = now;
        if (input.changedAt || !this.bank.isJudging || debounceMs <= 0 || apart <= debounceMs || this.isSlow) return;
        this.isSlow = true;
        warn?.(new UpsError('debounce-too-short', { host: input.name, ms: Math.round(apart), debounce: debounceMs }));
    }

    private tell(): void {
        if (this.state.state === 'closed' || this.state.state === 'waiting' || this.bank.states.size === 0) return;
        if (this.state.state !== 'ready') this.enter({ state: 'ready', since: this.options.clock.now() });
        this.events?.status(statusOf(this.bank.states, this.options.clock.now()));
    }

    private enter(state: DriverState): void {
        if (this.state.state === 'closed') return;
        const { state: was } = this;
        const same = was.state === 'waiting' && sameState(was, state);
        this.state = state;
        if (!same) this.events?.state(state);
    }
}
