import { UpsError, type UpsErrorCode } from '../../core/errors';
import type { SentenceData, Told } from '../../core/language/sentence';
import type { OutgoingMail } from './mail';

/** Why a server did not take a mail for one recipient. */
export interface RecipientRefusal {
    address: string;
    /** False: the server asks to try later (4xx). */
    permanent: boolean;
    /** The server's answer, or what else went wrong. */
    reason: Told;
}

/** A mail the server has taken, for at least one recipient. */
export interface MailReceipt {
    accepted: string[];
    refused: RecipientRefusal[];
    /** The server's last answer. */
    response: string;
}

/** A way to send mails. One of them at a time is under way per transport. */
export interface MailTransport {
    /** Of the server, for errors. */
    readonly host: string;
    /**
     * @param given called before the end of the mail leaves: from then on the server may take it
     * @throws MailError
     */
    send(mail: OutgoingMail, signal: AbortSignal, given?: () => void): Promise<MailReceipt>;
}

export type MailErrorCode = Extract<UpsErrorCode, `mail-${string}`>;

export interface MailErrorKind {
    scope: 'account' | 'mail';
    permanent?: boolean;
    tooLarge?: boolean;
    hold?: boolean;
    suspect?: boolean;
    refused?: RecipientRefusal[];
}

/**
 * A mail that was not sent.
 * `scope` account: no mail of this account gets through at present (unreachable, log-in refused); the mail is none the worse.
 * `scope` mail: this mail was refused; others may pass.
 */
export class MailError extends UpsError {
    readonly scope: 'account' | 'mail';
    /** The same mail will be refused again. Never true with scope `account`: settings and servers get repaired. */
    readonly permanent: boolean;
    /** Refused for its size: worth another try without attachments. */
    readonly tooLarge: boolean;
    /** A person has to do something about the account (password, quota, sender): trying often may lock it, and helps nothing. */
    readonly hold: boolean;
    /** Told in the course of this mail: the next attempt goes to another one, which shows whether it was this one's fault. */
    readonly suspect: boolean;
    readonly refused: RecipientRefusal[];

    constructor(code: MailErrorCode, data: SentenceData, kind: MailErrorKind, options?: { cause?: unknown }) {
        super(code, data, options);
        this.scope = kind.scope;
        this.permanent = kind.scope === 'mail' && (kind.permanent ?? false);
        this.tooLarge = kind.tooLarge ?? false;
        this.hold = kind.scope === 'account' && (kind.hold ?? false);
        this.suspect = kind.suspect ?? false;
        this.refused = kind.refused ?? [];
    }

    /** A server that says itself that it will do later. */
    get passing(): boolean {
        return this.code === 'mail-busy';
    }
}
