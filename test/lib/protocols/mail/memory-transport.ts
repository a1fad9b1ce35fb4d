import type { NewMail, OutgoingMail } from '../../../../lib/protocols/mail/mail';
import { MailError, type MailReceipt, type MailTransport } from '../../../../lib/protocols/mail/transport';

type Answer = (mail: OutgoingMail) => MailReceipt | Promise<MailReceipt>;

/** A mail server in memory that takes everything, unless told how to answer. */
export class MemoryTransport implements MailTransport {
    readonly host = 'mail.example';
    /** Every attempt, whatever became of it. */
    readonly attempts: OutgoingMail[] = [];
    /** What was taken. */
    readonly sent: OutgoingMail[] = [];
    answer: Answer = accept;
    /** Hangs before it is given the mail. */
    deaf = false;
    underWay = 0;
    mostAtOnce = 0;

    async send(mail: OutgoingMail, _signal?: AbortSignal, given?: () => void): Promise<MailReceipt> {
        this.attempts.push(mail);
        this.mostAtOnce = Math.max(this.mostAtOnce, ++this.underWay);
        try {
            if (this.deaf) await new Promise(() => undefined);
            given?.();
            const receipt = await this.answer(mail);
            this.sent.push(mail);
            return receipt;
        } finally {
            this.underWay--;
        }
    }

    get subjects(): string[] {
        return this.sent.map(({ mail }) => mail.subject);
    }
}

export const accept: Answer = ({ mail }) => ({ accepted: mail.to, refused: [], response: '250 ok' });

export const unreachable: Answer = () => {
    throw new MailError('mail-unreachable', { host: 'mail.example', reason: 'ECONNREFUSED' }, { scope: 'account' });
};

export const loginRefused: Answer = () => {
    throw new MailError(
        'mail-login-refused',
        { host: 'mail.example', reason: '535 no' },
        { scope: 'account', hold: true },
    );
};

export function refusing(permanent: boolean): Answer {
    return () => {
        const reason = permanent ? '550 no such user' : '451 try later';
        throw new MailError('mail-refused', { reason }, { scope: 'mail', permanent });
    };
}

export function mail(subject: string, change: Partial<NewMail> = {}): NewMail {
    return {
        to: ['ops@example.org'],
        subject,
        text: `text of ${subject}`,
        level: 'alarm',
        at: Date.UTC(2026, 0, 15, 3, 0, 0),
        attachEventLog: false,
        attachDataLog: false,
        log: 'always',
        source: 'Mail job',
        sourceId: 'job1',
        ...change,
    };
}
