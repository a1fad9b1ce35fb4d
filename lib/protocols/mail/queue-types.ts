import type { Clock } from '../../core/clock';
import type { UpsError } from '../../core/errors';
import type { Translate } from '../../core/language/sentence';
import type { NewLogEntry } from '../../core/journal/event-log';
import type { MailAttachment, NewMail } from './mail';
import type { Hold } from './digest-queue';
import type { MailQueueStore } from './queue-store';
import type { MailTransport, RecipientRefusal } from './transport';

export interface MailQueueOptions {
    /** Node id of the mail account. */
    account: string;
    /** Domain part of Message-IDs. */
    domain: string;
    store: MailQueueStore;
    transport: MailTransport;
    clock: Clock;
    /** Largest number of mails kept; default 1000. */
    limit?: number;
    /** Reads the logs that a mail attaches; called when the mail is sent. */
    attachments?(mail: NewMail): MailAttachment[];
    /** Writes to the event log what happened to a mail after its job has reported. */
    log?(entry: NewLogEntry): void;
    /** Translates its log entries and its additions to mails; default: see `plainText`. */
    inWords?: Translate;
    /** Called when depth or state has changed. */
    onChange?(state: MailQueueState): void;
    /** Called when the store or an attachment has failed; mails are sent all the same. */
    onProblem?(error: UpsError): void;
}

export interface MailQueueState {
    state: 'idle' | 'sending' | 'waiting' | 'closed';
    /** Mails to be sent, without those that wait for a digest. */
    depth: number;
    /** Mails that wait for a digest. */
    gathered: number;
    /** Error of the last attempt; undefined after a mail was sent. */
    lastError?: UpsError;
    /** Ms until the next attempt. */
    retryInMs?: number;
}

export interface EnqueueOptions {
    /** Minimum ms between two mails of a job to the same recipients; mails in between are gathered into a digest. */
    minimumMs?: number;
    /** The mail waits for others about the same outage. */
    hold?: Hold;
    /** Called in the transaction that stores the mail. */
    alongside?(id: string): void;
    /** Aborts the wait for the outcome: it becomes `queued`, and later results go to the event log. */
    signal?: AbortSignal;
}

/** The outcome of a mail when its job reports. */
export type MailOutcome =
    /** `refused`: recipients refused by the server; for those refused temporarily, the mail stays queued. */
    | { state: 'sent'; attempts: number; accepted: string[]; refused: RecipientRefusal[] }
    /** `until`: epoch ms at which the digest is sent; `held`: or when the outage ends. */
    | { state: 'gathered'; until: number; held?: boolean }
    /** Not sent yet, will be retried; without `error` the program is closing. */
    | { state: 'queued'; attempts: number; error?: UpsError }
    | { state: 'failed'; attempts: number; error: UpsError };
