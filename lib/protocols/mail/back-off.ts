const SECOND = 1_000;
const MINUTE = 60 * SECOND;

const STEPS = [10 * SECOND, 30 * SECOND, MINUTE, 5 * MINUTE, 15 * MINUTE];

/** Pause after an error that a person has to fix: many servers lock an account after a few refused log-ins. */
export const HOLD_RETRY_MS = 5 * MINUTE;

/** Longest pause while an alarm waits and the server has answered that it will accept mails later. */
export const ALARM_RETRY_MS = 30 * SECOND;

/** A new mail may trigger an attempt this long after the last unanswered one. */
export const EARLIEST_RETRY_MS = STEPS[0];

/** How long a mail is retried, counting only the time while the program runs. */
export const GIVE_UP_AFTER_MS = 3 * 24 * 60 * MINUTE;

/** Pause before the next attempt, ms, after this many failures: 10 s, 30 s, 1 min, 5 min, then 15 min each. */
export function backOff(failures: number): number {
    return STEPS[Math.min(Math.max(failures, 1), STEPS.length) - 1];
}
