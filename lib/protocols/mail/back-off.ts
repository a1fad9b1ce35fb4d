const SECOND = 1_000;
const MINUTE = 60 * SECOND;

const STEPS = [10 * SECOND, 30 * SECOND, MINUTE, 5 * MINUTE, 15 * MINUTE];

/** What a person has to mend is not tried again sooner: many servers lock an account after a few refused log-ins. */
export const HOLD_RETRY_MS = 5 * MINUTE;

/** A server that says it will do later is not left alone for longer while an alarm waits. */
export const ALARM_RETRY_MS = 30 * SECOND;

/** How soon a server that did not answer may be tried again because a new mail has come. */
export const EARLIEST_RETRY_MS = STEPS[0];

/** How long a mail is tried, counting only the time in which the program runs. */
export const GIVE_UP_AFTER_MS = 3 * 24 * 60 * MINUTE;

/** Wait before the next attempt, ms, after so many failed ones: 10 s, 30 s, 1 min, 5 min, then 15 min each. */
export function backOff(failures: number): number {
    return STEPS[Math.min(Math.max(failures, 1), STEPS.length) - 1];
}
