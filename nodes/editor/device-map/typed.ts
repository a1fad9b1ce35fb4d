import { shown } from '../../../lib/core/quote';

/** What people type in the form of an item, and how it is shown there. */

/** A number as typed, also with a decimal comma; another text stays a text, so that the check can name it; undefined: empty. */
export function typedNumber(typed: string): number | string | undefined {
    const text = typed.trim();
    if (text === '') return undefined;
    const number = Number(/^[+-]?\d*,\d+$/.test(text) ? text.replace(',', '.') : text);
    return Number.isFinite(number) ? number : text;
}

/** A raw value as typed: a number if it is one; undefined: empty. */
export function typedRaw(typed: string): number | string | undefined {
    const text = typed.trim();
    if (text === '') return undefined;
    return /^[+-]?\d+(\.\d+)?$/.test(text) ? Number(text) : text;
}

/** Raw values, one in each line, or with commas or semicolons between them; undefined: none. */
export function typedRaws(typed: string): (number | string)[] | undefined {
    const raws = typed.split(/[\n;,]+/).flatMap((each) => typedRaw(each) ?? []);
    return raws.length === 0 ? undefined : raws;
}

/** Lines `raw = meaning`; a line without `=` has no meaning, which the check names. Undefined: there are none. */
export function typedStates(typed: string): Record<string, string | null> | undefined {
    const lines = typed.split('\n').filter((line) => line.trim() !== '');
    if (lines.length === 0) return undefined;
    return Object.fromEntries(
        lines.map((line): [string, string | null] => {
            const at = line.indexOf('=');
            return at < 0 ? [line.trim(), null] : [line.slice(0, at).trim(), line.slice(at + 1).trim()];
        }),
    );
}

export function statesText(states: unknown): string {
    if (typeof states !== 'object' || states === null) return '';
    return Object.entries(states)
        .map(([raw, meaning]) => (meaning === null ? raw : `${raw} = ${shown(meaning)}`))
        .join('\n');
}

/** A stored value in a field. */
export function shownValue(value: unknown): string {
    if (Array.isArray(value)) return value.map(shown).join(', ');
    return value === undefined || value === null || typeof value === 'object' ? '' : String(value as string | number);
}
