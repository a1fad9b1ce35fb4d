/**
 * The connection to the contacts of one relay module. Contacts are told and set as closed or open, outputs: whether the relay is energised;
 * what that means is the port's business. Calls come one at a time.
 */
export interface AuxBackend {
    /** Of each port, in their order; undefined: not known. @throws UpsError device-silent, device-refused */
    read(): Promise<(boolean | undefined)[]>;
    /** @throws UpsError device-silent, device-refused, not-supported */
    write(port: number, closed: boolean): Promise<void>;
    /** Whether `read` tells what the contacts really do, not just what was written. */
    readonly readsBack: boolean;
    /** Contacts may tell of changes by themselves. */
    onChange?(listener: () => void): void;
    /** Idempotent, bounded, never throws. */
    close(): Promise<void>;
}
