import type { EventLevel } from '../../core/events/ids';

/** Whether the queue notes in the event log what becomes of a mail after its job has reported. */
export type MailLogPolicy = 'always' | 'errors' | 'never';

/** A mail as a job composes it: texts filled, recipients checked, nothing sent yet. */
export interface NewMail {
    /** Addresses without display names, at least one. */
    to: string[];
    /** What stood among the recipients and is no address. */
    wrong?: string[];
    subject: string;
    text: string;
    html?: string;
    level: EventLevel;
    /** Epoch ms of what the mail tells; its Date header, and its time in a digest. */
    at: number;
    /** Value of the X-Ridethrough-Event header: printable ASCII on one line. */
    event?: string;
    /** The logs are read when the mail is sent, so that a mail that had to wait tells the whole story. */
    attachEventLog: boolean;
    attachDataLog: boolean;
    /** Goes along whatever becomes of the logs: it is the message itself. */
    files?: MailFile[];
    /** Further headers: values of printable ASCII on one line. */
    headers?: Record<string, string>;
    log: MailLogPolicy;
    /** Name of the job, for log entries. */
    source: string;
    /** Node id of the job. */
    sourceId: string;
    /** Node id of the UPS, or other source, of the event. */
    upsId?: string;
    eventId?: string;
    episode?: string;
}

export interface Gather {
    group: string;
    /** Epoch ms: when it goes out at the latest. */
    releaseAt: number;
    /** The same by the time since the boot, see `Moment`. */
    boot?: string;
    up?: number;
    minimumMs: number;
    /** Node id of the UPS whose outage it tells of: it goes out when that is over. */
    held?: string;
}

/** A file that is composed with the mail, and waits with it in the queue: keep it small. */
export interface MailFile {
    filename: string;
    contentType: string;
    content: string;
}

/** A mail in the queue; a JSON value. */
export interface MailRecord {
    id: string;
    /** Node id of the mail account. */
    account: string;
    /** Fixed when queued: a mail sent again because its delivery could not be noted carries the same one. */
    messageId: string;
    /** Ascending: the order in which mails are sent. */
    sequence: number;
    mail: NewMail;
    /** Set while the mail waits to be gathered with others into one. */
    gather?: Gather;
    attempts: number;
    /** How long it has been waiting to be sent while the program ran, ms; noted at each attempt. */
    waitedMs: number;
    /** The server found it too large: it goes without its attachments. */
    bare?: boolean;
    lastError?: string;
}

export interface MailAttachment {
    filename: string;
    contentType: string;
    content: string | Buffer;
}

/** What a transport is given to send. */
export interface OutgoingMail {
    messageId: string;
    mail: NewMail;
    attachments: MailAttachment[];
}
