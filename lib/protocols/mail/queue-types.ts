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
    /** What stands behind the @ of Message-IDs. */
    domain: string;
    store: MailQueueStore;
    transport: MailTransport;
    clock: Clock;
    /** Most mails kept; default 1000. */
    limit?: number;
    /** Reads the logs that a mail is to carry, at the time of sending. */
    attachments?(mail: NewMail): MailAttachment[];
    /** Notes of what becomes of mails after their jobs have reported. */
    log?(entry: NewLogEntry): void;
    /** The language of its entries in the log, and of what it adds to mails; default: none, see `plainly`. */
    inWords?: Translate;
    /** Depth or state has changed. */
    onChange?(state: MailQueueState): void;
    /** The store, or an attachment, has failed; the mails go on without it. */
    onProblem?(error: UpsError): void;
}

export interface MailQueueState {
    state: 'idle' | 'sending' | 'waiting' | 'closed';
    /** Mails on their way. */
    depth: number;
    /** Mails that wait to be gathered into one. */
    gathered: number;
    /** Why the last attempt failed; gone once a mail has passed. */
    lastError?: UpsError;
    /** Until the next attempt, ms. */
    retryInMs?: number;
}

export interface EnqueueOptions {
    /** No more than one mail of a job to the same recipients in so many ms; the rest is gathered. */
    minimumMs?: number;
    /** The mail waits for others of the same outage. */
    hold?: Hold;
    /** Written in the same transaction as the mail. */
    alongside?(id: string): void;
    /** Whoever waits for the outcome goes away: it is `queued` then, and the log is told what becomes of it. */
    signal?: AbortSignal;
}

/** What has become of a mail by the time its job can say something. */
export type MailOutcome =
    /** `refused`: recipients that the server did not take; for those it only put off, the mail stays queued. */
    | { state: 'sent'; attempts: number; accepted: string[]; refused: RecipientRefusal[] }
    /** Epoch ms at which it goes out with others; `held`: or when the outage ends. */
    | { state: 'gathered'; until: number; held?: boolean }
    /** Not sent yet, and tried on; without `error` the program is just closing. */
    | { state: 'queued'; attempts: number; error?: UpsError }
    | { state: 'failed'; attempts: number; error: UpsError };
