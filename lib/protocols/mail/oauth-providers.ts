import { UpsError } from '../../core/errors';
import { said } from '../../core/language/sentence';

export type OAuthProvider = 'google' | 'microsoft' | 'yahoo' | 'other';

/**
 * Where the large providers give out access tokens, as they document it. A Microsoft organisation that allows only its own accounts has its
 * tenant in the place of `common`.
 */
const PROVIDERS: Record<OAuthProvider, { tokenUrl: string; scope: string }> = {
    google: { tokenUrl: 'https://oauth2.googleapis.com/token', scope: '' },
    microsoft: {
        tokenUrl: 'https://login.microsoftonline.com/common/oauth2/v2.0/token',
        scope: 'https://outlook.office.com/SMTP.Send offline_access',
    },
    yahoo: { tokenUrl: 'https://api.login.yahoo.com/oauth2/get_token', scope: '' },
    other: { tokenUrl: '', scope: '' },
};

/** What an account's OAuth settings are typed as; empty means the provider's own. */
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
    /** Empty: a public client. */
    clientSecret: string;
    refreshToken: string;
}

/** @throws UpsError config-missing, config-invalid */
export function oauthClient(settings: OAuthSettings): OAuthClient {
    const provider = settings.provider || 'google';
    if (!Object.hasOwn(PROVIDERS, provider)) {
        const expected = Object.keys(PROVIDERS).join(', ');
        throw new UpsError('config-invalid', { property: 'provider', value: provider, expected });
    }
    const usual = PROVIDERS[provider as OAuthProvider];
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

/** In the clear only to this machine: the request carries the secrets. */
function tokenUrl(text: string): URL {
    if (!text) throw new UpsError('config-missing', { property: 'tokenUrl' });
    const url = URL.canParse(text) ? new URL(text) : undefined;
    const local = /^(localhost|127(\.\d+){3}|\[::1\])$/.test(url?.hostname ?? '');
    const allowed = url?.protocol === 'https:' || (url?.protocol === 'http:' && local);
    if (url && allowed && !url.username && !url.password) return url;
    throw new UpsError('config-invalid', {
        property: 'tokenUrl',
        value: text.replace(/\/\/.*@/, '//…@').slice(0, 100),
        expected: said('expected.https'),
    });
}
