import { deepEqual, doesNotMatch, equal, match, ok, rejects, throws } from 'node:assert/strict';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { inspect } from 'node:util';
import type { SMTPServerOptions } from 'smtp-server';
import type { UpsError } from '../../../../lib/core/errors';
import { SmtpTransport, type MailAccountOptions } from '../../../../lib/protocols/mail/account';
import { logAttachments } from '../../../../lib/protocols/mail/attachments';
import type { NewMail, OutgoingMail } from '../../../../lib/protocols/mail/mail';
import { MailError, type MailReceipt } from '../../../../lib/protocols/mail/transport';
import { eventually } from '../../../support/eventually';
import { mail } from './memory-transport';
import { CERTIFICATE, reply, SmtpSink } from './smtp-sink';
import { errorInEnglish, inEnglish } from '../../../support/in-english';

const PASSWORD = 'geheim&42';
const QUICK = { connection: 2_000, greeting: 1_000, socket: 2_000 };

function outgoing(change: Partial<NewMail> = {}, more: Partial<OutgoingMail> = {}): OutgoingMail {
    return { messageId: '<fixed-1@plant.example>', mail: mail('Mains failed', change), attachments: [], ...more };
}

describe('SMTP transport', () => {
    let sink: SmtpSink;

    async function serve(options: SMTPServerOptions = {}): Promise<void> {
        sink = await new SmtpSink(options).start();
    }

    function account(options: Partial<MailAccountOptions> = {}): SmtpTransport {
        const from = 'UPS Rack 1 <ups@plant.example>';
        const port = options.port ?? sink.port;
        return new SmtpTransport({ host: '127.0.0.1', security: 'none', from, timeouts: QUICK, ...options, port });
    }

    function send(transport: SmtpTransport, what = outgoing()): Promise<MailReceipt> {
        return transport.send(what, new AbortController().signal);
    }

    async function failure(sending: Promise<unknown>): Promise<MailError> {
        const error = await sending.then(
            () => undefined,
            (thrown: unknown) => thrown,
        );
        ok(error instanceof MailError, `expected a MailError, got ${inspect(error)}`);
        doesNotMatch(inspect(error, { depth: 9, showHidden: true }), new RegExp(PASSWORD));
        doesNotMatch(inspect(error, { depth: 9 }), new RegExp(Buffer.from(PASSWORD).toString('base64')));
        return error;
    }

    afterEach(async () => {
        await sink?.stop();
    });

    it('delivers text, headers and recipients as composed', async () => {
        await serve();
        const at = Date.UTC(2026, 0, 15, 3, 0, 0);
        const receipt = await send(
            account(),
            outgoing({
                to: ['a@x.example', 'b@x.example'],
                text: 'Läuft auf Batterie: 21 °C\n.\nEnde',
                event: 'id=power-fail; state=on',
                at,
            }),
        );
        deepEqual(receipt.accepted, ['a@x.example', 'b@x.example']);
        deepEqual(receipt.refused, []);
        const [got] = sink.mails;
        equal(got.from, 'ups@plant.example');
        deepEqual(got.to, ['a@x.example', 'b@x.example']);
        equal(got.parsed.subject, 'Mains failed');
        equal(got.parsed.from?.name, 'UPS Rack 1');
        equal(got.parsed.text?.trimEnd(), 'Läuft auf Batterie: 21 °C\n.\nEnde');
        equal(got.parsed.messageId, '<fixed-1@plant.example>');
        equal(Date.parse(got.parsed.date!), at);
        const header = (key: string) => got.parsed.headers.find((one) => one.key === key)?.value;
        equal(header('auto-submitted'), 'auto-generated');
        equal(header('x-ridethrough-event'), 'id=power-fail; state=on');
        match(header('x-priority')!, /^1/, 'an alarm is urgent');
        equal(got.parsed.html, undefined);
    });

    it('sends HTML with its plain alternative, and the logs as CSV', async () => {
        await serve();
        const queries: unknown[] = [];
        const asked = mail('m', {
            text: 'plain',
            html: '<b>rich</b>',
            attachEventLog: true,
            attachDataLog: true,
            upsId: 'ups1',
        });
        const attachments = logAttachments(asked, {
            logCsv: (query) => (queries.push(query), 'time,text\r\n1,"Ausfall, größer"\r\n'),
            dataCsv: (query) => (queries.push(query), 'time,load\r\n'),
        });
        await send(account(), { messageId: '<1@x>', mail: asked, attachments });
        const { parsed } = sink.mails[0];
        equal(parsed.text?.trim(), 'plain');
        equal(parsed.html?.trim(), '<b>rich</b>');
        deepEqual(
            parsed.attachments.map(({ filename, mimeType }) => [filename, mimeType]),
            [
                ['event-log.csv', 'text/csv'],
                ['data-log.csv', 'text/csv'],
            ],
        );
        const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(parsed.attachments[0].content as ArrayBuffer);
        equal(text, '\ufefftime,text\r\n1,"Ausfall, größer"\r\n');
        deepEqual(queries, [{ limit: 1000 }, { limit: 1000, sourceId: 'ups1' }]);
    });

    it('cannot be made to add headers by a subject', async () => {
        await serve();
        await send(account(), outgoing({ subject: 'x\r\nBcc: evil@x.example\r\n\r\nbody', event: 'a\r\nX-Evil: 1' }));
        const { parsed, to } = sink.mails[0];
        deepEqual(to, ['ops@example.org']);
        ok(!parsed.headers.some(({ key }) => key === 'bcc' || key === 'x-evil'));
    });

    describe('security', () => {
        it('starttls: encrypts before it logs in', async () => {
            await serve({
                authOptional: false,
                onAuth: ({ username }, _session, done) => done(null, { user: username }),
            });
            await send(account({ security: 'starttls', user: 'ups', password: PASSWORD, tls: { ca: CERTIFICATE } }));
            equal(sink.mails[0].secure, true);
            equal(sink.mails[0].user, 'ups');
        });

        it('starttls: sends neither mail nor password to a server that does not offer it', async () => {
            let logins = 0;
            await serve({
                hideSTARTTLS: true,
                disabledCommands: ['STARTTLS'],
                allowInsecureAuth: true,
                onAuth: (_auth, _session, done) => (logins++, done(null, { user: 'x' })),
            });
            const error = await failure(send(account({ security: 'starttls', user: 'ups', password: PASSWORD })));
            equal(error.code, 'mail-unreachable');
            match(errorInEnglish(error), /no secure connection/);
            deepEqual([sink.mails.length, logins], [0, 0]);
        });

        it('starttls: refuses a certificate it does not trust', async () => {
            await serve();
            const error = await failure(send(account({ security: 'starttls' })));
            equal(error.code, 'mail-unreachable');
            match(errorInEnglish(error), /check the security setting, the port and the certificate/);
            equal(error.permanent, false);
            equal(sink.mails.length, 0);
        });

        it('tls: encrypts from the first byte', async () => {
            await serve({ secure: true });
            await send(account({ security: 'tls', tls: { ca: CERTIFICATE } }));
            equal(sink.mails[0].secure, true);
        });

        it('tls: gives up on a server that speaks plain SMTP', async () => {
            await serve();
            const error = await failure(send(account({ security: 'tls', tls: { ca: CERTIFICATE } })));
            equal(error.code, 'mail-unreachable');
            equal(error.scope, 'account');
            equal(sink.mails.length, 0);
        });

        it('none: stays plain even if the server offers more', async () => {
            await serve();
            await send(account());
            equal(sink.mails[0].secure, false);
        });
    });

    describe('refusals', () => {
        it('a wrong password concerns the account, and is not repeated in the error', async () => {
            await serve({
                allowInsecureAuth: true,
                authOptional: false,
                onAuth: ({ username, password }, _session, done) => {
                    const token = Buffer.from(`\0${username}\0${password}`).toString('base64');
                    done(reply(535, `bad ${username}/${password} ${token}`));
                },
            });
            const error = await failure(send(account({ user: 'ups', password: PASSWORD })));
            equal(error.code, 'mail-login-refused');
            deepEqual([error.scope, error.hold, error.permanent], ['account', true, false]);
            match(error.message, /535.*\*\*\*/);
        });

        it('a server that wants a log-in says so', async () => {
            await serve({
                authOptional: false,
                allowInsecureAuth: true,
                onAuth: (_auth, _session, done) => done(null, { user: 'x' }),
            });
            const error = await failure(send(account()));
            deepEqual([error.code, error.scope, error.hold], ['mail-login-refused', 'account', true]);
        });

        it('tells per recipient who was refused, for good or for now', async () => {
            await serve({
                onRcptTo: ({ address }, _session, done) => {
                    if (address.startsWith('unknown')) return done(reply(550, 'no such user'));
                    if (address.startsWith('full')) return done(reply(452, 'mailbox full'));
                    done();
                },
            });
            const receipt = await send(account(), outgoing({ to: ['unknown@x.org', 'ok@x.org', 'full@x.org'] }));
            deepEqual(receipt.accepted, ['ok@x.org']);
            deepEqual(
                receipt.refused.map(({ address, permanent }) => [address, permanent]),
                [
                    ['unknown@x.org', true],
                    ['full@x.org', false],
                ],
            );
            match(inEnglish(receipt.refused[0].reason), /550 .*no such user/);
            const none = await failure(send(account(), outgoing({ to: ['unknown@x.org'] })));
            deepEqual([none.code, none.scope, none.permanent], ['mail-refused', 'mail', true]);
            match(errorInEnglish(none), /unknown@x\.org: 550/);
            const mixed = await failure(send(account(), outgoing({ to: ['unknown@x.org', 'full@x.org'] })));
            equal(mixed.permanent, false);
            equal(mixed.refused.length, 2);
        });

        for (const [code, permanent] of [
            [451, false],
            [554, true],
        ] as const) {
            it(`a ${code} after the data is ${permanent ? 'final' : 'for now'}`, async () => {
                await serve({
                    onData: (stream, _session, done) => (
                        stream.resume(),
                        stream.on('end', () => done(reply(code, 'policy')))
                    ),
                });
                const error = await failure(send(account()));
                deepEqual([error.code, error.scope, error.permanent], ['mail-refused', 'mail', permanent]);
            });
        }

        it('a refused sender concerns the account: its settings can be repaired', async () => {
            await serve({ onMailFrom: (_address, _session, done) => done(reply(550, 'not yours')) });
            const error = await failure(send(account()));
            deepEqual([error.scope, error.permanent], ['account', false]);
            deepEqual([error.code, error.hold], ['mail-sender-refused', true]);
        });

        it('knows when the mail is too large, announced or not', async () => {
            const attachments = [{ filename: 'event-log.csv', contentType: 'text/csv', content: 'x'.repeat(20_000) }];
            for (const hideSize of [false, true]) {
                await serve({ size: 10_000, hideSize, rejectOversized: true });
                const error = await failure(send(account(), outgoing({}, { attachments })));
                deepEqual([error.scope, error.permanent, error.tooLarge], ['mail', true, true]);
                await send(account());
                await sink.stop();
            }
        });

        it('a server that is shutting down (421) is one to come back to', async () => {
            await serve({ onRcptTo: (_address, _session, done) => done(reply(421, 'going down')) });
            const error = await failure(send(account()));
            equal(error.permanent, false);
        });
    });

    describe('unreachable', () => {
        let silent: Server;

        afterEach(() => void silent?.close());

        it('names host and cause when nobody listens', async () => {
            await serve();
            const { port } = sink;
            await sink.stop();
            const error = await failure(send(account({ port })));
            equal(error.code, 'mail-unreachable');
            equal(error.data.host, '127.0.0.1');
            match(error.message, /ECONNREFUSED/);
            deepEqual([error.scope, error.permanent], ['account', false]);
        });

        it('does not wait for ever for a server that says nothing', async () => {
            silent = createServer(() => undefined).listen(0, '127.0.0.1');
            await new Promise((resolve) => silent.once('listening', resolve));
            const { port } = silent.address() as AddressInfo;
            const error = await failure(send(account({ port, timeouts: { ...QUICK, greeting: 100 } })));
            equal(error.code, 'mail-unreachable');
        });

        it('breaks off when told to', async () => {
            silent = createServer(() => undefined).listen(0, '127.0.0.1');
            await new Promise((resolve) => silent.once('listening', resolve));
            const { port } = silent.address() as AddressInfo;
            const abort = new AbortController();
            const sending = failure(
                account({ port, timeouts: { ...QUICK, greeting: 60_000 } }).send(outgoing(), abort.signal),
            );
            abort.abort();
            match(errorInEnglish(await sending), /no answer in time/);
        });
    });

    it('counts a mail as given when its end is about to leave, and not while the server thinks over a recipient', async () => {
        const told: string[] = [];
        let letOn = () => {};
        await serve({
            onRcptTo: (_address, _session, callback) => {
                told.push('recipient');
                letOn = () => callback();
            },
            onData: (stream, _session, callback) => {
                stream.resume();
                stream.on('end', () => {
                    told.push('taken');
                    callback();
                });
            },
        });
        const sending = account().send(outgoing(), new AbortController().signal, () => told.push('given'));
        await eventually(() => told.length > 0);
        deepEqual(told, ['recipient']);
        letOn();
        await sending;
        deepEqual(told, ['recipient', 'given', 'taken']);
    });

    it('has one connection at a time', async () => {
        let now = 0;
        let most = 0;
        await serve({
            onConnect: (_session, done) => ((most = Math.max(most, ++now)), done()),
            onClose: () => void now--,
        });
        const transport = account();
        await Promise.all([1, 2, 3].map(() => send(transport)));
        equal(sink.mails.length, 3);
        ok(most <= 2, `${most} at once`);
    });

    it('says what is missing or wrong in its settings', () => {
        const good: MailAccountOptions = { host: 'h', security: 'starttls', from: 'a@x.org' };
        const broken = (change: Partial<MailAccountOptions>, code: string, property: string) =>
            throws(
                () => new SmtpTransport({ ...good, ...change }),
                (error: UpsError) => error.code === code && error.data.property === property,
            );
        broken({ host: ' ' }, 'config-missing', 'host');
        broken({ from: '' }, 'config-missing', 'from');
        broken({ from: 'nobody' }, 'config-invalid', 'from');
        broken({ from: 'a@x.org\r\nBcc: b@x.org' }, 'config-invalid', 'from');
        broken({ port: 70_000 }, 'config-invalid', 'port');
    });

    it('rejects rather than throws', async () => {
        await serve();
        const { port } = sink;
        await sink.stop();
        await rejects(() => send(account({ port })));
    });
});
