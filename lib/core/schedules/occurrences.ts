import { compareLocal, DAY_SECONDS, dateOf, monthLength, weekdayOf, type LocalTime, type Zone } from './local-time';
import type { ParsedRule } from './rule';

/** One run of a schedule. Epoch ms. */
export interface Occurrence {
    start: number;
    /** End of a window by the wall clock; undefined for a single moment, whose end the rule defines. */
    end?: number;
    /** The clocks skip the scheduled time, so the run begins at the first moment after it. */
    moved: boolean;
}

/** The longest time between two runs of a rule (a monthly 30th or 31st that skips February), and a skipped day. */
const WIDEST_GAP_DAYS = 64;
/** Windows without a break for longer than this are shown as endless. */
const ENDLESS_DAYS = 31;

/**
 * The runs of the calendar day `day`, in the order of their begin. On a day with 23 or 25 hours: a time that the clocks skip becomes the
 * first moment after the gap; of a time that they show twice, the first one counts. A window that has no time left because of this does not
 * take place. A day that the zone's calendar skips has no daily run, because the next day has its own.
 */
export function occurrencesOn(parsed: ParsedRule, zone: Zone, day: number): Occurrence[] {
    const found: Occurrence[] = [];
    for (const { from, to } of timesOn(parsed, day)) {
        const begin: LocalTime = { day, second: from };
        if (compareLocal(begin, parsed.start) < 0) continue;
        const { at: start, skipped: moved } = zone.instantOf(begin);
        if (moved && parsed.rule.repeat === 'daily' && !exists(zone, day)) continue;
        if (to === undefined) {
            found.push({ start, moved });
            continue;
        }
        const end = zone.instantOf({ day: to > from ? day : day + 1, second: to }).at;
        if (end > start) found.push({ start, end, moved });
    }
    return found.sort(byBegin);
}

/** The last run that began at or before `at`; of several that begin together, the longest. */
export function latestBefore(parsed: ParsedRule, zone: Zone, at: number): Occurrence | undefined {
    // The search starts one day later: a run in the hour that the clocks skip may have been moved.
    const last = zone.localOf(at).day + 1;
    const from = parsed.rule.repeat === 'once' ? Math.min(last, parsed.start.day) : last;
    for (let day = from; day >= Math.max(parsed.start.day, from - WIDEST_GAP_DAYS); day--) {
        const begun = occurrencesOn(parsed, zone, day).filter(({ start }) => start <= at);
        if (begun.length > 0) return begun.at(-1);
    }
    return undefined;
}

/** The window that is open at `at`; of several, the one that ends last. */
export function windowAt(parsed: ParsedRule, zone: Zone, at: number): Occurrence | undefined {
    const { day } = zone.localOf(at);
    const open = [day - 2, day - 1, day, day + 1]
        .flatMap((each) => occurrencesOn(parsed, zone, each))
        .filter(({ start, end }) => start <= at && end !== undefined && end > at);
    return open.sort((a, b) => a.end! - b.end!).at(-1);
}

/** The first run that begins after `at`; undefined if there is none. */
export function nextAfter(parsed: ParsedRule, zone: Zone, at: number): Occurrence | undefined {
    const first = Math.max(zone.localOf(at).day - 1, parsed.start.day);
    for (let day = first; day <= first + WIDEST_GAP_DAYS; day++) {
        const next = occurrencesOn(parsed, zone, day).find(({ start }) => start > at);
        if (next) return next;
    }
    return undefined;
}

/**
 * The next `count` runs after `at`, as they will take place: windows that touch are joined, and a run that begins during another run is
 * left out.
 */
export function upcoming(parsed: ParsedRule, zone: Zone, at: number, count: number): Occurrence[] {
    const runs: Occurrence[] = [];
    let after = at;
    while (runs.length < count) {
        const next = nextAfter(parsed, zone, after);
        if (!next) break;
        const run = { ...next };
        after = run.start;
        while (run.end !== undefined) {
            const more = windowAt(parsed, zone, run.end);
            if (!more) break;
            run.end = more.end;
            if (run.end! - run.start > ENDLESS_DAYS * DAY_SECONDS * 1000) return [...runs, { ...run, end: Infinity }];
        }
        after = Math.max(after, (run.end ?? run.start + parsed.durationMs) - 1);
        runs.push(run);
    }
    return runs;
}

/** Order by begin; of runs that begin together, the longest is last. */
function byBegin(a: Occurrence, b: Occurrence): number {
    return a.start - b.start || (a.end ?? 0) - (b.end ?? 0);
}

function timesOn({ rule, start, until, rows }: ParsedRule, day: number): { from: number; to: number | undefined }[] {
    if (rows.length > 0) {
        return rows.filter(({ days }) => days.has(weekdayOf(day))).map(({ from, to }) => ({ from, to: to ?? until }));
    }
    return isOn() ? [{ from: start.second, to: until }] : [];

    function isOn(): boolean {
        switch (rule.repeat) {
            case 'once':
                return day === start.day;
            case 'daily':
                return true;
            case 'weekly':
                return weekdayOf(day) === weekdayOf(start.day);
            case 'monthly': {
                const wanted = dateOf(start.day).day;
                return dateOf(day).day === (rule.monthEnd === 'last' ? Math.min(wanted, monthLength(day)) : wanted);
            }
        }
    }
}

/** Whether this day exists in the zone (Samoa skipped 30 December 2011). */
function exists(zone: Zone, day: number): boolean {
    return zone.localOf(zone.instantOf({ day, second: 0 }).at).day === day;
}
