import { UpsError } from '../../core/errors';
import { stamp } from './compose';
import type { NewMail } from './mail';
import type { MailOutcome } from './queue-types';

/** What a mail job reports. */
export interface MailReport {
    /** One sentence for the event log. */
    summary: string;
    attempts: number;
    detail: {
        to: string[];
        subject: string;
        /** `refused`: by recipients; `queued`: not sent yet, and tried on. */
        state: MailOutcome['state'];
        accepted?: string[];
        refused?: { address: string; permanent: boolean; reason: string }[];
        /** Epoch ms: when gathered mails go out. */
        until?: number;
        /** Of a mail that is given up, so that its text is not lost. */
        text?: string;
    };
    /** The job has failed; with state `queued` the mail still goes out when the server takes it. */
    error?: UpsError;
}

type Refused = NonNullable<MailReport['detail']['refused']>;

/** An outcome as the job tells it. A mail that some recipients did not get counts as failed. */
export function mailReport(outcome: MailOutcome, mail: NewMail): MailReport {
    const wrong = (mail.wrong ?? []).map((address) => ({ address, permanent: true, reason: 'not an e-mail address' }));
    const report = outcomeReport(outcome, mail, wrong);
    if (!wrong.length || outcome.state === 'sent') return report;
    const detail = { ...report.detail, refused: wrong };
    return { ...report, detail, error: report.error ?? refusedError(wrong) };
}

function outcomeReport(outcome: MailOutcome, mail: NewMail, wrong: Refused): MailReport {
    const detail = { to: mail.to, subject: mail.subject, state: outcome.state };
    const what = `mail "${mail.subject}"`;
    switch (outcome.state) {
        case 'sent': {
            const { attempts, accepted } = outcome;
            const refused = [...outcome.refused, ...wrong];
            const missing = refused.length ? `, not to ${refused.map(({ address }) => address).join(', ')}` : '';
            const summary = `${what} sent to ${accepted.join(', ')}${missing}`;
            const report = { summary, attempts, detail: { ...detail, accepted, refused } };
            return refused.length ? { ...report, error: refusedError(refused) } : report;
        }
        case 'gathered': {
            const summary = outcome.held
                ? `${what} gathered, goes out when the outage ends, at the latest at ${stamp(outcome.until)}`
                : `${what} gathered, goes out at ${stamp(outcome.until)}`;
            return { summary, attempts: 0, detail: { ...detail, until: outcome.until } };
        }
        case 'queued': {
            const { attempts, error } = outcome;
            const summary = `${what} stays in the queue and is tried again`;
            return { summary, attempts, detail, ...(error ? { error } : {}) };
        }
        case 'failed': {
            const { attempts, error } = outcome;
            return { summary: `${what} given up`, attempts, detail: { ...detail, text: mail.text }, error };
        }
    }
}

function refusedError(refused: Refused): UpsError {
    const reason = refused
        .map((one) => `${one.address}${one.permanent ? '' : ' for now, tried again'}: ${one.reason}`)
        .join('; ');
    return new UpsError('mail-refused', { reason: `recipients refused: ${reason}` });
}
