import { exactDurationText } from '../../lib/core/duration';

/** A stored duration in any form: "1 h 30 min 15 s". A value that is not a number counts as 0. */
export function formatSeconds(value: unknown): string {
    return exactDurationText(Number(value) || 0);
}
