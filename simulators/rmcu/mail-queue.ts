import { createTransport } from 'nodemailer';
import type { Clock, TimerHandle } from '../../lib/core/clock';
import type { MailSettings } from './settings';

/** Waiting time after a failure if the minimum interval is 0, minutes. [inferred] */
const RETRY_MINUTES = 1;
const SOCKET_MS = 5000;

export interface Mail {
    subject: string;
    lines: string[];
}

export interface MailQueueOptions {
    clock: Clock;
    settings: MailSettings;
    siteName: () => string;
    /** An unplugged network cable: an attempt fails. */
    isOffline: () => boolean;
    onSent: (mail: Mail, error?: Error) => void;
}

/**
 * Mails with a minimum interval: no two attempts come closer, and what happens meanwhile waits and goes in one mail (RMCU manual, "Email Setup").
 * What could not be sent goes with the next attempt. The texts are ours.
 */
export class MailQueue {
    private waiting: string[] = [];
    private sending = false;
    private lastAt?: number;
    private failed = false;
    private timer: TimerHandle;
    private closed = false;

    constructor(private readonly options: MailQueueOptions) {}

    /** Lines that wait for the next mail. */
    get queued(): readonly string[] {
        return this.waiting;
    }

    /** Does nothing while mails are off (no host, port 0, no recipient). */
    add(line: string): void {
        const { host, port, to } = this.options.settings;
        if (!host || !port || !to) return;
        this.waiting.push(line);
        this.next();
    }

    close(): void {
        this.closed = true;
        this.options.clock.clearTimeout(this.timer);
    }

    private next(): void {
        const { clock, settings } = this.options;
        clock.clearTimeout(this.timer);
        if (this.closed || this.sending || !this.waiting.length) return;
        const minutes = this.failed ? Math.max(RETRY_MINUTES, settings.minimumMinutes) : settings.minimumMinutes;
        const wait = this.lastAt === undefined ? 0 : this.lastAt + minutes * 60_000 - clock.monotonic();
        if (wait > 0) {
            this.timer = clock.setTimeout(() => this.next(), wait);
            return;
        }
        this.lastAt = clock.monotonic();
        void this.attempt(this.waiting.splice(0));
    }

    private async attempt(lines: string[]): Promise<void> {
        this.sending = true;
        const mail = { subject: `RMCU ${this.options.siteName()}: ${lines[0]}`, lines };
        let failure: Error | undefined;
        try {
            await this.submit(mail);
        } catch (error) {
            failure = error as Error;
            this.waiting.unshift(...lines);
        }
        this.failed = failure !== undefined;
        this.sending = false;
        if (this.closed) return;
        this.options.onSent(mail, failure);
        this.next();
    }

    private async submit({ subject, lines }: Mail): Promise<void> {
        const { host, port, user, password, to, from } = this.options.settings;
        if (this.options.isOffline()) throw new Error('the network cable is unplugged');
        const timeouts = { connectionTimeout: SOCKET_MS, greetingTimeout: SOCKET_MS, socketTimeout: SOCKET_MS };
        // Whether the device speaks TLS is not known; here it does not.
        const transport = createTransport({
            host,
            port,
            secure: false,
            ignoreTLS: true,
            ...timeouts,
            ...(user && { auth: { user, pass: password } }),
        });
        try {
            await transport.sendMail({ from, to, subject, text: lines.join('\n') });
        } finally {
            transport.close();
        }
    }
}
