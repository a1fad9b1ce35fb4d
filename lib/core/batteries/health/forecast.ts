import { WEEK_MS } from './series';
import { fitLine } from './statistics';

/** When a rising impedance reaches its limit: between two dates. */
export interface Forecast {
    /** The end of the week that it was made from, epoch ms. */
    madeAt: number;
    /** Epoch ms; not before `madeAt`. */
    earliest: number;
    /** Epoch ms; absent: no date can be given that far away. */
    latest?: number;
    /** It has been reached. */
    reached?: true;
}

/** The level and the slope are taken with so many of their errors to either side. */
const ERRORS = 1.3;
/** Lines through so many of the last weeks: the shortest sees an acceleration, the longest what is steady. The first is for the early end alone. */
const SPANS = [2, 3, 4, 6];
/** A flatter rise has no end that could be named, per week. */
const FLATTEST = 0.001;
const FARTHEST_MS = 2 * 366 * 86_400_000;

/**
 * The range of dates within which a block reaches `limit`. The early end takes the steepest slope that the last weeks allow, and lets it grow with the
 * rise itself (a failure that accelerates); the late end goes straight on with the flattest. The straight line alone is late by one to five times
 * what is left, when it is drawn at the first sign.
 *
 * @param weeks of the values, ascending, in weeks
 * @param rises over the baseline: 0.1 is 10 %
 * @param error of one of them
 * @param limit a rise: 0.25 is 25 %
 * @returns undefined with fewer than three values
 */
export function forecastOf(
    weeks: readonly number[],
    rises: readonly number[],
    error: number,
    limit: number,
    madeAt: number,
): Forecast | undefined {
    const lines = SPANS.flatMap((span) => {
        const line = weeks.length < span ? undefined : fitLine(weeks.slice(-span), rises.slice(-span));
        return line ?? [];
    });
    if (lines.length < 2) return undefined;
    const steady = lines.slice(1);
    const margin = ERRORS * error;
    // From the middle of the last week with values to the date of the forecast.
    const since = madeAt / WEEK_MS - (weeks.at(-1)! + 0.5);
    const steepest = Math.max(FLATTEST, ...lines.map(({ slope, slopeError }) => slope + margin * slopeError));
    const flattest = Math.min(...steady.map(({ slope, slopeError }) => slope - margin * slopeError));
    const last = lines.at(-1)!;
    const highest = Math.max(...lines.map((line) => line.last)) + margin * last.lastError;
    const lowest = Math.min(...steady.map((line) => line.last)) - margin * last.lastError;
    if (lowest >= limit || last.last >= limit) return { madeAt, earliest: madeAt, latest: madeAt, reached: true };
    const early =
        highest >= limit ? 0 : (Math.max(highest, 0.01) / steepest) * Math.log(limit / Math.max(highest, 0.01));
    const late = flattest < FLATTEST ? Infinity : (limit - lowest) / flattest;
    const ms = (left: number) => Math.max(0, left - since) * WEEK_MS;
    const earliest = madeAt + Math.min(ms(early), FARTHEST_MS);
    return ms(late) > FARTHEST_MS
        ? { madeAt, earliest }
        : { madeAt, earliest, latest: Math.max(madeAt + ms(late), earliest) };
}
