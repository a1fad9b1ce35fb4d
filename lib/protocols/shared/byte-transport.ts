/** What a connection tells its owner; nothing after `closed`. */
export interface ByteHandlers {
    data(bytes: Uint8Array): void;
    /** `reason`: why, when it was not the other side's orderly end. */
    closed(reason?: Error): void;
}

export interface ByteConnection {
    /** Settles once bytes can be written; rejects with what prevented it. */
    readonly opened: Promise<void>;
    write(bytes: Uint8Array): void;
    /** Absent where the line's speed is somebody else's affair, as with a serial server. */
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
