import type { Rule } from './rule';

/**
 * The current of each string, A, below 0 in a discharge (CS141 manual, "Enable Current Thresholds"): the high limit is for charging, the low one for
 * discharging, as the events say.
 */
export const stringCurrent: Rule = { judged: ({ view }) => view.byString.current };
