import type { Clock } from '../../core/clock';
import type { CommandResult, UpsCommand } from '../../core/driver';
import { asUpsError, UpsError } from '../../core/errors';
import type { Identity, PartialStatus } from '../../core/status/status';
import { PollingDriver } from '../shared/polling-driver';
import { ContactDebouncer } from './contact-debouncer';
import type { ContactInput } from './contact-input';
import { ContactPace } from './contact-pace';
import { statusOf, type ContactSetup } from './contacts';

export interface ContactsDriverOptions {
    clock: Clock;
    intervalMs: number;
    debounceMs: number;
    contacts: readonly ContactSetup[];
    input: ContactInput;
    /** What is known of the UPS without asking it. */
    identity?: Identity;
    /** Receives problems that do not stop polling; each kind once. */
    warn?(error: unknown): void;
}

/**
 * A UPS that reports through contacts. Reads its input at each interval and reports the known states, so that the unit knows that
 * the device is present; reports a change of a contact at once. It supports no commands.
 */
export class ContactsDriver extends PollingDriver {
    private readonly debouncer: ContactDebouncer;
    private readAt?: number;
    private isSlow = false;

    constructor(private readonly options: ContactsDriverOptions) {
        const { clock, intervalMs, debounceMs, input } = options;
        const bank = new ContactDebouncer(clock, debounceMs);
        const look = (ms: number) => bank.nextReadingMs(ms, input.changedAt !== undefined);
        super({ clock, intervalMs, pace: new ContactPace(clock, intervalMs, look), abandonsReads: true });
        this.debouncer = bank;
    }

    /** Without a contact for `power-fail`, outages go undetected. */
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
        const { clock, contacts, input, identity } = this.options;
        const closed = await input.read();
        if (this.stopping || !closed) return undefined;
        this.warnIfTooSlow();
        // The input answers again, and the contacts are still being debounced: one reading after a silence is not enough.
        if (this.state.state === 'waiting') this.enter({ state: 'connecting' });
        for (const setup of contacts) {
            const state = closed.get(setup.input);
            if (state !== undefined) this.debouncer.set(setup, state, input.changedAt?.(setup.input));
        }
        if (this.debouncer.states.size === 0) return undefined;
        const reading = statusOf(this.debouncer.states, clock.now());
        return identity ? { ...reading, identity } : reading;
    }

    protected override forget(): void {
        this.debouncer.interrupted();
    }

    protected override failureOf(error: unknown): UpsError {
        return asUpsError(error, 'device-silent', { host: this.options.input.name });
    }

    /** Warns if readings come less often than the debounce time: then a change looks the same as a glitch at each reading. */
    private warnIfTooSlow(): void {
        const { clock, debounceMs, input, warn } = this.options;
        const now = clock.monotonic();
        const apart = now - (this.readAt ?? now);
        this.readAt = now;
        if (input.changedAt || !this.debouncer.isDebouncing || debounceMs <= 0 || apart <= debounceMs || this.isSlow)
            return;
        this.isSlow = true;
        warn?.(new UpsError('debounce-too-short', { host: input.name, ms: Math.round(apart), debounce: debounceMs }));
    }
}
