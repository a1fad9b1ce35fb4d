import type { Clock, TimerHandle } from '../../core/clock';
import type { CommandResult, DriverEvents, DriverState, UpsCommand, UpsDriver } from '../../core/driver';
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
    private soon: TimerHandle;
    private urgent = false;
    private polling: Promise<void> | undefined;
    private again = false;

    constructor(private readonly options: ContactsDriverOptions) {
        this.bank = new ContactBank(options.clock, options.debounceMs, () => this.tellSoon());
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
            const { intervalMs } = this.options;
            const next = this.urgent ? Math.min(intervalMs, URGENT_MS) : intervalMs;
            this.timer = this.options.clock.setTimeout(() => this.pollNow(), next);
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
        this.options.clock.clearTimeout(this.soon);
        this.bank.destroy();
        this.enter({ state: 'closed' });
        await this.options.input.close();
    }

    private async poll(): Promise<void> {
        try {
            const closed = await this.options.input.read();
            if (this.state.state === 'closed' || !closed) return;
            // Out of waiting first: what the bank finds changed is told only while the input is heard.
            if (this.state.state === 'waiting') this.enter({ state: 'connecting' });
            for (const setup of this.options.contacts) {
                const state = closed.get(setup.input);
                if (state !== undefined) this.bank.set(setup, state);
            }
            this.tell();
        } catch (error) {
            const { code, data, message } = asUpsError(error, 'device-silent', { host: this.options.input.name });
            if (code !== 'interrupted') this.enter({ state: 'waiting', code, reason: String(data.reason ?? message) });
        }
    }

    /** Contacts that change together are told together: half of a change can look like an outage. */
    private tellSoon(): void {
        this.soon ??= this.options.clock.setTimeout(() => this.tell(), 0);
    }

    private tell(): void {
        this.options.clock.clearTimeout(this.soon);
        this.soon = undefined;
        if (this.state.state === 'closed' || this.state.state === 'waiting' || this.bank.states.size === 0) return;
        if (this.state.state !== 'ready') this.enter({ state: 'ready', since: this.options.clock.now() });
        this.events?.status(statusOf(this.bank.states, this.options.clock.now()));
    }

    private enter(state: DriverState): void {
        if (this.state.state === 'closed') return;
        const { state: was } = this;
        const same = was.state === 'waiting' && state.state === 'waiting' && was.code === state.code;
        this.state = state;
        if (!same) this.events?.state(state);
    }
}
