/** Reads contacts from messages, a Modbus module, or a serial port. */
export interface ContactInput {
    /** Name for errors and messages. */
    readonly name: string;
    /**
     * The state of each contact by its `input`, true for closed; undefined if nothing was received yet.
     * @throws UpsError device-silent, device-refused
     */
    read(): Promise<ReadonlyMap<string, boolean> | undefined>;
    /**
     * Monotonic ms of the last change of an `input`. Absent if the input does not report changes: then it is read often while a
     * change is being debounced.
     */
    changedAt?(input: string): number | undefined;
    /** Idempotent, never throws. */
    close(): Promise<void>;
}
