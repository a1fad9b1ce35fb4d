/** What a connection reports to its owner; `closed` is the last call. */
export interface ByteHandlers {
    data(bytes: Uint8Array): void;
    /** `reason`: why it closed; absent if the other side closed it in an orderly way. */
    closed(reason?: Error): void;
}

export interface ByteConnection {
    /** Settles once bytes can be written; rejects with what prevented it. */
    readonly opened: Promise<void>;
    write(bytes: Uint8Array): void;
    /** Absent if the connection cannot set the speed of the line, as with a serial server. */
    setBaudRate?(baudRate: number): Promise<void>;
    /** Idempotent, never rejects; `closed` is not called for it. */
    close(): Promise<void>;
}

/** A serial line: a port, a serial server over TCP, or memory in tests. */
export interface ByteTransport {
    /** Whether its connections can change their speed. */
    readonly speedChangeable: boolean;
    open(handlers: ByteHandlers): ByteConnection;
}
