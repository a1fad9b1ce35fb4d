import { comparableImpedance } from './comparable-impedance';
import type { Rule } from './rule';

/** The impedance of each block, mΩ (CS141 manual, "The type selection": static). */
export const impedanceStatic: Rule = { judged: comparableImpedance };
