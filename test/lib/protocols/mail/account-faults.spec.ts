import { deepEqual, equal, match, ok } from 'node:assert/strict';
import type { SMTPServerOptions } from 'smtp-server';
import { SmtpTransport, type MailAccountOptions } from '../../../../lib/protocols/mail/account';
import type { NewMail } from '../../../../lib/protocols/mail/mail';
import { MailError } from '../../../../lib/protocols/mail/transport';
import { mail } from './memory-transport';
import { reply, SmtpSink } from './smtp-sink';
import { inEnglish } from '../../../support/in-english';

const QUICK = { connection: 2_000, greeting: 1_000, socket: 2_000 };

describe('SMTP transport: what concerns the account', () => {
    let sink: SmtpSink;

    afterEach(() => sink.stop());

    async function serve(options: object): Promise<void> {
        const quiet = { hideENHANCEDSTATUSCODES: true, allowInsecureAuth: true };
        sink = await new SmtpSink({ ...quiet, ...options } as SMTPServerOptions).start();
    }

    async function send(options: Partial<MailAccountOptions> = {}, what: Partial<NewMail> = {}) {
        const from = 'ups@plant.example';
        const transport = new SmtpTransport({
            host: '127.0.0.1',
            port: sink.port,
            security: 'none',
            from,
            timeouts: QUICK,
            ...options,
        });
        const outgoing = { messageId: '<1@plant.example>', mail: mail('Mains failed', what), attachments: [] };
        return transport.send(outgoing, new AbortController().signal);
    }

    async function failure(...arguments_: Parameters<typeof send>): Promise<MailError> {
        const error: unknown = await send(...arguments_).catch((thrown: unknown) => thrown);
        ok(error instanceof MailError, String(error));
        return error;
    }

    for (const code of [421, 432, 454]) {
        it(`a ${code} at the log-in is for now, and no refused password`, async () => {
            await serve({
                onAuth: (_auth: unknown, _session: unknown, done: (e: Error) => void) => done(reply(code, 'later')),
            });
            const error = await failure({ user: 'ups', password: 'right' });
            deepEqual([error.code, error.scope, error.hold], ['mail-busy', 'account', false]);
            match(String(error.data.reason), new RegExp(`${code}.*later`));
        });
    }

    it('a server that takes no passwords is told as such', async () => {
        const words = '5.7.139 Authentication unsuccessful, basic authentication is disabled.';
        await serve({
            onAuth: (_auth: unknown, _session: unknown, done: (e: Error) => void) => done(reply(535, words)),
        });
        const error = await failure({ user: 'ups', password: 'right' });
        deepEqual([error.code, error.hold], ['mail-basic-off', true]);
    });

    const afterData = (code: number, words: string) => ({
        onData: (stream: NodeJS.ReadableStream, _session: unknown, done: (error: Error) => void) => {
            stream.resume();
            stream.on('end', () => done(reply(code, words)));
        },
    });

    for (const [code, words, expected] of [
        [550, '5.4.5 Daily user sending limit exceeded.', 'mail-account-blocked'],
        [554, '5.2.252 SendAsDenied; not allowed to send as this sender', 'mail-sender-refused'],
        [550, '5.7.1 authentication has expired', 'mail-login-refused'],
    ] as const) {
        it(`"${words}" after the data holds the account, and the mail is kept`, async () => {
            await serve(afterData(code, words));
            const error = await failure();
            deepEqual([error.code, error.scope, error.permanent, error.hold], [expected, 'account', false, true]);
            equal(error.suspect, true, 'another mail is tried next');
        });
    }

    it('a sender that is refused for every recipient concerns the account, for one of them only that one', async () => {
        const words = '5.7.1 <ups@plant.example>: Sender address rejected: not owned by user ups';
        await serve({
            onRcptTo: ({ address }: { address: string }, _session: unknown, done: (e?: Error) => void) =>
                done(address.startsWith('a') ? reply(553, words) : undefined),
        });
        equal((await failure({}, { to: ['a@x.org', 'also@x.org'] })).code, 'mail-sender-refused');
        const receipt = await send({}, { to: ['a@x.org', 'b@x.org'] });
        deepEqual([receipt.accepted, receipt.refused[0].address], [['b@x.org'], 'a@x.org']);
    });

    describe('what a server does not offer', () => {
        it('text with any letters goes out in plain ASCII lines, without 8BITMIME', async () => {
            await serve({ hide8BITMIME: true });
            await send({}, { text: 'Käse 日本 ' + 'ü'.repeat(2_000), html: '<p>größer ✓</p>', subject: 'Überlast' });
            const { raw, parsed } = sink.mails[0];
            ok(/^[\t\r\n\x20-\x7e]*$/.test(raw), 'nothing but ASCII');
            ok(raw.split('\r\n').every((line) => line.length <= 998));
            equal(parsed.subject, 'Überlast');
            equal(parsed.html?.trim(), '<p>größer ✓</p>');
        });

        it('without SMTPUTF8, a recipient with such letters is refused in words, and the others have the mail', async () => {
            await serve({ hideSMTPUTF8: true });
            const receipt = await send({}, { to: ['jörg@x.org', 'ops@bücher.example'] });
            deepEqual(receipt.accepted, ['ops@xn--bcher-kva.example']);
            deepEqual([receipt.refused[0].address, receipt.refused[0].permanent], ['jörg@x.org', true]);
            match(inEnglish(receipt.refused[0].reason), /SMTPUTF8/);
            equal(sink.mails.length, 1);
            ok(!sink.mails[0].raw.includes('jörg'), 'nor does the head of the mail name it');
            const alone = await failure({}, { to: ['jörg@x.org'] });
            deepEqual([alone.code, alone.permanent, alone.refused.length], ['mail-refused', true, 1]);
        });

        it('with SMTPUTF8 it is sent to', async () => {
            await serve({ hideSMTPUTF8: false });
            const receipt = await send({}, { to: ['jörg@x.org'] });
            deepEqual([receipt.accepted, receipt.refused], [['jörg@x.org'], []]);
        });

        it('a sender with such letters holds the account, with a sentence of its own', async () => {
            await serve({ hideSMTPUTF8: true });
            const error = await failure({ from: 'USV <jürgen@x.org>' });
            deepEqual([error.code, error.data.address, error.hold], ['mail-utf8', 'jürgen@x.org', true]);
        });
    });

    it('greets by the name that is set, and is told apart from settings that are none', async () => {
        const names: string[] = [];
        await serve({
            onMailFrom: (_address: unknown, session: { hostNameAppearsAs: string }, done: () => void) => (
                names.push(session.hostNameAppearsAs),
                done()
            ),
        });
        await send({ ehloName: ' ups.plant.example ' });
        await send({ ehloName: '[192.0.2.7]' });
        deepEqual(names, ['ups.plant.example', '[192.0.2.7]']);
        for (const ehloName of ['a b', 'ups_1', '192.0.2.7', '[999.1.1.1]', 'x\r\nMAIL FROM:<>', '-x.org']) {
            const error = (await send({ ehloName }).catch((thrown: unknown) => thrown)) as MailError;
            deepEqual([error.code, error.data.property], ['config-invalid', 'ehloName'], ehloName);
        }
    });

    it('says that a name is not found', async () => {
        await serve({});
        const error = await failure({ host: 'mail.nowhere.invalid' });
        equal(error.code, 'mail-unreachable');
        match(inEnglish(error.data.reason), /the name "mail\.nowhere\.invalid" (is not found|cannot be looked up now)/);
    });
});
