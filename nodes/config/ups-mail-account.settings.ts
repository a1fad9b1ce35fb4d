import {
    choice,
    declareNode,
    host,
    mail,
    ownFault,
    port,
    reference,
    secret,
    section,
    text,
    user,
} from '../../lib/core/settings';
import { isGreetingName } from '../../lib/core/mail/greeting-name';
import { OAUTH_PROVIDERS, readTokenUrl, type OAuthProvider } from '../../lib/core/mail/oauth-providers';

const PROVIDERS = Object.keys(OAUTH_PROVIDERS) as OAuthProvider[];
const oauth = { login: 'oauth2' };

export const settings = declareNode({
    type: 'ups-mail-account',
    family: 'config',
    triesNow: true,
    sections: [
        section('', {
            host: host({ required: true, example: 'mail.example.org' }),
            security: choice(['none', 'starttls', 'tls'], {
                icon: 'lock',
                width: 'medium',
                default: 'starttls',
                check: (way, sibling) =>
                    way === 'none' && sibling('login') === 'oauth2' ? ownFault('security') : undefined,
            }),
            // Empty means the usual port of the chosen security.
            port: { ...port({ optional: true }), initial: 587 },
            // A missing tls-config is reported even if the connection is not secured.
            tls: reference('tls-config', { icon: 'certificate' }),
            from: mail({ icon: 'at', required: true, example: 'ups@example.org' }),
        }),
        section('login', {
            login: choice(['password', 'oauth2'], { icon: 'sign-in', width: 'medium', default: 'password' }),
            user: user(),
            password: secret({ when: { login: 'password' } }),
            provider: choice(PROVIDERS, { icon: 'cloud', default: 'google', when: oauth }),
            clientId: text({ icon: 'id-card-o', required: true, when: oauth }),
            clientSecret: secret({ when: oauth }),
            refreshToken: secret({ icon: 'refresh', required: true, when: oauth }),
            tokenUrl: text({
                icon: 'globe',
                required: { provider: 'other' },
                check: (url) => (readTokenUrl(url) ? undefined : ownFault('tokenUrl', url.replace(/\/\/.*@/, '//…@'))),
                when: oauth,
            }),
            scope: text({ icon: 'filter', when: oauth }),
        }),
        section('advanced', {
            ehloName: text({
                icon: 'handshake-o',
                example: 'ups.example.org',
                check: (name) => (isGreetingName(name) ? undefined : ownFault('ehloName', name)),
            }),
        }),
    ],
});
