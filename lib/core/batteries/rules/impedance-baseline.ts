import { comparableImpedance } from './comparable-impedance';
import type { Rule } from './rule';

/** How far the impedance of each block is from its own baseline, % (CS141 manual, "The type selection": baseline). */
export const impedanceBaseline: Rule = {
    judged(input) {
        const impedance = comparableImpedance(input);
        const { baseline } = input;
        if (!impedance || !baseline) return undefined;
        return impedance.map((value, i) => 100 * (value / (baseline.blocks[i]?.impedance ?? NaN) - 1));
    },
};
