import type { Clock } from '../clock';

/** What is known now about the power supply of the hosts. */
export interface Supply {
    /** Undefined while it is not known (no reading yet, a silent UPS): then the mains have neither failed nor returned. */
    onMains: boolean | undefined;
    /** 0..100; undefined when not known or out of date. */
    chargePercent: number | undefined;
}

export interface SupplySource {
    /** Name of the UPS, for errors. */
    readonly name: string;
    /** Measures how long the mains are back; for a simulated UPS it is not the system's clock. */
    readonly clock: Clock;
    now(): Supply;
    /** Calls `changed` whenever the supply may have changed. @returns unsubscribes */
    watch(changed: () => void): () => void;
}
