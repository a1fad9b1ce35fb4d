import { deepEqual, doesNotMatch, equal, match, ok } from 'node:assert/strict';
import { inspect } from 'node:util';
import type { SMTPServerOptions } from 'smtp-server';
import { SmtpTransport, type MailAccountOptions } from '../../../../lib/protocols/mail/account';
import { MailError } from '../../../../lib/protocols/mail/transport';
import { mail } from './memory-transport';
import { CERTIFICATE, reply, SmtpSink } from './smtp-sink';
import { TokenServer } from './token-server';
import { inEnglish } from '../../../support/in-english';

describe('SMTP transport with OAuth 2', () => {
    let tokens: TokenServer;
    let sink: SmtpSink;
    let good: string;
    let logins: string[];
    /** How the server refuses a token. */
    let direct: boolean;

    beforeEach(async () => {
        tokens = await new TokenServer().start();
        good = 'token-1';
        logins = [];
        direct = true;
    });
    afterEach(async () => {
        await sink.stop();
        await tokens.stop();
    });

    async function serve(options: SMTPServerOptions = {}): Promise<void> {
        sink = await new SmtpSink({
            authMethods: ['PLAIN', 'XOAUTH2'],
            authOptional: false,
            onAuth: ({ method, username, accessToken }, _session, done) => {
                logins.push(`${method} ${username} ${accessToken}`);
                if (accessToken === good) return done(null, { user: username });
                if (direct) return done(reply(535, `bad token ${accessToken}`));
                // as Gmail does: a reason in base64 first, the refusal after an empty line of ours
                done(null, { data: { status: '401' } } as never);
            },
            ...options,
        }).start();
    }

    function account(options: Partial<MailAccountOptions> = {}): SmtpTransport {
        const oauth = {
            provider: 'other',
            tokenUrl: tokens.url,
            clientId: 'c',
            clientSecret: 'hush-hush',
            refreshToken: 'refresh-1',
        };
        return new SmtpTransport({
            host: '127.0.0.1',
            port: sink.port,
            security: 'starttls',
            from: 'UPS <ups@plant.example>',
            tls: { ca: CERTIFICATE },
            timeouts: { connection: 2_000, greeting: 1_000, socket: 2_000 },
            oauth,
            ...options,
        });
    }

    const send = (transport: SmtpTransport) =>
        transport.send({ messageId: '<1@x>', mail: mail('m'), attachments: [] }, new AbortController().signal);

    async function failure(transport: SmtpTransport): Promise<MailError> {
        const error: unknown = await send(transport).catch((thrown: unknown) => thrown);
        ok(error instanceof MailError, inspect(error));
        doesNotMatch(inspect(error, { depth: 9, showHidden: true }), /hush-hush|refresh-1|token-\d/);
        return error;
    }

    it('logs in as the sender with one token for many mails', async () => {
        await serve();
        const transport = account();
        await send(transport);
        await send(transport);
        deepEqual(logins, Array(2).fill('XOAUTH2 ups@plant.example token-1'));
        equal(tokens.requests.length, 1);
        equal(sink.mails[0].secure, true);
    });

    it('logs in as the user that is set', async () => {
        await serve();
        await send(account({ user: 'shared@plant.example' }));
        equal(logins[0], 'XOAUTH2 shared@plant.example token-1');
    });

    for (const how of ['at once', 'after a reason'] as const) {
        it(`asks for another token when one, refused ${how}, was withdrawn before its time`, async () => {
            await serve();
            direct = how === 'at once';
            const transport = account();
            await send(transport);
            good = 'token-2';
            await send(transport);
            deepEqual([tokens.requests.length, sink.mails.length], [2, 2]);
        });
    }

    it('is a refused log-in when the server does not like a fresh token either, with its words', async () => {
        await serve();
        good = 'none';
        const error = await failure(account());
        deepEqual([error.code, error.hold, logins.length], ['mail-login-refused', true, 1]);
        match(String(error.data.reason), /535.*bad token \*\*\*/);
    });

    it('a server that is busy at the log-in is tried again with the same token', async () => {
        await serve({ onAuth: (_auth, _session, done) => done(reply(454, 'later')) });
        const transport = account();
        equal((await failure(transport)).code, 'mail-busy');
        await failure(transport);
        equal(tokens.requests.length, 1);
    });

    it('says so when the server offers no such log-in, and shows it no token', async () => {
        await serve({ authMethods: ['PLAIN', 'LOGIN'] });
        const error = await failure(account());
        deepEqual([error.code, error.hold, logins], ['mail-no-oauth', true, []]);
        match(inEnglish(error.data.reason), /PLAIN, LOGIN/);
    });

    it('does not even connect to the mail server while there is no token', async () => {
        await serve();
        tokens.answer = () => ({ status: 400, body: { error: 'invalid_grant' } });
        const error = await failure(account());
        deepEqual([error.code, error.hold, sink.connections], ['mail-token-refused', true, 0]);
    });

    it('refuses to send a token in the clear', async () => {
        await serve();
        let thrown: { code?: string; data?: { property?: string } } = {};
        try {
            account({ security: 'none' });
        } catch (error) {
            thrown = error as typeof thrown;
        }
        deepEqual([thrown.code, thrown.data?.property], ['config-invalid', 'security']);
    });
});
