import type { ScheduleRule } from '../../lib/core/schedules/rule';
import { locale, t } from './texts';

/** 1 = Monday … 7 = Sunday. */
export const WEEKDAYS = [1, 2, 3, 4, 5, 6, 7];

/** Name of a weekday (1 = Monday) in the language of the editor. */
export function weekday(day: number, width: 'long' | 'short'): string {
    return new Date(Date.UTC(2024, 0, day)).toLocaleDateString(locale(), { weekday: width, timeZone: 'UTC' });
}

/** "Mon–Fri", "Sat, Sun": weekdays as people write them. */
export function describeDays(days: readonly number[] | undefined): string {
    const groups: number[][] = [];
    for (const day of WEEKDAYS.filter((each) => days?.includes(each))) {
        const last = groups.at(-1);
        if (last?.at(-1) === day - 1) last.push(day);
        else groups.push([day]);
    }
    const name = (day: number) => weekday(day, 'short');
    return groups
        .flatMap((group) => (group.length > 2 ? [`${name(group[0]!)}–${name(group.at(-1)!)}`] : group.map(name)))
        .join(', ');
}

/** The label of a schedule: "daily 03:00", "Mon–Fri 08:00–17:00". Empty while it is not set. */
export function describeSchedule(node: Partial<ScheduleRule>): string {
    const [date = '', time = ''] = String(node.start ?? '').split('T');
    if (!date) return '';
    const until = node.ending === 'until' && node.until ? `–${node.until}` : '';
    const rows = node.repeat === 'weekly' && Array.isArray(node.windows) ? node.windows : [];
    if (rows[0]) {
        const { days, from, to } = rows[0];
        const more = rows.length > 1 ? ` +${rows.length - 1}` : '';
        return `${describeDays(days)} ${from}${to ? `–${to}` : until}${more}`;
    }
    const day = new Date(`${date}T00:00:00Z`);
    const words = {
        once: date,
        daily: t('schedule.short.daily'),
        weekly: describeDays([((day.getUTCDay() + 6) % 7) + 1]),
        monthly: t('schedule.short.monthly', { day: day.getUTCDate() }),
    };
    return `${node.repeat ? (words[node.repeat] ?? '') : ''} ${time}${until}`.trim();
}
