/** Ways in which a Modbus device misbehaves; change them at any time. */
export interface ModbusFaults {
    /** Takes requests and answers none. */
    silent: boolean;
    /** Answers so many clock milliseconds later. */
    slowMs: number;
    /** So many requests more are answered by exception 6 (busy); `Infinity`: all. */
    busy: number;
    /**
     * Sends so many bytes of an answer, and then nothing more, ever, on that connection; on a serial line, until the fault is taken away.
     * The request counts as answered: a write has been done.
     */
    stallAfter?: number;
    /** The next answer of a serial line has a wrong checksum, and so on while this is set. */
    damaged: boolean;
}

export function noFaults(): ModbusFaults {
    return { silent: false, slowMs: 0, busy: 0, damaged: false };
}
