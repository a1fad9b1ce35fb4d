import assert from 'node:assert/strict';
import { createTransport } from 'nodemailer';
import { MailSink, type MailSinkOptions } from '../../simulators/mail-sink/mail-sink';

describe('MailSink', () => {
    const cleanUps: (() => unknown)[] = [];
    afterEach(async () => {
        for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
    });

    async function start(options: MailSinkOptions = {}) {
        const sink = new MailSink(options);
        await sink.start();
        cleanUps.push(() => sink.stop());
        const send = (extra: object = {}) =>
            createTransport({
                host: '127.0.0.1',
                port: sink.port,
                secure: options.security === 'tls',
                tls: { rejectUnauthorized: false },
                ...extra,
            }).sendMail({
                from: 'ups@example.net',
                to: 'admin@example.net, night@example.net',
                subject: 'Mains failed – Keller',
                text: 'on battery',
                attachments: [{ filename: 'events.csv', content: 'time;event\n' }],
            });
        return { sink, send };
    }

    it('keeps envelope and content', async () => {
        const { sink, send } = await start();
        await send();
        const [mail] = sink.mails;
        assert.deepEqual(mail?.to, ['admin@example.net', 'night@example.net']);
        assert.equal(mail?.secure, false);
        assert.equal(mail?.content.subject, 'Mains failed – Keller');
        assert.equal(mail?.content.text?.trim(), 'on battery');
        assert.equal(mail?.content.attachments[0]?.filename, 'events.csv');
    });

    it('offers STARTTLS, speaks TLS, and demands a log-in', async () => {
        for (const security of ['starttls', 'tls'] as const) {
            const { sink, send } = await start({ security, auth: { user: 'ups', password: 'right' } });
            await send({ auth: { user: 'ups', pass: 'right' } });
            assert.deepEqual([sink.mails[0]?.secure, sink.mails[0]?.user], [true, 'ups']);
            await assert.rejects(send({ auth: { user: 'ups', pass: 'wrong' } }), { responseCode: 535 });
            await assert.rejects(send());
        }
    });

    it('refuses where, how and as often as it is told', async () => {
        const { sink, send } = await start();
        for (const at of ['from', 'to', 'data'] as const) {
            // Both recipients: one that is taken would be a success.
            sink.faults.reject = { at, code: 451, times: at === 'to' ? 2 : 1 };
            await assert.rejects(send(), { responseCode: 451 }, at);
            await send();
        }
        sink.faults.reject = { at: 'connect', code: 554 };
        await assert.rejects(send(), { responseCode: 554 });
        assert.equal(sink.mails.length, 3);
    });

    it('takes its time', async () => {
        const { sink, send } = await start();
        sink.faults.delayMs = 120;
        const before = performance.now();
        await send();
        assert.ok(performance.now() - before >= 110);
    });
});
