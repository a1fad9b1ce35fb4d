import { writtenQuantity, type Quantity } from '../../core/units/value-text';
import type { MapItem, Place } from './device-map';

/**
 * What a device tells at one place: a number, a text (an OID without a leading dot), null for "nothing" (NULL), undefined if the device does not
 * have it or did not answer.
 */
export type RawValue = number | string | null | undefined;

/** The number in a raw value, before scale and offset; undefined for everything else, also for a number with a unit. */
export function rawNumberOf(raw: RawValue): number | undefined {
    const told = rawQuantityOf(raw);
    return told?.unit === undefined ? told?.value : undefined;
}

/**
 * The number in a raw value as it stands there, with its unit if a text has one behind it: "13200 mV". A decimal comma counts as a point; "1,234"
 * might be either, and is no number.
 */
export function rawQuantityOf(raw: RawValue): Quantity | undefined {
    if (typeof raw === 'number') return Number.isFinite(raw) ? { value: raw } : undefined;
    return typeof raw === 'string' ? writtenQuantity(plainText(raw)) : undefined;
}

/** The part of a raw value that a place is about: one bit of a whole number, or one character of a text. */
export function partOf(raw: RawValue, place: Place): RawValue {
    if ('bit' in place && place.bit !== undefined) {
        const word = rawNumberOf(raw);
        if (word === undefined || !Number.isSafeInteger(word) || word < 0) return undefined;
        return Math.floor(word / 2 ** place.bit) % 2;
    }
    if ('char' in place && place.char !== undefined) {
        const { char, chars } = place;
        const whole = typeof raw === 'string' ? raw : '';
        if (chars !== undefined && !(whole.length === chars && /^[01]+$/.test(whole))) return undefined;
        return whole[char]?.trim() || undefined;
    }
    return raw;
}

/** Whether the item says that this raw value means "not known". An empty text always does. */
export function isAbsent(raw: RawValue, { absent = [] }: Pick<MapItem, 'absent'>): boolean {
    if (raw === undefined || raw === null) return true;
    const text = plainText(String(raw));
    if (text === '') return true;
    // "-1 F" is as absent as -1.
    const number = rawQuantityOf(raw)?.value;
    return absent.some((each) => (typeof each === 'number' ? number === each : plainText(each) === text));
}

/** The meaning of a raw value by the item's states: by the same text or number, else by the same text in other letters. */
export function meaningOf(raw: RawValue, states: Readonly<Record<string, string>>): string | undefined {
    if (raw === undefined || raw === null) return undefined;
    const text = plainText(String(raw));
    if (Object.hasOwn(states, text)) return states[text];
    const number = rawNumberOf(raw);
    if (number !== undefined && Object.hasOwn(states, String(number))) return states[String(number)];
    // Some agents append the instance .0 to the name of an alarm.
    const name = /^\d+(\.\d+)+\.0$/.test(text) ? text.slice(0, -2) : text;
    if (Object.hasOwn(states, name)) return states[name];
    const [, meaning] = Object.entries(states).find(([key]) => key.toLowerCase() === text.toLowerCase()) ?? [];
    return meaning;
}

/** Cards pad with NUL; an OID may begin with a dot. */
function plainText(raw: string): string {
    const text = raw.replace(/\0.*$/s, '').trim();
    return /^\.\d+(\.\d+)+$/.test(text) ? text.slice(1) : text;
}
