import { deepEqual, doesNotMatch, equal, match, ok, throws } from 'node:assert/strict';
import { createServer } from 'node:net';
import { inspect } from 'node:util';
import type { UpsError } from '../../../../lib/core/errors';
import { oauthClient, type OAuthSettings } from '../../../../lib/protocols/mail/oauth-providers';
import { TokenSource, type TokenSourceOptions } from '../../../../lib/protocols/mail/token-source';
import { MailError } from '../../../../lib/protocols/mail/transport';
import { FakeClock } from '../../../support/fake-clock';
import { CERTIFICATE } from './smtp-sink';
import { TokenServer } from './token-server';
import { inEnglish } from '../../../support/in-english';

const SETTINGS = { provider: 'other', clientId: 'client-1', clientSecret: 'hush-hush', refreshToken: 'refresh-1' };
const never = new AbortController().signal;

describe('access tokens', () => {
    let server: TokenServer;
    let clock: FakeClock;

    beforeEach(async () => {
        server = await new TokenServer().start();
        clock = new FakeClock();
    });
    afterEach(() => server.stop());

    function source(settings: OAuthSettings = {}, more: Partial<TokenSourceOptions> = {}): TokenSource {
        const client = oauthClient({ ...SETTINGS, tokenUrl: server.url, ...settings });
        return new TokenSource({ client, clock, ca: CERTIFICATE, ...more });
    }

    async function failure(tokens: TokenSource): Promise<MailError> {
        const error: unknown = await tokens.get(never).catch((thrown: unknown) => thrown);
        ok(error instanceof MailError, inspect(error));
        doesNotMatch(inspect(error, { depth: 9, showHidden: true }), /hush-hush|refresh-1/);
        equal(error.scope, 'account');
        return error;
    }

    it('are asked for with the refresh token, and used as long as they live', async () => {
        const tokens = source({ scope: 'send' });
        equal(await tokens.get(never), 'token-1');
        deepEqual(server.requests[0].form, {
            grant_type: 'refresh_token',
            refresh_token: 'refresh-1',
            scope: 'send',
            client_id: 'client-1',
            client_secret: 'hush-hush',
        });
        await clock.advance(3_500_000);
        equal(await tokens.get(never), 'token-1');
        await clock.advance(60_000);
        equal(await tokens.get(never), 'token-2');
        equal(server.requests.length, 2);
    });

    it('are asked for once, however many ask at the same time', async () => {
        const tokens = source();
        deepEqual(await Promise.all([tokens.get(never), tokens.get(never)]), ['token-1', 'token-1']);
        equal(server.requests.length, 1);
    });

    it('go on with the refresh token that the server gives instead, and tell it', async () => {
        server.answer = () => ({ body: { access_token: 'a', expires_in: 100, refresh_token: 'refresh-2' } });
        const told: string[] = [];
        const tokens = source({}, { onRefreshToken: (token) => told.push(token) });
        await tokens.get(never);
        tokens.forget();
        await tokens.get(never);
        deepEqual([told, server.requests[1].form.refresh_token], [['refresh-2'], 'refresh-2']);
    });

    it('are asked for by HTTP Basic where the server does not read the secret in the form', async () => {
        server.answer = ({ authorization }) =>
            authorization ? { body: { access_token: 'by-basic' } } : { status: 401, body: { error: 'invalid_client' } };
        equal(await source().get(never), 'by-basic');
        const basic = Buffer.from('client-1:hush-hush').toString('base64');
        equal(server.requests[1].authorization, `Basic ${basic}`);
        ok(!('client_secret' in server.requests[1].form));
    });

    it('need no secret with a public client', async () => {
        await source({ clientSecret: '' }).get(never);
        ok(!('client_secret' in server.requests[0].form));
    });

    for (const [what, status, body, code, hold] of [
        ['a refresh token that is no longer valid', 400, { error: 'invalid_grant' }, 'mail-token-refused', true],
        ['a wrong secret', 401, { error: 'invalid_client' }, 'mail-client-refused', true],
        ['a wrong scope', 400, { error: 'invalid_scope', error_description: 'no' }, 'mail-client-refused', true],
        ['a page instead of a token', 200, '<html>hello</html>', 'mail-token-address', true],
        ['a path that is not there', 404, 'nothing', 'mail-token-address', true],
        ['an answer without a token', 200, { token_type: 'Bearer' }, 'mail-token-address', true],
        ['a server in trouble', 503, 'oops', 'mail-token-unreachable', false],
        ['too many requests', 429, { error: 'slow_down' }, 'mail-token-unreachable', false],
        ['a server that says later', 400, { error: 'temporarily_unavailable' }, 'mail-token-unreachable', false],
    ] as const) {
        it(`${what}: ${code}${hold ? ', and the account is held' : ', and it is tried again soon'}`, async () => {
            server.answer = () => ({ status, body });
            const error = await failure(source());
            deepEqual([error.code, error.hold], [code, hold]);
        });
    }

    it('never lead to another server: a redirection is not followed', async () => {
        server.answer = () => ({ status: 307, headers: { location: 'https://evil.example/token' } });
        equal((await failure(source())).code, 'mail-token-address');
    });

    it('are kept out of errors, also where the server says them back', async () => {
        server.answer = ({ form }) => ({
            status: 400,
            body: {
                error: 'invalid_grant',
                error_description: `no such token ${form.refresh_token} ${form.client_secret}`,
            },
        });
        match(String((await failure(source())).data.reason), /invalid_grant: no such token \*\*\* \*\*\*/);
    });

    it('a server that says nothing is given up', async () => {
        server.answer = () => 'silence';
        const failing = failure(source({}, { timeoutMs: 5_000 }));
        while (server.requests.length === 0) await new Promise((resolve) => setImmediate(resolve));
        await clock.advance(5_000);
        const error = await failing;
        deepEqual(
            [error.code, error.hold, inEnglish(error.data.reason)],
            ['mail-token-unreachable', false, 'no answer in time'],
        );
    });

    it('nobody listens, no such name, a certificate that is not trusted: each in words', async () => {
        match(inEnglish((await failure(source({}, { ca: undefined }))).data.reason), /its certificate is not accepted/);
        const tokenUrl = 'https://tokens.nowhere.invalid/token';
        match(inEnglish((await failure(source({ tokenUrl }))).data.reason), /name "tokens\.nowhere\.invalid"/);
        const silent = source();
        await server.stop();
        const refused = await failure(silent);
        deepEqual([refused.code, inEnglish(refused.data.reason)], ['mail-token-unreachable', 'nothing listens there']);
    });

    it('a service that is no web server is a wrong address', async () => {
        const smtp = createServer((socket) => socket.end('220 mail.example ESMTP\r\n'));
        await new Promise<void>((resolve) => smtp.listen(0, '127.0.0.1', resolve));
        const { port } = smtp.address() as { port: number };
        const error = await failure(source({ tokenUrl: `http://127.0.0.1:${port}/` }));
        smtp.close();
        deepEqual([error.code, error.hold], ['mail-token-address', true]);
    });

    describe('settings', () => {
        it('know the large providers', () => {
            const { tokenUrl, scope } = oauthClient({ ...SETTINGS, provider: 'microsoft' });
            equal(tokenUrl.href, 'https://login.microsoftonline.com/common/oauth2/v2.0/token');
            match(scope, /SMTP\.Send/);
            equal(oauthClient({ ...SETTINGS, provider: '' }).tokenUrl.host, 'oauth2.googleapis.com');
            const tenant = 'https://login.microsoftonline.com/plant.example/oauth2/v2.0/token';
            equal(oauthClient({ ...SETTINGS, provider: 'microsoft', tokenUrl: tenant }).tokenUrl.href, tenant);
        });

        for (const [what, settings, code, property] of [
            ['no client', { provider: 'google', clientId: ' ' }, 'config-missing', 'clientId'],
            ['no refresh token', { provider: 'google', refreshToken: '' }, 'config-missing', 'refreshToken'],
            ['no URL of an unknown provider', { provider: 'other' }, 'config-missing', 'tokenUrl'],
            ['a provider nobody knows', { provider: 'acme' }, 'config-invalid', 'provider'],
            ['a URL in the clear', { tokenUrl: 'http://tokens.example/' }, 'config-invalid', 'tokenUrl'],
            ['a URL that is none', { tokenUrl: 'tokens.example' }, 'config-invalid', 'tokenUrl'],
            ['a URL with a password', { tokenUrl: 'https://a:b@tokens.example/' }, 'config-invalid', 'tokenUrl'],
        ] as const) {
            it(`${what} is told`, () => {
                throws(
                    () => oauthClient({ ...SETTINGS, ...settings } as OAuthSettings),
                    (error: UpsError) => error.code === code && error.data.property === property,
                );
            });
        }
    });
});
