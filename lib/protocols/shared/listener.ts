/** What listens for others, and how it is told that it does no more. */

export interface Endpoint {
    address: string;
    port: number;
}

/** A listener that had been up broke down; it is closed by then. */
export type Failed = (reason: string) => void;

export interface Listener {
    readonly at: Endpoint;
    /** Idempotent; also drops accepted streams. */
    close(): Promise<void>;
}
