/**
 * The connection to the contacts of one relay module. Values are closed or open; for outputs, whether the relay is energised.
 * `AuxPort` defines their meaning. Calls come one at a time.
 */
export interface AuxBackend {
    /** State of each port, in order; undefined: unknown. @throws UpsError device-silent, device-refused */
    read(): Promise<(boolean | undefined)[]>;
    /** @throws UpsError device-silent, device-refused, not-supported */
    write(port: number, closed: boolean): Promise<void>;
    /** Whether `read` returns the real state of the contacts, not just the last written one. */
    readonly readsBack: boolean;
    /** For backends that report changes by themselves. */
    onChange?(listener: () => void): void;
    /** Idempotent, bounded in time, never throws. */
    close(): Promise<void>;
}
