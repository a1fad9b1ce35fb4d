import type { NewLogEntry } from '../../core/journal/event-log';
import type { MailRecord } from './mail';
import type { RecipientRefusal } from './transport';
import { said, type Translate, type Told } from '../../core/language/sentence';

/** Event log entries about mails whose jobs have already reported. */

export function sentLate(record: MailRecord, accepted: string[], at: number, inWords: Translate): NewLogEntry {
    const { mail, attempts } = record;
    const text = said('mail.lateSent', { subject: mail.subject, to: accepted.join(', '), attempts });
    return entry(record, 'info', inWords(text), at, { accepted, messageId: record.messageId });
}

/** Contains the text of the mail, which is otherwise lost. */
export function givenUp(record: MailRecord, why: Told, at: number, inWords: Translate): NewLogEntry {
    const { subject, to, text } = record.mail;
    const reason = inWords(why);
    const detail = { to, subject, text, reason, attempts: record.attempts, messageId: record.messageId };
    const given = said('mail.lateGivenUp', { subject, to: to.join(', '), why: reason });
    return entry(record, 'error', inWords(given), at, detail);
}

export function refusedRecipients(
    record: MailRecord,
    refusals: RecipientRefusal[],
    at: number,
    inWords: Translate,
): NewLogEntry {
    const refused = refusals.map((each) => ({ ...each, reason: inWords(each.reason) }));
    const whom = refused.map(({ address, reason }) => `${address} (${reason})`).join(', ');
    const text = inWords(said('mail.lateRefused', { subject: record.mail.subject, to: whom }));
    return entry(record, 'error', text, at, { refused, messageId: record.messageId });
}

function entry(
    { mail }: MailRecord,
    level: NewLogEntry['level'],
    text: string,
    at: number,
    detail: unknown,
): NewLogEntry {
    return {
        at,
        kind: 'job',
        level,
        source: mail.source,
        text,
        ...(mail.eventId ? { eventId: mail.eventId } : {}),
        ...(mail.episode ? { episode: mail.episode } : {}),
        nodeId: mail.sourceId,
        detail,
    };
}
