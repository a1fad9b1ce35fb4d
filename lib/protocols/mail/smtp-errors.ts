import type { NodemailerError } from 'nodemailer';
import { withoutSecrets } from '../shared/secrets';
import { accountFault, readReply, type AccountFault } from './smtp-reply';
import { MailError, type MailErrorCode, type RecipientRefusal } from './transport';
import { eachText, inRow, said, failureText, type Told } from '../../core/language/sentence';

const LONGEST_REASON = 300;

/** Texts that must not appear in any error, log or status. */
export interface Secrets {
    user: string;
    password: string;
    /** Tokens and client secrets. */
    others?: string[];
}

/**
 * Converts a failure of nodemailer to a MailError: what failed, whether for long, and what to do. Reply codes: RFC 5321 section
 * 4.2. A server may refuse the account at any step, even in its answer to the mail.
 */
export function describeSmtpFailure(error: unknown, host: string, secrets: Secrets): MailError {
    if (error instanceof MailError) return error;
    const failure = error as NodemailerError;
    const answer = redact(failure.response ?? failureText(failure), secrets);
    const code = failure.code ?? '';
    const options = { cause: plainCause(failure, secrets) };

    const fault = faultOf(failure);
    if (!fault && tooLarge(failure)) {
        const reason = said('mail.tooLargeFor', { answer });
        return new MailError('mail-refused', { reason }, { scope: 'mail', permanent: true, tooLarge: true }, options);
    }
    if (fault) return accountError(fault, failure, { host, reason: answer }, options);
    if (code === 'ETLS' || isCertificateError(failure)) {
        const reason = said('mail.insecure', { answer });
        return new MailError('mail-unreachable', { host, reason }, { scope: 'account' }, options);
    }
    if (failure.rejectedErrors?.length) {
        const refused = recipientRefusals(failure.rejectedErrors, secrets);
        const list = refused.map(({ address, reason }) => said('mail.refusedOne', { address, reason }));
        const permanent = refused.every((one) => one.permanent);
        return new MailError(
            'mail-refused',
            { reason: said('mail.recipientsRefused', { list: inRow(list) }) },
            { scope: 'mail', permanent, refused },
            options,
        );
    }
    if (failure.responseCode && (code === 'EMESSAGE' || code === 'EENVELOPE')) {
        const permanent = failure.permanent ?? false;
        return new MailError('mail-refused', { reason: answer }, { scope: 'mail', permanent }, options);
    }
    if (code === 'EENVELOPE' || code === 'EMAXRECIPIENTS') {
        const reason = inRow([answer, said('mail.checkAddresses')]);
        return new MailError('mail-refused', { reason }, { scope: 'mail', permanent: true }, options);
    }
    const reason = unreachableWords(failure, host) ?? answer;
    return new MailError('mail-unreachable', { host, reason }, { scope: 'account' }, options);
}

const CODES: Record<AccountFault, MailErrorCode> = {
    busy: 'mail-busy',
    login: 'mail-login-refused',
    'basic-off': 'mail-basic-off',
    'app-password': 'mail-app-password',
    sender: 'mail-sender-refused',
    blocked: 'mail-account-blocked',
};

function accountError(
    fault: AccountFault,
    { command = '' }: NodemailerError,
    data: { host: string; reason: Told },
    options: { cause: Error },
): MailError {
    const suspect = command === 'DATA' || command === 'RCPT TO';
    return new MailError(CODES[fault], data, { scope: 'account', hold: fault !== 'busy', suspect }, options);
}

/** The fault of the account; if all recipients were refused for the same fault, that fault. */
function faultOf(failure: NodemailerError): AccountFault | undefined {
    if (failure.rejectedErrors?.length) {
        const faults = failure.rejectedErrors.map(
            ({ response = '' }) => accountFault(readReply(response), 'RCPT TO') ?? '',
        );
        return faults.every((fault) => fault === faults[0]) ? faults[0] || undefined : undefined;
    }
    if (failure.responseCode && failure.response) {
        return accountFault(readReply(failure.response), failure.command ?? '');
    }
    return failure.code === 'EAUTH' || failure.code === 'ENOAUTH' ? 'login' : undefined;
}

/** The reason of an unanswered connection, if the error code alone tells it. */
function unreachableWords({ code }: NodemailerError, host: string): Told | undefined {
    if (code === 'EABORT') return said('noAnswerInTime');
    if (code === 'ENOTFOUND') return said('names.notFound', { host });
    return code === 'EAI_AGAIN' ? said('names.notNow', { host }) : undefined;
}

/** One refusal for each recipient that the server refused. */
export function recipientRefusals(errors: readonly NodemailerError[], secrets: Secrets): RecipientRefusal[] {
    return errors.map((error) => ({
        address: error.recipient ?? 'unknown',
        permanent: error.permanent ?? false,
        reason: redact(error.response ?? failureText(error), secrets),
    }));
}

/** Removes the secrets, plain and as encoded in AUTH commands; one line, bounded in length. */
export function redact<T extends Told>(
    what: T,
    { user, password, others = [] }: Secrets,
): T extends string ? string : Told {
    const plain = [password, ...others].filter(Boolean);
    const encoded = plain
        .flatMap((secret) => [`\0${user}\0${secret}`, `user=${user}\x01auth=Bearer ${secret}\x01\x01`, secret])
        .map((part) => Buffer.from(part).toString('base64'));
    const clean = (text: string) =>
        cut(
            withoutSecrets(text, [...plain, ...encoded])
                .replace(/\s+/g, ' ')
                .trim(),
        );
    return eachText<Told>(what, clean) as T extends string ? string : Told;
}

function cut(text: string): string {
    return text.length > LONGEST_REASON ? `${text.slice(0, LONGEST_REASON - 1)}…` : text;
}

export function isCertificateError(failure: NodeJS.ErrnoException & { originalCode?: string }): boolean {
    const code = failure.originalCode ?? failure.code ?? '';
    return /CERT|SELF_SIGNED|ERR_TLS|ERR_SSL|UNABLE_TO_VERIFY|EPROTO$/.test(code);
}

/** Reply 552, or nodemailer's own check against the size that the server announced (RFC 1870). */
function tooLarge(failure: NodemailerError): boolean {
    if (failure.responseCode === 552) return failure.command !== 'RCPT TO';
    return failure.code === 'EMESSAGE' && !failure.responseCode && failure.command === 'MAIL FROM';
}

/** The cause is logged with the error: keeps its stack and code, removes secrets from the server's text. */
function plainCause(failure: NodemailerError, secrets: Secrets): Error {
    const clean = new Error(redact(failure.message ?? String(failure), secrets));
    return Object.assign(clean, { code: failure.code, command: failure.command, responseCode: failure.responseCode });
}
