import type { ConnectionOptions } from 'node:tls';
import type { createTransport, SMTPTransportOptions } from 'nodemailer';
import pLimit from 'p-limit';
import { UpsError } from '../../core/errors';
import { hostSetting } from '../shared/host';
import { nodemailer } from '../shared/packages';
import { isAddress } from './addresses';
import type { NewMail, OutgoingMail } from './mail';
import { describeSmtpFailure, recipientRefusals, type Secrets } from './smtp-errors';
import type { MailReceipt, MailTransport } from './transport';

/** How the connection is secured. `starttls` never goes on in the clear; `tls` is implicit TLS; `none` is plain. */
export type MailSecurity = 'none' | 'starttls' | 'tls';

export interface MailAccountOptions {
    host: string;
    /** Default: 465 with `tls`, 587 with `starttls`, 25 with `none`. */
    port?: number;
    security: MailSecurity;
    /** Sender address, with or without a display name. */
    from: string;
    user?: string;
    password?: string;
    /** CA, client certificate, server name and the like. */
    tls?: ConnectionOptions;
    /** Shorter waits, for tests, ms. */
    timeouts?: Partial<MailTimeouts>;
}

interface MailTimeouts {
    connection: number;
    greeting: number;
    socket: number;
}

const TIMEOUTS: MailTimeouts = { connection: 15_000, greeting: 15_000, socket: 45_000 };
const DEFAULT_PORTS: Record<MailSecurity, number> = { none: 25, starttls: 587, tls: 465 };

/**
 * Sends mails over SMTP (RFC 5321; STARTTLS RFC 3207, AUTH RFC 4954). One connection at a time, a new one per mail: a
 * server may have been away for hours between two.
 */
export class SmtpTransport implements MailTransport {
    readonly host: string;
    private readonly mailer: ReturnType<typeof createTransport>;
    private readonly oneAtATime = pLimit(1);
    private readonly secrets: Secrets;

    private readonly from: string;

    /** @throws UpsError config-missing, config-invalid */
    constructor(options: MailAccountOptions) {
        this.mailer = nodemailer().createTransport(smtpOptions(options));
        this.secrets = { user: options.user ?? '', password: options.password ?? '' };
        this.host = hostSetting('host', options.host);
        this.from = options.from.trim();
    }

    /** @throws MailError */
    send(mail: OutgoingMail, signal: AbortSignal): Promise<MailReceipt> {
        return this.oneAtATime(() => this.deliver(mail, signal));
    }

    private async deliver({ messageId, mail, attachments }: OutgoingMail, signal: AbortSignal): Promise<MailReceipt> {
        try {
            const info = await this.mailer.sendMail({
                from: this.from,
                to: mail.to,
                subject: mail.subject,
                text: mail.text,
                ...(mail.html === undefined ? {} : { html: mail.html }),
                date: new Date(mail.at),
                messageId,
                headers: headersOf(mail),
                ...(mail.level === 'alarm' ? { priority: 'high' as const } : {}),
                attachments,
                disableFileAccess: true,
                disableUrlAccess: true,
                signal,
            });
            return {
                accepted: info.accepted,
                refused: recipientRefusals(info.rejectedErrors ?? [], this.secrets),
                response: info.response,
            };
        } catch (error) {
            throw describeSmtpFailure(error, this.host, this.secrets);
        }
    }
}

/** RFC 3834: no out-of-office answers, please. */
function headersOf({ event, headers }: NewMail): Record<string, string> {
    return { ...headers, 'Auto-Submitted': 'auto-generated', ...(event ? { 'X-Ridethrough-Event': event } : {}) };
}

function smtpOptions(options: MailAccountOptions): SMTPTransportOptions {
    const host = hostSetting('host', options.host);
    const from = options.from.trim();
    if (!from) throw new UpsError('config-missing', { property: 'from' });
    if (!isAddress(from)) {
        throw new UpsError('config-invalid', { property: 'from', value: from, expected: 'one e-mail address' });
    }
    const port = options.port ?? DEFAULT_PORTS[options.security];
    if (!Number.isInteger(port) || port < 1 || port > 65_535) {
        throw new UpsError('config-invalid', { property: 'port', value: String(port), expected: '1 to 65535' });
    }
    const timeouts = { ...TIMEOUTS, ...options.timeouts };
    return {
        host,
        port,
        secure: options.security === 'tls',
        requireTLS: options.security === 'starttls',
        ignoreTLS: options.security === 'none',
        ...(options.user ? { auth: { user: options.user, pass: options.password ?? '' } } : {}),
        ...(options.tls ? { tls: options.tls } : {}),
        connectionTimeout: timeouts.connection,
        dnsTimeout: timeouts.connection,
        greetingTimeout: timeouts.greeting,
        socketTimeout: timeouts.socket,
        socketCloseTimeout: 1_000,
        disableFileAccess: true,
        disableUrlAccess: true,
    };
}
