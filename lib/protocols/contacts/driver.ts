import type { Clock } from '../../core/clock';
import type { CommandResult, UpsCommand } from '../../core/driver';
import { asUpsError, UpsError } from '../../core/errors';
import type { PartialStatus } from '../../core/status/status';
import { PollingDriver } from '../shared/polling-driver';
import { ContactBank } from './contact-bank';
import type { ContactInput } from './contact-input';
import { ContactPace } from './contact-pace';
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

/**
 * A UPS that only closes contacts. Reads its input each interval and tells the unit what is known, so that the unit knows that it is
 * there; at once when a contact has changed. It takes no commands.
 */
export class ContactsDriver extends PollingDriver {
    private readonly bank: ContactBank;
    private readAt?: number;
    private isSlow = false;

    constructor(private readonly options: ContactsDriverOptions) {
        const { clock, intervalMs, debounceMs, input } = options;
        const bank = new ContactBank(clock, debounceMs);
        const look = (ms: number) => bank.nextLook(ms, input.changedAt !== undefined);
        super({ clock, intervalMs, pace: new ContactPace(clock, intervalMs, look), abandonsReads: true });
        this.bank = bank;
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

    protected release(): Promise<void> {
        return this.options.input.close();
    }

    protected async read(): Promise<PartialStatus | undefined> {
        const { clock, contacts, input } = this.options;
        const closed = await input.read();
        if (this.stopping || !closed) return undefined;
        this.watchSpeed();
        // The input is heard again, and the contacts are still being judged: the first look after a silence proves nothing of them.
        if (this.state.state === 'waiting') this.enter({ state: 'connecting' });
        for (const setup of contacts) {
            const state = closed.get(setup.input);
            if (state !== undefined) this.bank.set(setup, state, input.changedAt?.(setup.input));
        }
        return this.bank.states.size > 0 ? statusOf(this.bank.states, clock.now()) : undefined;
    }

    protected override forget(): void {
        this.bank.interrupted();
    }

    protected override failureOf(error: unknown): UpsError {
        return asUpsError(error, 'device-silent', { host: this.options.input.name });
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
}
