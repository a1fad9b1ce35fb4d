import { plausible } from '../../core/status/plausible';
import { readText } from '../shared/read-text';
import type { MapItem } from './device-map';
import { isAbsent, isSameUnit, meaningOf, partOf, rawNumberOf, type RawValue } from './raw-value';
import { NUMBER_TARGETS, TARGET_UNITS, type ParsedTarget } from './targets';

/** So many significant digits leave out what binary fractions add: 2716 × 0.1 is 271.6. */
const SIGNIFICANT = 12;

/** Of 31 and 32 bits, with and without a sign: no device measures them. */
const FULL_SCALES = [2 ** 31 - 1, 2 ** 32 - 1, -(2 ** 31)];

/** The value of an item; undefined: not known. Numbers are in the unit of their target. */
export function itemValue(item: MapItem, raw: RawValue, target: ParsedTarget): number | string | undefined {
    const part = partOf(raw, item.at);
    if (isAbsent(part, item) || isWholeAbsent(raw, item)) return undefined;
    switch (item.kind) {
        case 'number':
            return numberOf(item, part, target);
        case 'state':
            return meaningOf(part, item.states ?? {});
        case 'text': {
            const text = readText(typeof part === 'string' ? part.replace(/\0.*$/s, '') : part);
            return item.date && text !== undefined ? dayOf(text, item.date) : text;
        }
    }
}

/** Of an item that is a part of a value: what is no bit and no single character stands for the whole value, such as 65535 of a register. */
function isWholeAbsent(raw: RawValue, { at, absent = [] }: MapItem): boolean {
    const isPart = ('bit' in at && at.bit !== undefined) || ('char' in at && at.char !== undefined);
    return isPart && isAbsent(raw, { absent: absent.filter((each) => String(each).length > 1) });
}

function numberOf(item: MapItem, raw: RawValue, target: ParsedTarget): number | undefined {
    const { scale = 1, offset = 0, digits, min = -Infinity, max = Infinity } = item;
    const { unit = target.type === 'number' ? TARGET_UNITS[NUMBER_TARGETS[target.path]] : undefined } = item;
    const isPlain = scale === 1 && offset === 0;
    const number = rawNumberOf(raw, unit) ?? (isPlain ? celsiusOf(raw, unit) : undefined);
    if (number === undefined || FULL_SCALES.includes(number)) return undefined;
    const exact = number * scale + offset;
    const value = Number(digits === undefined ? exact.toPrecision(SIGNIFICANT) : exact.toFixed(digits));
    if (!Number.isFinite(value) || value < min || value > max) return undefined;
    return target.type === 'number' ? plausible(NUMBER_TARGETS[target.path], value) : value;
}

/** A text that says degrees Fahrenheit, where degrees Celsius are wanted. With a scale or offset somebody has converted it himself: then the units differ. */
function celsiusOf(raw: RawValue, unit: string | undefined): number | undefined {
    if (typeof raw !== 'string' || unit === undefined || !isSameUnit(unit, '°C')) return undefined;
    const fahrenheit = rawNumberOf(raw, '°F');
    return fahrenheit === undefined ? undefined : ((fahrenheit - 32) * 5) / 9;
}

const DAY = /^(\d{1,4})[./-](\d{1,2})[./-](\d{1,4})$/;

/** `YYYY-MM-DD` of a day whose parts have this order; years of two digits at the end are of this century. Undefined: no day of the calendar. */
export function dayOf(text: string, order: NonNullable<MapItem['date']>): string | undefined {
    const [, ...parts] = DAY.exec(text.trim()) ?? [];
    if (parts.length < 3) return undefined;
    const [year, month, day] = (['y', 'm', 'd'] as const).map((part) => parts[order.indexOf(part)]!);
    // A year in front has four digits: "07/04/26" begins with a month or a day.
    const whole = year!.length === 2 && order !== 'ymd' ? `20${year}` : year!;
    const date = new Date(`${whole.padStart(4, '0')}-${month!.padStart(2, '0')}-${day!.padStart(2, '0')}T00:00:00Z`);
    if (whole.length !== 4 || Number.isNaN(date.getTime())) return undefined;
    const iso = date.toISOString().slice(0, 10);
    return iso.endsWith(`-${day!.padStart(2, '0')}`) ? iso : undefined;
}
