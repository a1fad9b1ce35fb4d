import type { ConnectionOptions } from 'node:tls';
import type { Clock } from '../../core/clock';
import type { OAuthClient } from './oauth-providers';
import { isCertificateError, redact } from './smtp-errors';
import { postForm, type TokenAnswer } from './token-server';
import { MailError } from './transport';
import { said, failureText, type Told } from '../../core/language/sentence';

const TIMEOUT_MS = 15_000;
/** A token is not used in its last minute: the log-in takes time, and clocks differ. */
const EXPIRY_MARGIN_MS = 60_000;
/** The lifetime of a token if the server does not announce it, which RFC 6749 allows; all large providers use one hour. */
const DEFAULT_LIFE_MS = 3_600_000;

export interface TokenSourceOptions {
    client: OAuthClient;
    clock: Clock;
    /** Additional certificate authorities. */
    ca?: ConnectionOptions['ca'];
    timeoutMs?: number;
    /** Called when the server has replaced the refresh token: the former one may be invalid from now on. */
    onRefreshToken?(token: string): void;
}

interface Token {
    value: string;
    /** Monotonic ms. */
    until: number;
}

/** Access tokens of one account, each used until it expires (RFC 6749 section 6). */
export class TokenSource {
    private token: Token | undefined;
    private underWay: Promise<Token> | undefined;
    private refreshToken: string;

    constructor(private readonly options: TokenSourceOptions) {
        this.refreshToken = options.client.refreshToken;
    }

    /** Texts that must not appear in any error or log. */
    get secrets(): string[] {
        return [this.options.client.clientSecret, this.refreshToken, this.token?.value ?? ''].filter(Boolean);
    }

    get host(): string {
        return this.options.client.tokenUrl.host;
    }

    /** Whether a valid token is cached. */
    get cached(): boolean {
        return this.token !== undefined && this.token.until > this.options.clock.monotonic();
    }

    /** The mail server refused the token. */
    forget(): void {
        this.token = undefined;
    }

    /** @throws MailError mail-token-refused, mail-client-refused, mail-token-unreachable, mail-token-address */
    async get(signal: AbortSignal): Promise<string> {
        if (this.token && this.cached) return this.token.value;
        this.underWay ??= this.ask(signal).finally(() => (this.underWay = undefined));
        this.token = await this.underWay;
        return this.token.value;
    }

    private async ask(signal: AbortSignal): Promise<Token> {
        const { client } = this.options;
        const form = {
            grant_type: 'refresh_token',
            refresh_token: this.refreshToken,
            ...(client.scope ? { scope: client.scope } : {}),
        };
        const { clientId, clientSecret } = client;
        const inForm = { ...form, client_id: clientId, ...(clientSecret ? { client_secret: clientSecret } : {}) };
        let answer = await this.post(inForm, undefined, signal);
        // RFC 6749 section 2.3.1: servers must support HTTP Basic, and may accept the secret in the form. The large providers
        // expect the form.
        if (clientSecret && errorOf(answer)?.error === 'invalid_client') {
            answer = await this.post(form, { user: clientId, password: clientSecret }, signal);
        }
        return this.read(answer);
    }

    private async post(
        form: Record<string, string>,
        basic: { user: string; password: string } | undefined,
        signal: AbortSignal,
    ): Promise<TokenAnswer> {
        const { client, clock, ca, timeoutMs = TIMEOUT_MS } = this.options;
        const late = new AbortController();
        const timer = clock.setTimeout(() => late.abort(), timeoutMs);
        try {
            const either = AbortSignal.any([signal, late.signal]);
            return await postForm({ url: client.tokenUrl, form, basic, ca, signal: either });
        } catch (error) {
            throw this.unreachable(error as NodeJS.ErrnoException);
        } finally {
            clock.clearTimeout(timer);
        }
    }

    private unreachable(error: NodeJS.ErrnoException): MailError {
        const host = this.host;
        if (/^(ERR_SSL|EPROTO|HPE_)/.test(error.code ?? '')) return this.wrongAddress(failureText(error));
        const words = {
            ENOTFOUND: said('names.notFound', { host: this.options.client.tokenUrl.hostname }),
            EAI_AGAIN: said('names.notNow', { host: this.options.client.tokenUrl.hostname }),
            ECONNREFUSED: said('nothingListens'),
            ABORT_ERR: said('noAnswerInTime'),
        }[error.code ?? ''];
        const answer = this.clean(failureText(error));
        const reason = words ?? (isCertificateError(error) ? said('mail.certificate', { answer }) : answer);
        return new MailError('mail-token-unreachable', { host, reason }, { scope: 'account' });
    }

    private wrongAddress(reason: Told): MailError {
        const { origin, pathname } = this.options.client.tokenUrl;
        const data = { url: origin + pathname, reason: this.clean(reason) };
        return new MailError('mail-token-address', data, { scope: 'account', hold: true });
    }

    private read(answer: TokenAnswer): Token {
        const { host } = this;
        const { status } = answer;
        const refusal = errorOf(answer);
        if (status === 429 || status >= 500 || refusal?.error === 'temporarily_unavailable') {
            const reason = this.clean(said('mail.answers', { status, words: refusal?.words }));
            throw new MailError('mail-token-unreachable', { host, reason }, { scope: 'account' });
        }
        if (refusal) {
            const code = refusal.error === 'invalid_grant' ? 'mail-token-refused' : 'mail-client-refused';
            throw new MailError(code, { host, reason: this.clean(refusal.words) }, { scope: 'account', hold: true });
        }
        const found = jsonOf(answer);
        if (status !== 200 || typeof found?.access_token !== 'string' || !/^[\x21-\x7e]+$/.test(found.access_token)) {
            throw this.wrongAddress(said('mail.noToken', { status }));
        }
        if (
            typeof found.refresh_token === 'string' &&
            found.refresh_token &&
            found.refresh_token !== this.refreshToken
        ) {
            this.refreshToken = found.refresh_token;
            this.options.onRefreshToken?.(found.refresh_token);
        }
        const seconds = Number(found.expires_in);
        const life = seconds > 0 ? seconds * 1_000 : DEFAULT_LIFE_MS;
        const spare = Math.min(EXPIRY_MARGIN_MS, life / 2);
        return { value: found.access_token, until: this.options.clock.monotonic() + life - spare };
    }

    private clean(what: Told): Told {
        return redact(what, { user: '', password: '', others: this.secrets });
    }
}

/** The error answer of RFC 6749 section 5.2. */
function errorOf(answer: TokenAnswer): { error: string; words: string } | undefined {
    const { error, error_description: description } = jsonOf(answer) ?? {};
    if (typeof error !== 'string' || !error) return undefined;
    return { error, words: typeof description === 'string' && description ? `${error}: ${description}` : error };
}

function jsonOf({ body }: TokenAnswer): Record<string, unknown> | undefined {
    try {
        const value: unknown = JSON.parse(body);
        return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
    } catch {
        return undefined;
    }
}
