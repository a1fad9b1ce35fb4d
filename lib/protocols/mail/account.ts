import type { ConnectionOptions } from 'node:tls';
import pLimit from 'p-limit';
import { SystemClock, type Clock } from '../../core/clock';
import { UpsError } from '../../core/errors';
import { said } from '../../core/language/sentence';
import { USUAL_PORTS, type MailSecurity } from '../../core/mail/usual-ports';
import { hostSetting } from '../shared/host';
import { isAddress, needsUtf8, plainAddress } from './addresses';
import { greetingName } from './greeting-name';
import type { NewMail, OutgoingMail } from './mail';
import { oauthClient, type OAuthSettings } from './oauth-providers';
import { describeSmtpFailure, recipientRefusals, type Secrets } from './smtp-errors';
import { submit, type Login, type Offers, type Session } from './smtp-session';
import { TokenSource } from './token-source';
import { MailError, type MailReceipt, type MailTransport, type RecipientRefusal } from './transport';

export type { MailSecurity };

export interface MailAccountOptions {
    host: string;
    /** Default: 465 with `tls`, 587 with `starttls`, 25 with `none`. */
    port?: number;
    security: MailSecurity;
    /** Sender address, with or without a display name. */
    from: string;
    /** Mailbox to log in to; default with `oauth`: the sender's address. */
    user?: string;
    password?: string;
    /** Log in by XOAUTH2 instead of a password. */
    oauth?: OAuthSettings;
    /** Called when the token server has replaced the refresh token. */
    onRefreshToken?(token: string): void;
    /** Our name in EHLO. Default: this machine's name if it is fully qualified, else `[127.0.0.1]`. */
    ehloName?: string;
    /** CA, client certificate, server name and the like. */
    tls?: ConnectionOptions;
    /** Clock for the lifetime of tokens. */
    clock?: Clock;
    /** Time limits in ms; tests set shorter ones. */
    timeouts?: Partial<MailTimeouts>;
}

interface MailTimeouts {
    connection: number;
    greeting: number;
    socket: number;
}

const TIMEOUTS: MailTimeouts = { connection: 15_000, greeting: 15_000, socket: 45_000 };
const NO_UTF8 = said('mail.noUtf8');

/**
 * Sends mails over SMTP (RFC 5321; STARTTLS RFC 3207, AUTH RFC 4954, SMTPUTF8 RFC 6531). One connection at a time, and a new one
 * for each mail: hours may pass between two mails.
 */
export class SmtpTransport implements MailTransport {
    readonly host: string;
    private readonly port: number;
    private readonly connection: Session['options'];
    private readonly oneAtATime = pLimit(1);
    private readonly from: string;
    private readonly user: string;
    private readonly password: string;
    private readonly tokens: TokenSource | undefined;

    /** @throws UpsError config-missing, config-invalid */
    constructor(options: MailAccountOptions) {
        this.connection = connectionOptions(options);
        this.host = hostSetting('host', options.host);
        this.port = portOf(options);
        this.from = options.from.trim();
        this.user = options.user || (options.oauth ? plainAddress(this.from) : '');
        this.password = options.oauth ? '' : (options.password ?? '');
        this.tokens = options.oauth && this.tokenSource(options, options.oauth);
    }

    /** @throws MailError */
    send(mail: OutgoingMail, signal: AbortSignal, given?: () => void): Promise<MailReceipt> {
        return this.oneAtATime(() => this.deliver(mail, signal, given));
    }

    private async deliver(mail: OutgoingMail, signal: AbortSignal, given?: () => void): Promise<MailReceipt> {
        const aged = this.tokens?.cached ?? false;
        try {
            return await this.attempt(mail, signal, given);
        } catch (error) {
            // A server may revoke a cached token early, so a new one is worth a second attempt. A fresh token is not.
            const refused = error instanceof MailError && error.code === 'mail-login-refused';
            if (!refused || !this.tokens) throw error;
            this.tokens.forget();
            if (!aged) throw error;
            return this.attempt(mail, signal, given);
        }
    }

    private async attempt(outgoing: OutgoingMail, signal: AbortSignal, given?: () => void): Promise<MailReceipt> {
        const unsupported: RecipientRefusal[] = [];
        const compose: Session['compose'] = (offers) => {
            const to = this.supportedRecipients(outgoing.mail.to, offers, unsupported);
            return messageOf(outgoing, this.from, to);
        };
        try {
            const login = await this.login(signal);
            const { host, port, connection } = this;
            const info = await submit({ host, port, options: connection, login, compose, signal, given });
            const refused = [...unsupported, ...recipientRefusals(info.rejectedErrors ?? [], this.secrets)];
            return { accepted: info.accepted, refused, response: info.response };
        } catch (error) {
            throw describeSmtpFailure(error, this.host, this.secrets);
        }
    }

    private async login(signal: AbortSignal): Promise<Login> {
        const { user, password, tokens } = this;
        if (tokens) return { kind: 'oauth', user, token: await tokens.get(signal) };
        return user ? { kind: 'password', user, password } : { kind: 'none' };
    }

    /**
     * The recipients whose addresses this server can handle; the others go to `unsaid`. @throws MailError if the server cannot
     * handle the sender or any recipient, or offers no suitable log-in
     */
    private supportedRecipients(
        to: readonly string[],
        { extensions, mechanisms }: Offers,
        unsaid: RecipientRefusal[],
    ): string[] {
        const { host } = this;
        if (this.tokens && mechanisms && !mechanisms.includes('XOAUTH2')) {
            const reason = mechanisms.length
                ? said('mail.offers', { ways: mechanisms.join(', ') })
                : said('mail.noLogin');
            throw new MailError('mail-no-oauth', { host, reason }, { scope: 'account', hold: true });
        }
        if (!extensions || extensions.includes('SMTPUTF8')) return [...to];
        const sender = plainAddress(this.from);
        if (needsUtf8(sender)) {
            throw new MailError('mail-utf8', { host, address: sender }, { scope: 'account', hold: true });
        }
        const refused = to.filter(needsUtf8).map((address) => ({ address, permanent: true, reason: NO_UTF8 }));
        unsaid.push(...refused);
        if (refused.length < to.length) return to.filter((address) => !needsUtf8(address));
        const reason = refused.map(({ address }) => `${address}: ${NO_UTF8}`).join('; ');
        throw new MailError('mail-refused', { reason }, { scope: 'mail', permanent: true, refused });
    }

    private get secrets(): Secrets {
        return { user: this.user, password: this.password, others: this.tokens?.secrets ?? [] };
    }

    private tokenSource(options: MailAccountOptions, oauth: OAuthSettings): TokenSource {
        if (options.security === 'none') {
            const expected = said('expected.encrypted');
            throw new UpsError('config-invalid', { property: 'security', value: 'none', expected });
        }
        return new TokenSource({
            client: oauthClient(oauth),
            clock: options.clock ?? new SystemClock(),
            ...(options.tls?.ca ? { ca: options.tls.ca } : {}),
            onRefreshToken: options.onRefreshToken,
        });
    }
}

function messageOf({ messageId, mail, attachments }: OutgoingMail, from: string, to: string[]) {
    return {
        from,
        to,
        subject: mail.subject,
        text: mail.text,
        ...(mail.html === undefined ? {} : { html: mail.html }),
        date: new Date(mail.at),
        messageId,
        headers: headersOf(mail),
        attachments,
        urgent: mail.level === 'alarm',
    };
}

/** Auto-Submitted, RFC 3834: suppresses out-of-office answers. */
function headersOf({ event, headers }: NewMail): Record<string, string> {
    return { ...headers, 'Auto-Submitted': 'auto-generated', ...(event ? { 'X-Ridethrough-Event': event } : {}) };
}

function portOf({ port: chosen, security }: MailAccountOptions): number {
    const port = chosen ?? USUAL_PORTS[security];
    if (Number.isInteger(port) && port >= 1 && port <= 65_535) return port;
    throw new UpsError('config-invalid', {
        property: 'port',
        value: String(port),
        expected: said('expected.wholeBetween', { min: 1, max: 65_535 }),
    });
}

function connectionOptions(options: MailAccountOptions): Session['options'] {
    hostSetting('host', options.host);
    const from = options.from.trim();
    if (!from) throw new UpsError('config-missing', { property: 'from' });
    if (!isAddress(from)) {
        throw new UpsError('config-invalid', { property: 'from', value: from, expected: said('expected.oneMail') });
    }
    const name = greetingName(options.ehloName);
    const timeouts = { ...TIMEOUTS, ...options.timeouts };
    return {
        ...(name ? { name } : {}),
        secure: options.security === 'tls',
        requireTLS: options.security === 'starttls',
        ignoreTLS: options.security === 'none',
        ...(options.tls ? { tls: options.tls } : {}),
        connectionTimeout: timeouts.connection,
        greetingTimeout: timeouts.greeting,
        socketTimeout: timeouts.socket,
        socketCloseTimeout: 1_000,
    };
}
