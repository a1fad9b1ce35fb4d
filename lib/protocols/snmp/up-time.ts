import { RULES, SYS_UP_TIME } from './oids';
import type { SnmpValue } from './transport';
import { readNumber } from './values';

/** sysUpTime counts hundredths of a second in 32 bits: it wraps after 497 days without a restart. */
const PERIOD_MS = 2 ** 32 * 10;
/** Difference allowed between our clock and the agent's. A restart exactly 497 days after the last looks like a wrap. */
const TOLERANCE_MS = 10 * 60_000;

/**
 * Seconds since the agent started, and its start time (epoch ms), from which the next reading distinguishes a wrap from a
 * restart.
 * @param since the start time of the last reading
 */
export function readUpTime(
    values: ReadonlyMap<string, SnmpValue>,
    time: number,
    since: number | undefined,
): { seconds?: number; since?: number } {
    const ticks = readNumber(values.get(SYS_UP_TIME), RULES.ticks);
    if (ticks === undefined) return { since };
    const begun = time - ticks * 10;
    const wraps = since === undefined ? 0 : Math.round((begun - since) / PERIOD_MS);
    const off = since === undefined ? 0 : begun - since - wraps * PERIOD_MS;
    const wrapped = wraps > 0 && Math.abs(off) <= TOLERANCE_MS ? wraps : 0;
    return { seconds: ticks / 100 + (wrapped * PERIOD_MS) / 1000, since: begun - wrapped * PERIOD_MS };
}
