import { deepEqual, equal } from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { SmtpTransport } from '../../lib/protocols/mail/account';
import { logAttachments } from '../../lib/protocols/mail/attachments';
import { digest } from '../../lib/protocols/mail/digest';
import type { NewMail } from '../../lib/protocols/mail/mail';
import { mail } from '../lib/protocols/mail/memory-transport';
import { SmtpSink } from '../lib/protocols/mail/smtp-sink';
import { inEnglish } from '../support/in-english';
import { requirePeer } from '../support/peers';

/** What Python's own mail parser reads in a mail, with every breach of the standards it finds. */
const READER = `
import sys, json, email, email.policy
m = email.message_from_bytes(sys.stdin.buffer.read(), policy=email.policy.default)
parts = [p for p in m.walk()]
print(json.dumps({
    'defects': [repr(d) for p in parts for d in p.defects] + [repr(d) for p in parts for v in p.values() for d in v.defects],
    'subject': m['subject'], 'from': [a.addr_spec for a in m['from'].addresses], 'to': [a.addr_spec for a in m['to'].addresses],
    'id': m['message-id'], 'date': m['date'].datetime.timestamp() * 1000, 'auto': m['auto-submitted'],
    'text': m.get_body(('plain',)).get_content(), 'html': (m.get_body(('html',)) or m).get_content() if m.get_body(('html',)) else None,
    'files': [[a.get_filename(), a.get_content_type(), a.get_content()] for a in m.iter_attachments()],
}))`;

interface Reading {
    defects: string[];
    subject: string;
    from: string[];
    to: string[];
    id: string;
    date: number;
    auto: string;
    text: string;
    html: string | null;
    files: [string, string, string][];
}

describe('mails as Python reads them', function () {
    this.timeout(20_000);
    let python: string;
    let sink: SmtpSink;

    before(function () {
        python = requirePeer(this, 'python3');
    });
    beforeEach(async () => {
        sink = await new SmtpSink().start();
    });
    afterEach(() => sink.stop());

    async function read(what: NewMail): Promise<Reading> {
        const from = '"USV, Halle Süd" <ups@plant.example>';
        const transport = new SmtpTransport({ host: '127.0.0.1', port: sink.port, security: 'none', from });
        const attachments = logAttachments(what, {
            logCsv: () => 'time,text\r\n2026,"Netz weg, Akku läuft"\r\n',
            dataCsv: () => 'time,load\r\n2026,41\r\n',
        });
        await transport.send({ messageId: '<1@plant.example>', mail: what, attachments }, new AbortController().signal);
        const { status, stdout, stderr } = spawnSync(python, ['-c', READER], { input: sink.mails[0].raw });
        equal(status, 0, stderr.toString());
        return JSON.parse(stdout.toString()) as Reading;
    }

    it('a plain mail in any script', async () => {
        const text = 'Käse 日本\n.\n..\n' + 'long '.repeat(400) + '\nend';
        const got = await read(mail('Netzausfall in „Halle Süd“ — 日本 '.repeat(4).trim(), { text }));
        deepEqual(got.defects, []);
        equal(got.subject, 'Netzausfall in „Halle Süd“ — 日本 '.repeat(4).trim());
        deepEqual([got.from, got.to], [['ups@plant.example'], ['ops@example.org']]);
        equal(got.text.replaceAll('\r\n', '\n').trimEnd(), text);
        equal(got.html, null);
        equal(got.id, '<1@plant.example>');
        equal(got.date, Date.UTC(2026, 0, 15, 3, 0, 0));
        equal(got.auto, 'auto-generated');
    });

    it('a gathered HTML mail with both logs', async () => {
        const both = { attachEventLog: true, attachDataLog: true };
        const got = await read(
            digest([mail('1', { html: '<b>größer</b>', text: 'größer', ...both }), mail('2')], inEnglish),
        );
        deepEqual(got.defects, []);
        equal(got.subject, '2 (+1 more)');
        equal(got.html?.includes('<b>größer</b>'), true);
        deepEqual(got.files, [
            ['event-log.csv', 'text/csv', '\ufefftime,text\r\n2026,"Netz weg, Akku läuft"\r\n'],
            ['data-log.csv', 'text/csv', '\ufefftime,load\r\n2026,41\r\n'],
        ]);
    });
});
