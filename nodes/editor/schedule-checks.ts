import { parseLocal, parseTime } from '../../lib/core/schedules/local-time';
import { LONGEST_RUN_SECONDS, MOST_WINDOWS, type ScheduleRule, type WeeklyWindow } from '../../lib/core/schedules/rule';
import { firstWrong } from './checks';
import type { Verdict } from './entry-checks';
import { t } from './texts';

export { LONGEST_RUN_SECONDS };

/** A rule as the dialog shows it, with the name of its time zone. */
export type Schedule = Partial<ScheduleRule> & { zone?: string };

/** 1 = Monday … 7 = Sunday. */
export const WEEKDAYS = [1, 2, 3, 4, 5, 6, 7];

const trimmed = (value: unknown) => String(value ?? '').trim();
const isTime = (text: unknown) => parseTime(String(text ?? '')) !== undefined;

/** What is wrong with the begin of a schedule, or true. */
export function checkMoment(value: unknown): Verdict {
    const text = trimmed(value);
    if (!text) return t('schedule.check.start');
    return parseLocal(text) !== undefined || t('schedule.check.moment');
}

/** What is wrong with a time of the day, or true. */
export function checkTime(value: unknown): Verdict {
    return isTime(trimmed(value)) || t('schedule.check.time');
}

/** What is wrong with a row of a weekly schedule, or true. */
export function checkWindow(row: Partial<WeeklyWindow> | null | undefined): Verdict {
    const days = Array.isArray(row?.days) ? row.days : [];
    if (!days.length || days.some((day) => !WEEKDAYS.includes(day))) return t('schedule.check.days');
    if (!isTime(row?.from)) return t('schedule.check.from');
    return !row?.to || isTime(row.to) || t('schedule.check.time');
}

export function checkWindows(rows: unknown): Verdict {
    const list: WeeklyWindow[] = Array.isArray(rows) ? rows : [];
    if (list.length > MOST_WINDOWS) return t('schedule.check.most', { n: MOST_WINDOWS });
    return firstWrong(list.map(checkWindow));
}

/** What is wrong with the name of a time zone, or true; empty is the machine's. */
export function checkZone(value: unknown): Verdict {
    const timeZone = trimmed(value);
    return !timeZone || isZone(timeZone) || t('schedule.check.zone', { value: timeZone });
}

function isZone(timeZone: string): boolean {
    try {
        return Boolean(new Intl.DateTimeFormat('en', { timeZone }));
    } catch {
        return false;
    }
}

/** What is wrong with a schedule as the preview would ask for it, or true. */
export function checkSchedule({ start, repeat, ending, seconds, until, windows, zone }: Schedule): Verdict {
    const lasting = Number(seconds);
    return firstWrong([
        checkMoment(start),
        repeat !== 'weekly' || checkWindows(windows),
        ending !== 'after' || (lasting > 0 && lasting <= LONGEST_RUN_SECONDS) || t('schedule.check.seconds'),
        ending !== 'until' || checkTime(until),
        checkZone(zone),
    ]);
}
