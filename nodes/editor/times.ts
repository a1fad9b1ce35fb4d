import { locale } from './texts';

export function timeOf(ms: number): string {
    return new Date(ms).toLocaleTimeString(locale());
}

export function dayAndTimeOf(ms: number): string {
    return new Date(ms).toLocaleString(locale());
}

/** The time; with the date if it is not today. */
export function whenOf(ms: number): string {
    return new Date().toDateString() === new Date(ms).toDateString() ? timeOf(ms) : dayAndTimeOf(ms);
}

/** "08:05:10 – 09:05:12", with dates for days other than today. */
export function spanOf(from: number, to: number): string {
    return `${whenOf(from)} – ${whenOf(to)}`;
}

export function rounded(value: number, digits = 0): string {
    return value.toLocaleString(locale(), { maximumFractionDigits: digits });
}
