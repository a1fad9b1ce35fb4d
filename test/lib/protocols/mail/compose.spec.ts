import { deepEqual, doesNotMatch, equal, match } from 'node:assert/strict';
import type { EventInfo } from '../../../../lib/core/messages';
import { composeMail, oneLine, localTime, type MailTemplate } from '../../../../lib/protocols/mail/compose';
import { escapeHtml } from '../../../../lib/core/templates/wildcards';
import { htmlToText } from '../../../../lib/protocols/mail/html';

const EVENT: EventInfo = {
    id: 'power-fail',
    source: 'Rack 1',
    sourceId: 'ups1',
    level: 'alarm',
    active: true,
    since: 1,
    at: Date.UTC(2026, 0, 15, 3, 0, 0),
    episode: 'ep-1',
    text: 'Mains failed',
};
const TEMPLATE: MailTemplate = {
    to: 'ops@example.org',
    subject: 'UPS {{ups.name}}: {{event.text}}',
    text: 'Charge {{battery.chargePercent}} %\r\nbye',
    html: false,
    attachEventLog: true,
    attachDataLog: false,
};
const JOB = { id: 'n1', name: 'Tell ops', log: 'errors' as const };

function fillWith(values: Record<string, string>) {
    const replace = (template: string, map: (value: string) => string) =>
        template.replace(/\{\{(.*?)\}\}/g, (_, name: string) => map(values[name] ?? 'NA'));
    return { text: (t: string) => replace(t, (v) => v), html: (t: string) => replace(t, escapeHtml) };
}

describe('composing a mail', () => {
    it('fills recipients, subject and text', () => {
        const fill = fillWith({ 'ups.name': 'Rack 1', 'event.text': 'Mains failed', who: 'b@example.org' });
        const made = composeMail({ ...TEMPLATE, to: 'a@example.org, {{who}}' }, EVENT, fill, JOB);
        deepEqual(made.to, ['a@example.org', 'b@example.org']);
        equal(made.subject, 'UPS Rack 1: Mains failed');
        equal(made.text, 'Charge NA %\nbye');
        equal(made.html, undefined);
        equal(made.at, EVENT.at);
        equal(made.upsId, 'ups1');
        deepEqual(
            [made.attachEventLog, made.attachDataLog, made.log, made.source],
            [true, false, 'errors', 'Tell ops'],
        );
    });

    it('escapes values in HTML, and adds what it says as plain text', () => {
        const fill = fillWith({ 'event.text': 'a <b onclick="x">& more' });
        const html = '<style>p {}</style><p>Alarm: <b>{{event.text}}</b><br>now</p><ul><li>one</li><li>two</li></ul>';
        const made = composeMail({ ...TEMPLATE, html: true, text: html }, EVENT, fill, JOB);
        match(made.html!, /<b>a &lt;b onclick=&quot;x&quot;&gt;&amp; more<\/b>/);
        equal(made.text, 'Alarm: a <b onclick="x">& more\nnow\n- one\n- two');
    });

    it('keeps line ends and control characters out of the subject and the event header', () => {
        const fill = fillWith({ 'event.text': 'x\r\nBcc: evil@example.org\u0000\u2028y' });
        const made = composeMail(TEMPLATE, { ...EVENT, episode: 'a\r\nX-Evil: 1; ü' }, fill, JOB);
        equal(made.subject, 'UPS NA: x Bcc: evil@example.org y');
        equal(made.event, 'id=power-fail; state=on; level=alarm; episode=a__X-Evil:_1___');
    });

    it('has a subject even if the template is empty, and bounds what comes in', () => {
        equal(composeMail({ ...TEMPLATE, subject: ' ' }, EVENT, fillWith({}), JOB).subject, 'Mains failed');
        equal(oneLine('x'.repeat(300)).length, 250);
        equal(composeMail({ ...TEMPLATE, text: 'x'.repeat(300_000) }, EVENT, fillWith({}), JOB).text.length, 100_002);
    });

    it('stamps local time with its distance from UTC', () => {
        const text = localTime(EVENT.at);
        match(text, /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d [+-]\d\d:\d\d$/);
        equal(Date.parse(text.replace(' ', 'T').replace(' ', '')), EVENT.at);
    });

    it('reads numeric entities, and leaves what is none', () => {
        equal(htmlToText('&#176;C &#x41; &copy; 5 < 6 &#99999999;'), '°C A &copy; 5 < 6 &#99999999;');
        doesNotMatch(htmlToText('<script>alert(1)</script>ok'), /alert/);
    });
});
