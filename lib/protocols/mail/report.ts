import { UpsError } from '../../core/errors';
import { said, type Sentence, type Told } from '../../core/language/sentence';
import type { NewMail } from './mail';
import type { MailOutcome } from './queue-types';

/** The result of a mail job. */
export interface MailReport {
    /** For the event log. */
    summary: Sentence;
    attempts: number;
    detail: {
        to: string[];
        subject: string;
        /** `refused`: some recipients were refused; `queued`: not sent yet, will be retried. */
        state: MailOutcome['state'];
        accepted?: string[];
        refused?: { address: string; permanent: boolean; reason: Told }[];
        /** Epoch ms at which gathered mails are sent. */
        until?: number;
        /** The text of a mail that is given up, so that it is not lost. */
        text?: string;
    };
    /** The job has failed. With state `queued` the mail is still sent once the server accepts it. */
    error?: UpsError;
}

type Refused = NonNullable<MailReport['detail']['refused']>;

/** The job's report of an outcome. A mail that some recipients did not get counts as failed. */
export function mailReport(outcome: MailOutcome, mail: NewMail): MailReport {
    const wrong = (mail.wrong ?? []).map((address) => ({ address, permanent: true, reason: said('mail.noAddress') }));
    const report = outcomeReport(outcome, mail, wrong);
    if (!wrong.length || outcome.state === 'sent') return report;
    const detail = { ...report.detail, refused: wrong };
    return { ...report, detail, error: report.error ?? refusedError(wrong) };
}

function outcomeReport(outcome: MailOutcome, mail: NewMail, wrong: Refused): MailReport {
    const detail = { to: mail.to, subject: mail.subject, state: outcome.state };
    const { subject } = mail;
    switch (outcome.state) {
        case 'sent': {
            const { attempts, accepted } = outcome;
            const refused = [...outcome.refused, ...wrong];
            const to = accepted.join(', ');
            const summary = refused.length
                ? said('mail.sentButTo', { subject, to, refused: refused.map(({ address }) => address).join(', ') })
                : said('mail.sent', { subject, to });
            const report = { summary, attempts, detail: { ...detail, accepted, refused } };
            return refused.length ? { ...report, error: refusedError(refused) } : report;
        }
        case 'gathered': {
            const summary = outcome.held
                ? said('mail.held', { subject, until: { date: outcome.until } })
                : said('mail.gathered', { subject, until: { date: outcome.until } });
            return { summary, attempts: 0, detail: { ...detail, until: outcome.until } };
        }
        case 'queued': {
            const { attempts, error } = outcome;
            const summary = said('mail.queued', { subject });
            return { summary, attempts, detail, ...(error ? { error } : {}) };
        }
        case 'failed': {
            const { attempts, error } = outcome;
            return {
                summary: said('mail.givenUp', { subject }),
                attempts,
                detail: { ...detail, text: mail.text },
                error,
            };
        }
    }
}

function refusedError(refused: Refused): UpsError {
    const list = refused.map(({ address, permanent, reason }) =>
        said(permanent ? 'mail.refusedOne' : 'mail.refusedForNow', { address, reason }),
    );
    return new UpsError('mail-refused', { reason: said('mail.recipientsRefused', { list: { list, by: '; ' } }) });
}
