import type { ReportLanguage } from './language';

/** What the strings and blocks of a battery are called; by index from 0. Absent or empty: by their number alone. */
export interface BatteryNames {
    strings?: readonly string[];
    blocks?: readonly (string | undefined)[];
}

/** `17 · Rack B`. @param module from 1 */
export function blockName({ blocks }: BatteryNames, module: number): string {
    const name = blocks?.[module - 1];
    return name ? `${module} · ${name}` : String(module);
}

/** @param string from 1 */
export function stringName({ strings }: BatteryNames, string: number): string {
    const name = strings?.[string - 1];
    return name ? `${string} · ${name}` : String(string);
}

/** A number as a percentage: `83.5 %`; what is not known is a dash. */
export function percentText(language: ReportLanguage, value: number | null | undefined, digits = 0): string {
    return language.amount(value ?? undefined, '%', digits);
}

/** A percentage with its sign: `+12 %`. */
export function signedText(language: ReportLanguage, value: number | undefined, unit: string, digits = 0): string {
    if (value === undefined) return language.amount(undefined, unit);
    const size = language.amount(Math.abs(value), unit, digits);
    const isNothing = Number(Math.abs(value).toFixed(digits)) === 0;
    return isNothing ? size : `${value < 0 ? '\u2212' : '+'}${size}`;
}
