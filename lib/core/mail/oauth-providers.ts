/**
 * The servers of large providers for mail and access tokens, from their own documentation; '' if the user must enter it. A Microsoft
 * organisation that allows only its own accounts replaces `common` by its tenant.
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

/**
 * Reads the URL of a token server. Plain http is allowed only on this machine, because the request contains the secrets. Undefined: not
 * such a URL.
 */
export function readTokenUrl(text: string): URL | undefined {
    const url = URL.canParse(text) ? new URL(text) : undefined;
    const local = /^(localhost|127(\.\d+){3}|\[::1\])$/.test(url?.hostname ?? '');
    const allowed = url?.protocol === 'https:' || (url?.protocol === 'http:' && local);
    return url && allowed && !url.username && !url.password ? url : undefined;
}
