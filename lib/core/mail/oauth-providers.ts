/**
 * Where the large providers take mail and give out access tokens, as they document it; '' where it is to be entered. A Microsoft organisation that
 * allows only its own accounts has its tenant in the place of `common`.
 */
export const OAUTH_PROVIDERS = {
    google: { host: 'smtp.gmail.com', tokenUrl: 'https://oauth2.googleapis.com/token', scope: '' },
    microsoft: {
        host: 'smtp.office365.com',
        tokenUrl: 'https://login.microsoftonline.com/common/oauth2/v2.0/token',
        scope: 'https://outlook.office.com/SMTP.Send offline_access',
    },
    yahoo: { host: 'smtp.mail.yahoo.com', tokenUrl: 'https://api.login.yahoo.com/oauth2/get_token', scope: '' },
    other: { host: '', tokenUrl: '', scope: '' },
} as const;

export type OAuthProvider = keyof typeof OAUTH_PROVIDERS;

/** Where tokens are given out; in the clear only on this machine, for the request carries the secrets. Undefined: no such address. */
export function readTokenUrl(text: string): URL | undefined {
    const url = URL.canParse(text) ? new URL(text) : undefined;
    const local = /^(localhost|127(\.\d+){3}|\[::1\])$/.test(url?.hostname ?? '');
    const allowed = url?.protocol === 'https:' || (url?.protocol === 'http:' && local);
    return url && allowed && !url.username && !url.password ? url : undefined;
}
