import { comparableImpedance } from './comparable-impedance';
import { knownOf, meanOf, type Rule } from './rule';

/** How far the impedance of each block is from the average of all batteries, % (CS141 manual, "The type selection": dynamic). */
export const impedanceDynamic: Rule = {
    judged(input) {
        const impedance = comparableImpedance(input);
        // One alone is its own average.
        if (!impedance || knownOf(impedance) < 2) return undefined;
        const mean = meanOf(impedance);
        return impedance.map((value) => 100 * (value / mean - 1));
    },
};
