/** A moment in the local time of a zone. */
export interface LocalTime {
    /** Days since 1970-01-01 of the calendar. */
    day: number;
    /** Seconds since midnight on the local clock, 0 to 86399. */
    second: number;
}

/** Calculations in one time zone; implemented outside of lib/core, which has no zone data. */
export interface Zone {
    /** IANA name, e.g. `Europe/Berlin`. */
    readonly id: string;
    /** The local time at an instant (epoch ms). */
    localOf(at: number): LocalTime;
    /**
     * The instant of a local time, epoch ms. If the clocks show that time twice: the first instant. If they skip it: the first instant
     * after the gap, and `skipped` is true.
     */
    instantOf(local: LocalTime): { at: number; skipped: boolean };
}

export const DAY_SECONDS = 86_400;
const DAY_MS = DAY_SECONDS * 1000;

/** Day number of a calendar date; undefined if the date does not exist. `month` 1 to 12. */
export function dayOf(year: number, month: number, day: number): number | undefined {
    const at = new Date(Date.UTC(year, month - 1, day));
    const real = at.getUTCFullYear() === year && at.getUTCMonth() === month - 1 && at.getUTCDate() === day;
    return real ? at.getTime() / DAY_MS : undefined;
}

export function dateOf(day: number): { year: number; month: number; day: number } {
    const at = new Date(day * DAY_MS);
    return { year: at.getUTCFullYear(), month: at.getUTCMonth() + 1, day: at.getUTCDate() };
}

/** 1 = Monday … 7 = Sunday, as ISO 8601. */
export function weekdayOf(day: number): number {
    return ((((day + 3) % 7) + 7) % 7) + 1;
}

/** Last day of the month that `day` is in, 28 to 31. */
export function monthLength(day: number): number {
    const { year, month } = dateOf(day);
    return new Date(Date.UTC(year, month, 0)).getUTCDate();
}

/** Seconds since midnight of `HH:MM` or `HH:MM:SS`; undefined for any other text. */
export function parseTime(text: string): number | undefined {
    const match = /^(\d\d):(\d\d)(?::(\d\d))?$/.exec(text);
    if (!match) return undefined;
    const [hours, minutes, seconds] = match.slice(1).map((part) => Number(part ?? 0));
    return hours < 24 && minutes < 60 && seconds < 60 ? hours * 3600 + minutes * 60 + seconds : undefined;
}

/** Reads `YYYY-MM-DDTHH:MM` or `…:SS`, without a zone; undefined for any other text, or if the date does not exist. */
export function parseLocal(text: string): LocalTime | undefined {
    const match = /^(\d{4})-(\d\d)-(\d\d)[T ](\S+)$/.exec(text);
    if (!match) return undefined;
    const day = dayOf(Number(match[1]), Number(match[2]), Number(match[3]));
    const second = parseTime(match[4]);
    return day === undefined || second === undefined ? undefined : { day, second };
}

/** `2026-03-29 03:00`; with seconds only if they are not 0. */
export function formatLocal({ day, second }: LocalTime): string {
    const date = new Date(day * DAY_MS + second * 1000).toISOString();
    return `${date.slice(0, 10)} ${date.slice(11, second % 60 === 0 ? 16 : 19)}`;
}

/** Negative if `a` is earlier. */
export function compareLocal(a: LocalTime, b: LocalTime): number {
    return a.day - b.day || a.second - b.second;
}
