/** What a connection tells its owner; nothing after `closed`. */
export interface NutHandlers {
    data(bytes: Buffer): void;
    /** `reason`: why, when it was not the other side's orderly end. */
    closed(reason?: Error): void;
}

export interface NutConnection {
    /** Settles once bytes can be written; rejects with what prevented it. */
    readonly opened: Promise<void>;
    write(text: string): void;
    /** Goes over to TLS on the same connection (RFC 9271 section 4.2.13); rejects when the certificate does not do. */
    startTls(): Promise<void>;
    /** Idempotent; `closed` is not called for it. */
    close(): void;
}

/** How upsd is reached: TCP in life, memory in tests. */
export interface NutTransport {
    open(handlers: NutHandlers): NutConnection;
}
