import { deepEqual, equal } from 'node:assert/strict';
import dns from 'node:dns/promises';
import sinon from 'sinon';
import { SmtpTransport } from '../../../../lib/protocols/mail/account';
import { mail } from './memory-transport';
import { SmtpSink } from './smtp-sink';

/** Names in `.local`: no name server is asked for them. */
describe('mail accounts whose names hang', () => {
    let sink: SmtpSink;

    beforeEach(async () => {
        sink = await new SmtpSink().start();
        const lookup = sinon.stub(dns, 'lookup') as sinon.SinonStub;
        lookup.callsFake((host: string) =>
            host.startsWith('hang') ? new Promise(() => {}) : Promise.resolve([{ address: '127.0.0.1', family: 4 }]),
        );
    });
    afterEach(async () => {
        sinon.restore();
        await sink.stop();
    });

    it('hold up no other account, and end when they are told to', async () => {
        const send = (host: string, signal: AbortSignal) =>
            new SmtpTransport({ host, port: sink.port, security: 'none', from: 'ups@plant.example' }).send(
                { messageId: '<1@x>', mail: mail(host), attachments: [] },
                signal,
            );
        const abort = new AbortController();
        const hanging = [1, 2, 3, 4, 5].map((n) =>
            send(`hang-${n}.local`, abort.signal).catch((error: { code: string }) => error.code),
        );
        await send('mail.local', new AbortController().signal);
        equal(sink.mails[0].parsed.subject, 'mail.local');
        abort.abort();
        deepEqual(await Promise.all(hanging), Array(5).fill('mail-unreachable'));
    });
});
