import { dateOf, dayOf, monthLength, type Zone } from '../core/schedules/local-time';
import type { Slices } from '../core/turns';
import type { Range } from './sources';

/** A day or a month of the calendar of a zone. */
export interface Period extends Range {
    /** `2026-03-29`, `2026-03` */
    name: string;
}

/** The first instant of a day: where the clocks skip midnight, it is the first moment after. */
function midnight(zone: Zone, day: number): number {
    return zone.instantOf({ day, second: 0 }).at;
}

const two = (value: number) => String(value).padStart(2, '0');

function dayName(day: number): string {
    const { year, month, day: date } = dateOf(day);
    return `${year}-${two(month)}-${two(date)}`;
}

/** The days of a zone that a range touches, cut to the range; days of 23 and 25 hours are as long as they are. Found in slices. */
export async function daysOf(zone: Zone, range: Range, slices: Slices): Promise<Period[]> {
    const days: Period[] = [];
    let { day } = zone.localOf(range.from);
    for (let begin = midnight(zone, day); begin < range.to; day++) {
        const end = midnight(zone, day + 1);
        const [from, to] = [Math.max(begin, range.from), Math.min(end, range.to)];
        if (to > from) days.push({ name: dayName(day), from, to });
        begin = end;
        await slices.breathe();
    }
    return days;
}

/** The month before the one that `now` is in. */
export function lastMonth(zone: Zone, now: number): Range {
    const { year, month } = dateOf(zone.localOf(now).day);
    const first = dayOf(year, month, 1)!;
    return { from: midnight(zone, first - monthLength(first - 1)), to: midnight(zone, first) };
}

/** The day before the one that `now` is in. */
export function yesterday(zone: Zone, now: number): Range {
    const { day } = zone.localOf(now);
    return { from: midnight(zone, day - 1), to: midnight(zone, day) };
}

/** The last seven whole days. */
export function lastWeek(zone: Zone, now: number): Range {
    const { day } = zone.localOf(now);
    return { from: midnight(zone, day - 7), to: midnight(zone, day) };
}
