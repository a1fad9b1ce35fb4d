/** What a connection reports to its owner; `closed` is the last call. */
export interface NutHandlers {
    data(bytes: Buffer): void;
    /** `reason`: why it closed; absent if the other side closed it in an orderly way. */
    closed(reason?: Error): void;
}

export interface NutConnection {
    /** Settles once bytes can be written; rejects with what prevented it. */
    readonly opened: Promise<void>;
    write(text: string): void;
    /** Goes over to TLS on the same connection (RFC 9271 section 4.2.13); rejects when the certificate is refused. */
    startTls(): Promise<void>;
    /** Idempotent; `closed` is not called for it. */
    close(): void;
}

/** The connection to upsd: TCP in operation, memory in tests. */
export interface NutTransport {
    open(handlers: NutHandlers): NutConnection;
}
