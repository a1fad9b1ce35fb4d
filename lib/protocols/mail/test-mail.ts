import { randomUUID } from 'node:crypto';
import type { Clock } from '../../core/clock';
import { domainOf, parseRecipients } from './addresses';
import type { NewMail } from './mail';
import type { MailReceipt, MailTransport } from './transport';

export interface TestWords {
    subject: string;
    text: string;
}

export interface TestMail extends TestWords {
    /** Addresses, as in the field of a mail job. */
    to: string;
    from: string;
    clock: Clock;
}

const WITHIN_MS = 60_000;

/**
 * Sends one mail at once, without queue and retries, for a person who waits for the result.
 * @throws UpsError config-missing, config-invalid (`to`); MailError
 */
export async function sendTestMail(transport: MailTransport, what: TestMail): Promise<MailReceipt> {
    const { subject, text, clock } = what;
    const mail: NewMail = {
        to: parseRecipients(what.to),
        subject,
        text,
        level: 'info',
        at: clock.now(),
        attachEventLog: false,
        attachDataLog: false,
        log: 'never',
        source: '',
        sourceId: '',
    };
    const late = new AbortController();
    const timer = clock.setTimeout(() => late.abort(), WITHIN_MS);
    try {
        const messageId = `<${randomUUID()}@${domainOf(what.from)}>`;
        return await transport.send({ messageId, mail, attachments: [] }, late.signal);
    } finally {
        clock.clearTimeout(timer);
    }
}
