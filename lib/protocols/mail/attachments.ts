import type { MailAttachment, NewMail } from './mail';

/** Most entries of each log in one mail: about a quarter of a megabyte. */
export const MOST_ENTRIES = 1_000;

/** The logs of a site as RFC 4180 CSV: the newest `limit` entries, oldest first. */
export interface LogSource {
    logCsv(query: { limit: number }): string;
    dataCsv(query: { limit: number; sourceId?: string }): string;
}

/** The logs that a mail asks for, as of now. The data log is that of the UPS that the mail is about. */
export function logAttachments(mail: NewMail, logs: LogSource): MailAttachment[] {
    const attachments: MailAttachment[] = [];
    if (mail.attachEventLog) {
        attachments.push(csvFile('event-log.csv', logs.logCsv({ limit: MOST_ENTRIES })));
    }
    if (mail.attachDataLog) {
        const query = { limit: MOST_ENTRIES, ...(mail.upsId ? { sourceId: mail.upsId } : {}) };
        attachments.push(csvFile('data-log.csv', logs.dataCsv(query)));
    }
    return attachments;
}

/** Adds a byte order mark: without it, spreadsheets misread UTF-8. */
function csvFile(filename: string, csv: string): MailAttachment {
    return { filename, contentType: 'text/csv; charset=utf-8', content: Buffer.from(`\ufeff${csv}`, 'utf8') };
}
