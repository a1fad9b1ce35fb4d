import { compareLocal, dayOf, type Zone } from '../../core/schedules/local-time';

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

/** What each part is written like, and what the group in it tells. */
const PARTS: Readonly<Record<string, { pattern: string; tells?: Told }>> = {
    YYYY: { pattern: '(\\d{4})', tells: 'year' },
    YY: { pattern: '(\\d{2})', tells: 'year' },
    MMM: { pattern: '([a-z]{3})[a-z]*', tells: 'name' },
    MM: { pattern: '(\\d{1,2})', tells: 'month' },
    DD: { pattern: '(\\d{1,2})', tells: 'day' },
    ddd: { pattern: '[a-z]{2,9}\\.?' },
    HH: { pattern: '(\\d{1,2})', tells: 'hour' },
    hh: { pattern: '(\\d{1,2})', tells: 'hour' },
    mm: { pattern: '(\\d{2})', tells: 'minute' },
    ss: { pattern: '(\\d{2})(?:[.,]\\d{1,9})?', tells: 'second' },
    A: { pattern: '([ap])\\.?m\\.?', tells: 'half' },
    Z: { pattern: '(z|[+-]\\d{2}:?\\d{2})', tells: 'zone' },
};

type Told = 'year' | 'name' | 'month' | 'day' | 'hour' | 'minute' | 'second' | 'half' | 'zone';

/** A form of a time, and which of its groups tells what; negative: none does. */
interface Form {
    pattern: RegExp;
    groups: Readonly<Record<Told, number>>;
}

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
    const form = formOf(format);
    if (!form) return undefined;
    const toInstant = instants(form.groups, dayFinder(), hourly(zone));
    return (text) => {
        const match = form.pattern.exec(text.trim());
        return match ? toInstant(match) : undefined;
    };
}

/**
 * Finds the second of two times that a clock shows alike, when it is set back in autumn.
 * @returns epoch ms; undefined if the local time of `at` does not come again, or the form tells instants
 */
export function secondPassFinder(format: TimeFormat, zone: Zone): (at: number) => number | undefined {
    if (format === 'epoch' || format.includes('Z')) return () => undefined;
    // Clocks change at quarters of an hour. Rows of one quarter follow each other.
    let known: { quarter: number; shift: number | undefined } | undefined;
    return (at) => {
        const quarter = Math.floor(at / QUARTER);
        if (known?.quarter !== quarter) {
            const from = zone.localOf(quarter * QUARTER);
            const shift = SET_BACK.find((by) => compareLocal(zone.localOf(quarter * QUARTER + by), from) === 0);
            known = { quarter, shift };
        }
        return known.shift === undefined ? undefined : at + known.shift;
    };
}

const QUARTER = 900_000;
/** By so much clocks are set back: Lord Howe by half an hour, Antarctic stations by two or more, all others by one, ms. */
const SET_BACK = [1, 0.5, 2, 3].map((hours) => hours * 3600_000);

/** Days of dates. Rows of one day follow each other. */
function dayFinder(): typeof dayOf {
    let known: { date: number; day: number | undefined } | undefined;
    return (year, month, day) => {
        const date = (year * 100 + month) * 100 + day;
        if (known?.date !== date) known = { date, day: dayOf(year, month, day) };
        return known.day;
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

function formOf(format: string): Form | undefined {
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
            Object.hasOwn(PARTS, part)
                ? PARTS[part]!.pattern
                : part.replace(/[^\w\s]/g, '\\$&').replace(/\s+/g, '\\s+'),
        )
        .join('');
    const told = parts.map((part) => PARTS[part]!.tells).filter((tells) => tells !== undefined);
    const group = (tells: Told) => (told.includes(tells) ? told.indexOf(tells) + 1 : -1);
    return {
        pattern: new RegExp(`^${source}$`, 'i'),
        groups: {
            year: group('year'),
            name: group('name'),
            month: group('month'),
            day: group('day'),
            hour: group('hour'),
            minute: group('minute'),
            second: group('second'),
            half: group('half'),
            zone: group('zone'),
        },
    };
}

/** What a time of one form means: called for each row of a log, so nothing is made but numbers. */
function instants(
    groups: Form['groups'],
    dayOfDate: typeof dayOf,
    wallClock: (day: number, second: number) => number,
): (match: RegExpExecArray) => number | undefined {
    return (match) => {
        const year = Number(match[groups.year]) + (match[groups.year]!.length === 2 ? 2000 : 0);
        const month = groups.name < 0 ? Number(match[groups.month]) : monthOf(match[groups.name]!);
        const isYear = year >= FIRST_YEAR && year <= LAST_YEAR;
        const day = isYear && month > 0 ? dayOfDate(year, month, Number(match[groups.day])) : undefined;
        const told = Number(match[groups.hour]);
        const hour = groups.half < 0 ? told : hourOfHalf(told, match[groups.half]!.toLowerCase() === 'p');
        const minute = groups.minute < 0 ? 0 : Number(match[groups.minute]);
        const second = groups.second < 0 ? 0 : Number(match[groups.second]);
        if (day === undefined || hour === undefined || hour > 23 || minute > 59 || second > 59) return undefined;
        const inDay = hour * 3600 + minute * 60 + second;
        if (groups.zone < 0) return wallClock(day, inDay);
        return (day * 86_400 + inDay - offsetOf(match[groups.zone]!)) * 1000;
    };
}

/** 0: there is none of this name. */
function monthOf(name: string): number {
    return MONTHS.indexOf(name.toLowerCase()) + 1;
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

/** Finds the forms that all of some times have: more than one where days and months could be meant either way round. */
export function formatFinder(zone: Zone): (times: readonly string[]) => TimeFormat[] {
    const readers = TIME_FORMATS.map((format) => ({ format, read: timeReader(format, zone)! }));
    return (times) => {
        if (!times.length) return [];
        const fitting = readers.filter(({ read }) => times.every((time) => read(time) !== undefined));
        return fitting.map(({ format }) => format);
    };
}
