import { dayOf, type Zone } from '../../core/schedules/local-time';

/**
 * Forms of a time that devices write. `ddd` is a weekday, which is not looked at; `MMM` the English name of a month; `A` AM or PM; a year of two
 * digits is of this century. The RMCU manual does not show the file: its screens have the first form, and take dates in the second (RMCU manual, "Date and Time Settings").
 */
export const TIME_FORMATS = [
    'ddd, DD MMM YYYY HH:mm:ss',
    'MM/DD/YY HH:mm:ss',
    'MM/DD/YYYY HH:mm:ss',
    'MM/DD/YYYY hh:mm:ss A',
    'DD/MM/YYYY HH:mm:ss',
    'DD.MM.YYYY HH:mm:ss',
    'YYYY-MM-DD HH:mm:ss',
    'YYYY-MM-DDTHH:mm:ssZ',
    'YYYY/MM/DD HH:mm:ss',
    'epoch',
] as const;

/** One of `TIME_FORMATS`, or any other text made of their parts. */
export type TimeFormat = string;

const PARTS: Readonly<Record<string, string>> = {
    YYYY: '(?<year>\\d{4})',
    YY: '(?<year>\\d{2})',
    MMM: '(?<name>[a-z]{3})[a-z]*',
    MM: '(?<month>\\d{1,2})',
    DD: '(?<day>\\d{1,2})',
    ddd: '[a-z]{2,9}\\.?',
    HH: '(?<hour>\\d{1,2})',
    hh: '(?<hour>\\d{1,2})',
    mm: '(?<minute>\\d{2})',
    ss: '(?<second>\\d{2})(?:[.,]\\d{1,9})?',
    A: '(?<half>[ap])\\.?m\\.?',
    Z: '(?<zone>z|[+-]\\d{2}:?\\d{2})',
};
const PART = /YYYY|YY|MMM|MM|DD|ddd|HH|hh|mm|ss|A|Z/g;
const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
/** A clock that was never set is older; the seconds of no file reach beyond. */
const [FIRST_YEAR, LAST_YEAR] = [1970, 2199];

/**
 * Reads a time.
 * @returns epoch ms; undefined if the text is not of that form, or no such time exists
 */
export type ReadTime = (text: string) => number | undefined;

/**
 * A reader for times of one form.
 * @param zone whose wall clock the file tells. A time that the clocks show twice is the first of the two.
 * @returns undefined if the form has not all of day, month, year and hour
 */
export function timeReader(format: TimeFormat, zone: Zone): ReadTime | undefined {
    if (format === 'epoch') return readEpoch;
    const pattern = patternOf(format);
    if (!pattern) return undefined;
    const wallClock = hourly(zone);
    return (text) => {
        const { groups } = pattern.exec(text.trim()) ?? {};
        return groups && instantOf(groups, wallClock);
    };
}

/**
 * Instants of local times, epoch ms. The zone is asked once for each hour and not for each of sixty rows in it, which takes long; hours in which a clock
 * changes are not as long as others.
 */
function hourly(zone: Zone): (day: number, second: number) => number {
    let known: { hour: number; at: number } | undefined;
    return (day, second) => {
        const hour = day * 24 + Math.floor(second / 3600);
        if (known?.hour !== hour) {
            const [begin, end] = [hour, hour + 1].map((each) =>
                zone.instantOf({ day: Math.floor(each / 24), second: (each % 24) * 3600 }),
            );
            const isPlain = !begin!.skipped && !end!.skipped && end!.at - begin!.at === 3600_000;
            if (!isPlain) return zone.instantOf({ day, second }).at;
            known = { hour, at: begin!.at };
        }
        return known.at + (second % 3600) * 1000;
    };
}

function readEpoch(text: string): number | undefined {
    const seconds = /^\d{9,10}$/.test(text.trim()) ? Number(text) : undefined;
    return seconds === undefined ? undefined : seconds * 1000;
}

function patternOf(format: TimeFormat): RegExp | undefined {
    const parts: string[] = format.match(PART) ?? [];
    const has = (...names: string[]) => parts.filter((part) => names.includes(part)).length === 1;
    const isWhole =
        has('YYYY', 'YY') &&
        has('MMM', 'MM') &&
        has('DD') &&
        has('HH', 'hh') &&
        parts.includes('hh') === parts.includes('A');
    // The same part twice would be a group of two meanings.
    if (!isWhole || new Set(parts).size < parts.length || format.length > 64) return undefined;
    const source = format
        .split(/(YYYY|YY|MMM|MM|DD|ddd|HH|hh|mm|ss|A|Z)/)
        .map((part) =>
            Object.hasOwn(PARTS, part) ? PARTS[part] : part.replace(/[^\w\s]/g, '\\$&').replace(/\s+/g, '\\s+'),
        )
        .join('');
    return new RegExp(`^${source}$`, 'i');
}

function instantOf(
    groups: Record<string, string | undefined>,
    wallClock: (day: number, second: number) => number,
): number | undefined {
    const number = (name: string) => Number(groups[name] ?? 0);
    const year = groups.year!.length === 2 ? 2000 + number('year') : number('year');
    const month = groups.name ? MONTHS.indexOf(groups.name.toLowerCase()) + 1 : number('month');
    const day = year >= FIRST_YEAR && year <= LAST_YEAR && month > 0 ? dayOf(year, month, number('day')) : undefined;
    const hour = groups.half ? hourOfHalf(number('hour'), groups.half.toLowerCase() === 'p') : number('hour');
    const [minute, second] = [number('minute'), number('second')];
    if (day === undefined || hour === undefined || hour > 23 || minute > 59 || second > 59) return undefined;
    const inDay = hour * 3600 + minute * 60 + second;
    if (!groups.zone) return wallClock(day, inDay);
    return (day * 86_400 + inDay - offsetOf(groups.zone)) * 1000;
}

/** 12 AM is midnight. */
function hourOfHalf(hour: number, isAfternoon: boolean): number | undefined {
    if (hour < 1 || hour > 12) return undefined;
    return (hour % 12) + (isAfternoon ? 12 : 0);
}

/** s */
function offsetOf(zone: string): number {
    const match = /([+-])(\d\d):?(\d\d)/.exec(zone);
    if (!match) return 0;
    return (match[1] === '-' ? -1 : 1) * (Number(match[2]) * 3600 + Number(match[3]) * 60);
}

/** The forms that all of these times have: more than one where days and months could be meant either way round. */
export function fittingFormats(times: readonly string[], zone: Zone): TimeFormat[] {
    if (!times.length) return [];
    return TIME_FORMATS.filter((format) => {
        const read = timeReader(format, zone)!;
        return times.every((time) => read(time) !== undefined);
    });
}
