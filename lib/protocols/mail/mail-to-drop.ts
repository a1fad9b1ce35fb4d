import type { MailRecord } from './mail';

const RANK = { info: 0, warning: 1, alarm: 2 } as const;

/**
 * The mail to drop from a full queue: lowest level first, among these the gathered ones, among these the oldest.
 * @param records at least one, oldest first
 */
export function mailToDrop(records: readonly MailRecord[]): MailRecord {
    const weight = (record: MailRecord) => 2 * RANK[record.mail.level] + (record.gather ? 0 : 1);
    return records.reduce((least, record) => (weight(record) < weight(least) ? record : least));
}
