/** A time that is shown, epoch ms. */
export interface TimeRange {
    from: number;
    to: number;
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** What one press shows: the time until now. */
export const PRESETS = { '1h': HOUR, '24h': DAY, '7d': 7 * DAY, '30d': 30 * DAY, '1y': 365 * DAY } as const;
export type Preset = keyof typeof PRESETS;
export const DEFAULT_PRESET: Preset = '24h';

/** No zoom goes closer. */
export const SHORTEST_MS = 2 * MINUTE;

export function isPreset(text: string | undefined): text is Preset {
    return text !== undefined && Object.hasOwn(PRESETS, text);
}

const STEPS = [10_000, MINUTE, 10 * MINUTE];

/** How often values until now are asked anew, ms: about a thousandth of what is shown. */
export function refreshMs(width: number): number {
    return STEPS.find((step) => step >= width / 2000) ?? STEPS.at(-1)!;
}

/** The range at least as long as the shortest, in the middle of what was asked, and never after `latest`. */
export function keepLong({ from, to }: TimeRange, latest = Infinity): TimeRange {
    const width = Math.max(SHORTEST_MS, to - from);
    const middle = (from + to) / 2;
    const end = Math.min(middle + width / 2, Math.max(latest, SHORTEST_MS));
    return { from: Math.round(end - width), to: Math.round(end) };
}

/** Shown larger (`factor` below 1) or smaller around a moment that keeps its place. */
export function zoomAround({ from, to }: TimeRange, factor: number, around = (from + to) / 2): TimeRange {
    const width = Math.max(SHORTEST_MS, (to - from) * factor);
    const part = to > from ? (around - from) / (to - from) : 0.5;
    const begin = around - part * width;
    return { from: Math.round(begin), to: Math.round(begin + width) };
}

/** Moved by a part of its width; later is positive. It does not go beyond `latest`. */
export function moved({ from, to }: TimeRange, part: number, latest = Infinity): TimeRange {
    const width = to - from;
    const end = Math.max(Math.min(to + part * width, latest), Math.min(to, latest));
    const until = part < 0 ? to + part * width : end;
    return { from: Math.round(until - width), to: Math.round(until) };
}

/** Around the range that is shown, for the strip: the range that it was chosen from, or four times its width. */
export function around(shown: TimeRange, whole: TimeRange, latest: number): TimeRange {
    if (whole.from <= shown.from && whole.to >= shown.to) return whole;
    const width = shown.to - shown.from;
    return keepLong({ from: shown.from - 1.5 * width, to: Math.max(shown.to, shown.to + 1.5 * width) }, latest);
}

/** A day of the calendar of the browser, from midnight to midnight: 23 or 25 hours where the clock is changed. */
export function dayRange(day: string): TimeRange | undefined {
    const [, year, month, date] = /^(\d{4,6})-(\d\d)-(\d\d)$/.exec(day) ?? [];
    if (year === undefined) return undefined;
    const midnight = (plus: number) => new Date(Number(year), Number(month) - 1, Number(date) + plus).getTime();
    const range = { from: midnight(0), to: midnight(1) };
    return Number.isFinite(range.from) ? range : undefined;
}

/** A moment as `<input type="date">` has it, in the zone of the browser. */
export function dayOf(at: number): string {
    const date = new Date(at);
    if (Number.isNaN(date.getTime())) return '';
    const two = (value: number) => String(value).padStart(2, '0');
    return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

/** What the address says: epoch ms, or nothing. */
export function momentOf(text: string | undefined): number | undefined {
    const value = text ? Number(text) : NaN;
    return Number.isFinite(value) && Math.abs(value) < 8.64e15 ? Math.round(value) : undefined;
}
