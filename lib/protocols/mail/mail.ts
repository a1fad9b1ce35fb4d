import type { EventLevel } from '../../core/events/ids';

/** Whether the queue writes the outcome of a mail to the event log after its job has reported. */
export type MailLogPolicy = 'always' | 'errors' | 'never';

/** A mail as a job composes it: wildcards filled, recipients checked, not yet sent. */
export interface NewMail {
    /** Addresses without display names, at least one. */
    to: string[];
    /** Entries of the recipients field that are not addresses. */
    wrong?: string[];
    subject: string;
    text: string;
    html?: string;
    level: EventLevel;
    /** Epoch ms of the event; becomes the Date header and the time in a digest. */
    at: number;
    /** Value of the X-Ridethrough-Event header: printable ASCII on one line. */
    event?: string;
    /** The logs are read when the mail is sent: after a delay they include the entries up to then. */
    attachEventLog: boolean;
    attachDataLog: boolean;
    /** Files that belong to the message itself; always attached, even when the logs are left out. */
    files?: MailFile[];
    /** Further headers; values are printable ASCII on one line. */
    headers?: Record<string, string>;
    log: MailLogPolicy;
    /** Name of the job, for log entries. */
    source: string;
    /** Node id of the job. */
    sourceId: string;
    /** Node id of the UPS or other source of the event. */
    upsId?: string;
    eventId?: string;
    episode?: string;
}

export interface Gather {
    group: string;
    /** Epoch ms of the latest time to send it. */
    releaseAt: number;
    /** The same time measured from the boot of the machine, see `Moment`. */
    boot?: string;
    up?: number;
    minimumMs: number;
    /** Node id of the UPS whose outage it reports: sent when this outage ends. */
    held?: string;
}

/** A file composed with the mail and stored with it in the queue: keep it small. */
export interface MailFile {
    filename: string;
    contentType: string;
    content: string;
}

/** A mail in the queue. JSON. */
export interface MailRecord {
    id: string;
    /** Node id of the mail account. */
    account: string;
    /**
     * Set once, when the mail is queued: if it is sent twice because its delivery could not be recorded, both have the same
     * Message-ID.
     */
    messageId: string;
    /** Ascending: mails are sent in this order. */
    sequence: number;
    mail: NewMail;
    /** Present while the mail waits for a digest. */
    gather?: Gather;
    attempts: number;
    /** Time it has waited to be sent while the program ran, ms; updated at each attempt. */
    waitedMs: number;
    /** The server refused the mail as too large: it is sent without the logs. */
    bare?: boolean;
    lastError?: string;
}

export interface MailAttachment {
    filename: string;
    contentType: string;
    content: string | Buffer;
}

/** A mail as given to a transport. */
export interface OutgoingMail {
    messageId: string;
    mail: NewMail;
    attachments: MailAttachment[];
}
