import type { NodemailerError } from 'nodemailer';
import { withoutSecrets } from '../shared/secrets';
import { MailError, type RecipientRefusal } from './transport';

const LONGEST_REASON = 300;

/** What may not show up in any error, log or status. */
export interface Secrets {
    user: string;
    password: string;
}

/**
 * A failure of nodemailer as a MailError: what failed, for how long, and what to do about it.
 * Reply codes: RFC 5321 section 4.2; a 5yz of the connection, the log-in or the sender concerns the account, one of the
 * recipients or the content concerns the mail.
 */
export function describeSmtpFailure(error: unknown, host: string, secrets: Secrets): MailError {
    const failure = error as NodemailerError;
    const answer = redact(failure.response ?? failure.message ?? String(error), secrets);
    const code = failure.code ?? '';
    const options = { cause: plainCause(failure, secrets) };

    if (code === 'EAUTH' || code === 'ENOAUTH' || [530, 534, 535, 538].includes(failure.responseCode ?? 0)) {
        const reason = `log-in refused: ${answer}; check user and password of the mail account`;
        return new MailError('mail-refused', { reason }, { scope: 'account', login: true }, options);
    }
    if (code === 'ETLS' || isCertificateError(failure)) {
        const reason = `no secure connection: ${answer}; check the security setting, the port and the certificate`;
        return new MailError('mail-unreachable', { host, reason }, { scope: 'account' }, options);
    }
    if (tooLarge(failure)) {
        const reason = `mail too large: ${answer}`;
        return new MailError('mail-refused', { reason }, { scope: 'mail', permanent: true, tooLarge: true }, options);
    }
    if (failure.rejectedErrors?.length) {
        const refused = recipientRefusals(failure.rejectedErrors, secrets);
        const reason = `recipients refused: ${refused.map((one) => `${one.address}: ${one.reason}`).join('; ')}`;
        const permanent = refused.every((one) => one.permanent);
        return new MailError('mail-refused', { reason: cut(reason) }, { scope: 'mail', permanent, refused }, options);
    }
    if (failure.responseCode && failure.responseCode !== 421) {
        if (failure.command === 'MAIL FROM') {
            const reason = `sender refused: ${answer}; check the sender address of the mail account`;
            return new MailError('mail-refused', { reason }, { scope: 'account' }, options);
        }
        if (code === 'EMESSAGE' || code === 'EENVELOPE') {
            const permanent = failure.permanent ?? false;
            const reason = `mail refused: ${answer}`;
            return new MailError('mail-refused', { reason }, { scope: 'mail', permanent }, options);
        }
    }
    if (code === 'EENVELOPE' || code === 'EMAXRECIPIENTS') {
        const reason = `${answer}; check sender and recipients`;
        return new MailError('mail-refused', { reason }, { scope: 'mail', permanent: true }, options);
    }
    const reason = code === 'EABORT' ? 'no answer in time' : answer;
    return new MailError('mail-unreachable', { host, reason }, { scope: 'account' }, options);
}

/** One refusal per recipient that the server did not take. */
export function recipientRefusals(errors: readonly NodemailerError[], secrets: Secrets): RecipientRefusal[] {
    return errors.map((error) => ({
        address: error.recipient ?? 'unknown',
        permanent: error.permanent ?? false,
        reason: redact(error.response ?? error.message, secrets),
    }));
}

/** Without the password, plain or as the AUTH commands encode it, on one line, bounded. */
export function redact(text: string, { user, password }: Secrets): string {
    const encoded = [password, `\0${user}\0${password}`].map((part) => Buffer.from(part).toString('base64'));
    const clean = withoutSecrets(text, password ? [password, ...encoded] : []);
    return cut(clean.replace(/\s+/g, ' ').trim());
}

function cut(text: string): string {
    return text.length > LONGEST_REASON ? `${text.slice(0, LONGEST_REASON - 1)}…` : text;
}

function isCertificateError(failure: NodemailerError): boolean {
    const code = failure.originalCode ?? failure.code ?? '';
    return /CERT|SELF_SIGNED|ERR_TLS|ERR_SSL|UNABLE_TO_VERIFY|EPROTO$/.test(code);
}

/** Reply 552, or nodemailer's own comparison with the size that the server announced (RFC 1870). */
function tooLarge(failure: NodemailerError): boolean {
    if (failure.responseCode === 552) return failure.command !== 'RCPT TO';
    return failure.code === 'EMESSAGE' && !failure.responseCode && failure.command === 'MAIL FROM';
}

/** The cause travels with the error into logs: keep its stack and code, not the server's raw words. */
function plainCause(failure: NodemailerError, secrets: Secrets): Error {
    const clean = new Error(redact(failure.message ?? String(failure), secrets));
    return Object.assign(clean, { code: failure.code, command: failure.command, responseCode: failure.responseCode });
}
