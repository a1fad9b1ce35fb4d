/** Where contacts are read: messages, a Modbus module, a serial line. */
export interface ContactInput {
    /** For errors and people. */
    readonly name: string;
    /**
     * Which contacts are closed, by their `input`; `undefined` when nothing has been heard yet.
     * @throws UpsError device-silent, device-refused
     */
    read(): Promise<ReadonlyMap<string, boolean> | undefined>;
    /** Idempotent, never throws. */
    close(): Promise<void>;
}
