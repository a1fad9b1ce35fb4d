/** Faults of a simulated Modbus device; they can be changed at any time. */
export interface ModbusFaults {
    /** Accepts requests and answers none. */
    silent: boolean;
    /** Delay of answers, clock ms. */
    slowMs: number;
    /** Number of requests to answer with exception 6 (busy); `Infinity`: all. */
    busy: number;
    /**
     * Number of bytes of an answer to send before the connection stalls for ever; a serial line recovers when the fault is
     * removed. The request counts as answered: a write is carried out.
     */
    stallAfter?: number;
    /** While set, answers on a serial line have a wrong checksum. */
    damaged: boolean;
}

export function noFaults(): ModbusFaults {
    return { silent: false, slowMs: 0, busy: 0, damaged: false };
}
