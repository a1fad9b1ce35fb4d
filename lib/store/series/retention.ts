import type { SeriesRetention } from './types';

/** Five years of a UPS are a few MB. */
export const DEFAULT_RETENTION: SeriesRetention = {
    fineDays: 400,
    quarterDays: 1826,
    hourDays: 0,
    recordingDays: 1826,
};

/**
 * Of numbered values: a battery of 512 blocks has a hundred times the values of a UPS, and its samples of five years were a quarter of a GB. A quarter
 * of a year of samples covers the cause of what a weekly or monthly look at the battery finds; three years of hours cover its seasons; what tells of
 * years are days, each impedance, and discharges, which are kept for ever.
 */
const MOST_FINE_DAYS = 90;
const MOST_HOUR_DAYS = 1096;

/** How long the numbered values of a battery are kept at a site: no longer than what else the site has. */
export function batteryRetention({ fineDays, hourDays, recordingDays }: SeriesRetention): SeriesRetention {
    return {
        fineDays: atMost(MOST_FINE_DAYS, fineDays),
        // There are none.
        quarterDays: 0,
        hourDays: atMost(MOST_HOUR_DAYS, hourDays),
        recordingDays,
    };
}

/** 0 is for ever. */
function atMost(most: number, days: number): number {
    return days > 0 ? Math.min(most, days) : most;
}
