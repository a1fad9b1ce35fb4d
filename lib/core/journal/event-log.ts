/** The part of the event log that writers use; the store implements it. */
export interface EventLog {
    append(entry: NewLogEntry): void;
}

export type LogKind = 'event' | 'job' | 'log' | 'system';

export interface NewLogEntry {
    /** Replaces the entry of this edge, if there is one: for jobs that write a sentence of their own. */
    inPlaceOfEvent?: boolean;
    /** Epoch ms */
    at: number;
    kind: LogKind;
    level: 'info' | 'warning' | 'alarm' | 'error';
    /** Name of the UPS, sensor or job. */
    source: string;
    /** One sentence. */
    text: string;
    eventId?: string;
    episode?: string;
    active?: boolean;
    nodeId?: string;
    /** Id of its site. Absent: of the site whose store writes it. Empty: of all sites that share the store, such as the start of the program. */
    site?: string;
    dryRun?: boolean;
    /** Evidence or job detail (JSON value). */
    detail?: unknown;
}

export interface LogEntry extends NewLogEntry {
    id: number;
}
