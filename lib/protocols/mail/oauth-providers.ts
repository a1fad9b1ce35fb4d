import { UpsError } from '../../core/errors';
import { said } from '../../core/language/sentence';
import { OAUTH_PROVIDERS, readTokenUrl, type OAuthProvider } from '../../core/mail/oauth-providers';

/** OAuth settings of an account as typed; empty: the provider's default. */
export interface OAuthSettings {
    provider?: string;
    tokenUrl?: string;
    scope?: string;
    clientId?: string;
    clientSecret?: string;
    refreshToken?: string;
}

export interface OAuthClient {
    tokenUrl: URL;
    scope: string;
    clientId: string;
    /** Empty for a public client. */
    clientSecret: string;
    refreshToken: string;
}

/** @throws UpsError config-missing, config-invalid */
export function oauthClient(settings: OAuthSettings): OAuthClient {
    const provider = settings.provider || 'google';
    if (!Object.hasOwn(OAUTH_PROVIDERS, provider)) {
        const expected = Object.keys(OAUTH_PROVIDERS).join(', ');
        throw new UpsError('config-invalid', { property: 'provider', value: provider, expected });
    }
    const usual = OAUTH_PROVIDERS[provider as OAuthProvider];
    return {
        tokenUrl: tokenUrl(settings.tokenUrl?.trim() || usual.tokenUrl),
        scope: settings.scope?.trim() || usual.scope,
        clientId: needed('clientId', settings.clientId),
        clientSecret: settings.clientSecret?.trim() ?? '',
        refreshToken: needed('refreshToken', settings.refreshToken),
    };
}

function needed(property: string, value: string | undefined): string {
    const text = value?.trim();
    if (!text) throw new UpsError('config-missing', { property });
    return text;
}

function tokenUrl(text: string): URL {
    if (!text) throw new UpsError('config-missing', { property: 'tokenUrl' });
    const url = readTokenUrl(text);
    if (url) return url;
    throw new UpsError('config-invalid', {
        property: 'tokenUrl',
        value: text.replace(/\/\/.*@/, '//…@').slice(0, 100),
        expected: said('expected.https'),
    });
}
