import { UpsError, type UpsErrorCode } from '../../core/errors';
import type { SentenceData, Told } from '../../core/language/sentence';
import type { OutgoingMail } from './mail';

/** Why the server refused a mail for one recipient. */
export interface RecipientRefusal {
    address: string;
    /** False: the server asks for a retry later (4xx). */
    permanent: boolean;
    /** The server's answer, or another error. */
    reason: Told;
}

/** A mail that the server has accepted for at least one recipient. */
export interface MailReceipt {
    accepted: string[];
    refused: RecipientRefusal[];
    /** The server's last answer. */
    response: string;
}

/** Sends mails, one at a time. */
export interface MailTransport {
    /** Host of the server, for errors. */
    readonly host: string;
    /**
     * @param given called before the end of the mail is sent: from then on the server may accept it
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
 * `scope` account: no mail of this account can be sent at present (unreachable, log-in refused); the mail itself is fine.
 * `scope` mail: this mail was refused; others may be accepted.
 */
export class MailError extends UpsError {
    readonly scope: 'account' | 'mail';
    /** The same mail will be refused again. Always false for scope `account`, since settings and servers can be repaired. */
    readonly permanent: boolean;
    /** Refused for its size: a retry without attachments may succeed. */
    readonly tooLarge: boolean;
    /** A person has to fix the account (password, quota, sender): frequent retries are useless and may lock it. */
    readonly hold: boolean;
    /**
     * The account failed while this mail was being sent: the next attempt sends another mail, to find out whether this one was
     * the cause.
     */
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

    /** The server announced that it will accept the mail later. */
    get temporary(): boolean {
        return this.code === 'mail-busy';
    }
}
