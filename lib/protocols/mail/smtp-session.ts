import type { MailComposerOptions } from 'nodemailer/lib/mail-composer';
import type SMTPConnection from 'nodemailer/lib/smtp-connection';
import type { SMTPConnectionOptions, SMTPConnectionSendInfo } from 'nodemailer/lib/smtp-connection';
import { mailComposer, smtpConnection, xoauth2 } from '../shared/packages';
import { openSocket } from './smtp-socket';
import { SentenceError, said } from '../../core/language/sentence';

/** What a server offers in its answer to EHLO; undefined if nodemailer does not reveal it. */
export interface Offers {
    extensions: readonly string[] | undefined;
    /** Mechanisms of AUTH. */
    mechanisms: readonly string[] | undefined;
}

export type Login =
    | { kind: 'none' }
    /** Used only if the server offers a log-in. */
    | { kind: 'password'; user: string; password: string }
    | { kind: 'oauth'; user: string; token: string };

export interface Session {
    host: string;
    port: number;
    options: SMTPConnectionOptions & { connectionTimeout: number };
    login: Login;
    /** Composes the mail, given the server's offers; called before the log-in. An error that it throws ends the session. */
    compose(offers: Offers): MailComposerOptions & { urgent?: boolean };
    signal: AbortSignal;
    /** Called before the end of the mail is sent. */
    given?(): void;
}

/** Private properties of nodemailer; the specs of account.ts fail if it renames them. */
type Inside = Partial<Record<'_supportedExtensions' | '_supportedAuth', string[]>>;

/** Sends one mail over its own connection. Rejects with nodemailer's errors, or with the error of `compose`. */
export async function submit(session: Session): Promise<SMTPConnectionSendInfo> {
    const { host, port, options, login, compose, signal, given } = session;
    const connection = await openSocket(host, port, options.connectionTimeout, signal);
    const Connection = smtpConnection();
    const smtp = new Connection({ ...options, host, port, connection });
    let onAbort = (): void => undefined;
    const broken = new Promise<never>((_, reject) => {
        // The listener stays after the end: an error without a listener would end the process.
        smtp.on('error', reject);
        onAbort = () => reject(Object.assign(new SentenceError(said('noAnswerInTime')), { code: 'EABORT' }));
        signal.addEventListener('abort', onAbort, { once: true });
    });
    broken.catch(() => undefined);
    const step = <T>(run: (done: (error?: Error | null, value?: T) => void) => void): Promise<T> =>
        Promise.race([
            new Promise<T>((resolve, reject) => run((error, value) => (error ? reject(error) : resolve(value as T)))),
            broken,
        ]);
    try {
        await step((done) => smtp.connect(done));
        const message = built(compose(offersOf(smtp)));
        if (login.kind === 'oauth' || (login.kind === 'password' && smtp.allowsAuth)) {
            await step((done) => smtp.login(authOf(login, smtp), done));
        }
        const content = message.createReadStream();
        // Must run before nodemailer's own listener, which sends the final dot.
        if (given) content.once('end', given);
        return await step<SMTPConnectionSendInfo>((done) => smtp.send(message.getEnvelope(), content, done));
    } finally {
        signal.removeEventListener('abort', onAbort);
        smtp.close();
    }
}

function offersOf(smtp: SMTPConnection): Offers {
    const inside = smtp as unknown as Inside;
    return { extensions: inside._supportedExtensions, mechanisms: inside._supportedAuth };
}

function authOf(login: Exclude<Login, { kind: 'none' }>, smtp: SMTPConnection): Parameters<SMTPConnection['login']>[0] {
    const { user } = login;
    if (login.kind === 'password') return { user, pass: login.password };
    // nodemailer would request a new token at once after a refusal; we request it before the next attempt.
    const refused = () => {
        const response = smtp.lastServerResponse || '535 the access token is refused';
        return Object.assign(new Error(response), { response, responseCode: Number.parseInt(response, 10) });
    };
    const XOAuth2 = xoauth2();
    const oauth2 = new XOAuth2({
        user,
        provisionCallback: (_user, renew, done) => (renew ? done(refused()) : done(null, login.token)),
    });
    return { type: 'OAUTH2', user, oauth2, method: 'XOAUTH2' };
}

function built({ urgent, ...options }: MailComposerOptions & { urgent?: boolean }) {
    const Composer = mailComposer();
    const message = new Composer({ ...options, disableFileAccess: true, disableUrlAccess: true }).compile();
    if (urgent) {
        message.setHeader('X-Priority', '1 (Highest)');
        message.setHeader('X-MSMail-Priority', 'High');
        message.setHeader('Importance', 'High');
    }
    return message;
}
