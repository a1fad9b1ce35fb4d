/** Where contacts are read: messages, a Modbus module, a serial line. */
export interface ContactInput {
    /** For errors and people. */
    readonly name: string;
    /**
     * Which contacts are closed, by their `input`; `undefined` when nothing has been heard yet.
     * @throws UpsError device-silent, device-refused
     */
    read(): Promise<ReadonlyMap<string, boolean> | undefined>;
    /**
     * clock.monotonic() of the last change of an `input`. Absent where changes are not told, and contacts can only be looked at: then
     * they are looked at often while a change is being judged.
     */
    changedAt?(input: string): number | undefined;
    /** Idempotent, never throws. */
    close(): Promise<void>;
}
