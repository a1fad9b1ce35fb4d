/** A socket that listens, and how its owner learns that it broke down. */

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
