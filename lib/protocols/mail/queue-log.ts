import type { NewLogEntry } from '../../core/journal/event-log';
import type { MailRecord } from './mail';
import type { RecipientRefusal } from './transport';

/** What the event log says of mails after their jobs have reported. */

export function sentLate(record: MailRecord, accepted: string[], at: number): NewLogEntry {
    const text = `Mail "${record.mail.subject}" sent to ${accepted.join(', ')} at attempt ${record.attempts}`;
    return entry(record, 'info', text, at, { accepted, messageId: record.messageId });
}

/** The text goes along: the log is the last place where it can be read. */
export function givenUp(record: MailRecord, reason: string, at: number): NewLogEntry {
    const { subject, to, text } = record.mail;
    const detail = { to, subject, text, reason, attempts: record.attempts, messageId: record.messageId };
    return entry(record, 'error', `Mail "${subject}" to ${to.join(', ')} given up: ${reason}`, at, detail);
}

export function refusedRecipients(record: MailRecord, refused: RecipientRefusal[], at: number): NewLogEntry {
    const whom = refused.map(({ address, reason }) => `${address} (${reason})`).join(', ');
    const text = `Mail "${record.mail.subject}" was refused for ${whom}`;
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
