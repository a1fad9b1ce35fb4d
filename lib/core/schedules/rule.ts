import { UpsError } from '../errors';
import { parseLocal, parseTime, type LocalTime } from './local-time';

export type Repeat = 'once' | 'daily' | 'weekly' | 'monthly';
export const REPEATS: Repeat[] = ['once', 'daily', 'weekly', 'monthly'];

/** How a run ends: at once, after `seconds`, or when the local time is `until`. */
export type Ending = 'at-once' | 'after' | 'until';
export const ENDINGS: Ending[] = ['at-once', 'after', 'until'];

/** What a monthly rule does in a month without its day (29 to 31): it runs on the last day, or not at all. */
export type MonthEnd = 'last' | 'skip';
export const MONTH_ENDS: MonthEnd[] = ['last', 'skip'];

/** What happens to a run whose time came while nothing ran, or was skipped by a jump of the clock. */
export type Missed = 'run' | 'skip';
export const MISSED: Missed[] = ['run', 'skip'];

/** The only event of a schedule: its time has come. */
export const SCHEDULE_EVENT = 'schedule';

/** As many as the RMCU has schedules (RMCU manual, "Sensor Setup"). */
export const MOST_WINDOWS = 16;

/** Longest run, s: more than a year is a typing error, and calendars end somewhere. */
export const LONGEST_RUN_SECONDS = 366 * 86_400;

/** A row of a weekly rule. */
export interface WeeklyWindow {
    /** 1 = Monday … 7 = Sunday. */
    days: number[];
    /** Begin: `HH:MM`, or with seconds. */
    from: string;
    /** End, in the same form. If it is not later than `from`, it is on the next day. Empty: a single moment, whose end the rule defines. */
    to?: string;
}

/** A schedule in local time (CS141 manual, "Scheduler"; RMCU manual, "Sensor Setup"). */
export interface ScheduleRule {
    /** First run, `YYYY-MM-DDTHH:MM` in the local time of the zone. Nothing runs before it. */
    start: string;
    repeat: Repeat;
    monthEnd: MonthEnd;
    ending: Ending;
    /** For `ending` `after`. */
    seconds: number;
    /** For `ending` `until`: `HH:MM`. If it is not later than the begin, it is on the next day. */
    until: string;
    /** For `repeat` `weekly`; empty: on the weekday and at the time of `start`. */
    windows: WeeklyWindow[];
}

/** A rule with parsed times. Seconds are seconds of the day. */
export interface ParsedRule {
    rule: ScheduleRule;
    start: LocalTime;
    until: number | undefined;
    /** Undefined if the rule sets no duration. */
    durationMs: number;
    rows: { days: ReadonlySet<number>; from: number; to: number | undefined }[];
}

/** @throws UpsError config-missing, config-invalid */
export function parseRule(rule: ScheduleRule): ParsedRule {
    const { start, repeat, monthEnd, ending, seconds, until, windows } = rule;
    if (!start) throw new UpsError('config-missing', { property: 'start' });
    oneOf('repeat', repeat, REPEATS);
    oneOf('monthEnd', monthEnd, MONTH_ENDS);
    oneOf('ending', ending, ENDINGS);
    if (ending === 'after' && !(seconds > 0 && seconds <= LONGEST_RUN_SECONDS)) {
        throw invalid('seconds', seconds, `> 0 … ${LONGEST_RUN_SECONDS}`);
    }
    if (repeat === 'weekly' && windows.length > MOST_WINDOWS) {
        throw invalid('windows', windows.length, `0 … ${MOST_WINDOWS}`);
    }
    return {
        rule,
        start: parseLocal(start) ?? fail('start', start, 'YYYY-MM-DDTHH:MM'),
        until: ending === 'until' ? time('until', until) : undefined,
        durationMs: ending === 'after' ? seconds * 1000 : 0,
        rows: repeat === 'weekly' ? windows.map(row) : [],
    };
}

/** Two rules with the same key have the same runs. */
export function ruleKey(rule: ScheduleRule, zoneId: string): string {
    const { start, repeat, monthEnd, ending, seconds, until, windows } = rule;
    return JSON.stringify([
        zoneId,
        start,
        repeat,
        repeat === 'monthly' ? monthEnd : '',
        ending,
        ending === 'after' ? seconds : ending === 'until' ? until : '',
        repeat === 'weekly' ? windows.map(({ days, from, to }) => [[...days].sort(), from, to ?? '']) : [],
    ]);
}

function row({ days, from, to }: WeeklyWindow) {
    if (!Array.isArray(days) || days.length === 0) throw new UpsError('config-missing', { property: 'windows.days' });
    for (const day of days) {
        if (!Number.isInteger(day) || day < 1 || day > 7) throw invalid('windows.days', day, '1 … 7');
    }
    return { days: new Set(days), from: time('windows.from', from), to: to ? time('windows.to', to) : undefined };
}

function time(property: string, text: string): number {
    if (!text) throw new UpsError('config-missing', { property });
    return parseTime(text) ?? fail(property, text, 'HH:MM');
}

function oneOf(property: string, value: string, values: readonly string[]): void {
    if (!values.includes(value)) throw invalid(property, value, values.join(', '));
}

function invalid(property: string, value: string | number, expected: string): UpsError {
    return new UpsError('config-invalid', { property, value: String(value), expected });
}

function fail(property: string, value: string, expected: string): never {
    throw invalid(property, value, expected);
}
