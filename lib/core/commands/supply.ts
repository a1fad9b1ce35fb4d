import type { Clock } from '../clock';

/** What is known now of the supply that the hosts hang on. */
export interface Supply {
    /** Undefined while nobody can tell (no reading yet, a silent UPS): neither a failure nor a return of the mains. */
    onMains: boolean | undefined;
    /** 0..100; undefined when not known or out of date. */
    chargePercent: number | undefined;
}

export interface SupplySource {
    /** For the words of an error. */
    readonly name: string;
    /** Counts the seconds for which the mains are back; not the system's for a simulated UPS. */
    readonly clock: Clock;
    now(): Supply;
    /** Called whenever something may have changed. @returns ends it */
    watch(changed: () => void): () => void;
}
