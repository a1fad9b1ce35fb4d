import type { Rule } from './rule';
import { inAlarmDelay } from './voltage';

/** The voltage of each string (CS141 manual, "String Thresholds"); after a discharge it waits as the voltage of blocks does [inferred]. */
export const stringVoltage: Rule = { judged: ({ view }) => view.byString.voltage, held: inAlarmDelay };
