import { asUpsError, reasonFor } from '../../core/errors';
import { plainText, said, failureText, type Translate, type Told } from '../../core/language/sentence';
import { escapeHtml } from '../../core/templates/wildcards';
import type { MailRecord, OutgoingMail } from './mail';
import type { MailQueueOptions } from './queue-types';
import { MailError, type MailReceipt } from './transport';

type DeliveryOptions = Pick<MailQueueOptions, 'transport' | 'attachments' | 'onProblem' | 'inWords'>;

/** One attempt. Ends when `signal` aborts, even if the transport ignores it. Never rejects: a failure is returned as a MailError. */
export async function deliver(
    options: DeliveryOptions,
    record: MailRecord,
    signal: AbortSignal,
    given?: () => void,
): Promise<MailReceipt | MailError> {
    const aborted = new Promise<never>((_, reject) => {
        const data = { host: options.transport.host, reason: said('noAnswerInTime') };
        const late = new MailError('mail-unreachable', data, { scope: 'account' });
        signal.addEventListener('abort', () => reject(late), { once: true });
    });
    try {
        return await Promise.race([options.transport.send(outgoing(options, record), signal, given), aborted]);
    } catch (error) {
        if (error instanceof MailError) return error;
        const reason = failureText(error);
        return new MailError(
            'mail-unreachable',
            { host: options.transport.host, reason },
            { scope: 'account' },
            { cause: error },
        );
    }
}

/** If the logs cannot be read, the mail is sent without them. */
function outgoing({ attachments, onProblem, inWords }: DeliveryOptions, record: MailRecord): OutgoingMail {
    const { messageId, mail } = record;
    const files = mail.files ?? [];
    if (record.bare || !attachments) return { messageId, mail, attachments: files };
    try {
        return { messageId, mail, attachments: [...files, ...attachments(mail)] };
    } catch (error) {
        const problem = asUpsError(error, 'store-failed');
        onProblem?.(problem);
        return { messageId, mail: withoutLogs(record, reasonFor(problem), inWords).mail, attachments: files };
    }
}

/** The record's mail without its logs, with a line that gives the reason. */
export function withoutLogs(record: MailRecord, why: Told, inWords: Translate = plainText): MailRecord {
    const note = inWords(said('mail.withoutLogs', { why }));
    const { text, html } = record.mail;
    const mail = {
        ...record.mail,
        text: `${text}\n\n${note}`,
        ...(html === undefined ? {} : { html: `${html}\n<p>${escapeHtml(note)}</p>` }),
    };
    return { ...record, bare: true, mail };
}
