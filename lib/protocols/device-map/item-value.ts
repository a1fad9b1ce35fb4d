import { plausible } from '../../core/status/plausible';
import { inUnit, isKnownUnit, isSameQuantity, isSameUnit } from '../../core/units/convert';
import { plainQuantity, quantityOf, type Quantity } from '../../core/units/value-text';
import { readText } from '../shared/read-text';
import type { MapItem } from './device-map';
import { isAbsent, meaningOf, partOf, rawQuantityOf, type RawValue } from './raw-value';
import { NUMBER_TARGETS, unitOfTarget, type ParsedTarget } from './targets';

/** So many significant digits leave out what binary fractions add: 2716 × 0.1 is 271.6. */
const SIGNIFICANT = 12;

/** Of 31 and 32 bits, with and without a sign: no device measures them. */
const FULL_SCALES = [2 ** 31 - 1, 2 ** 32 - 1, -(2 ** 31)];

/** The value of an item; undefined: not known. Numbers are in the unit of their target, or of the item if the target has none. */
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
            if (text === undefined || isOfOtherQuantity(text, item.unit)) return undefined;
            return item.date ? dayOf(text, item.date) : text;
        }
    }
}

/** Of an item that is a part of a value: what is no bit and no single character stands for the whole value, such as 65535 of a register. */
function isWholeAbsent(raw: RawValue, { at, absent = [] }: MapItem): boolean {
    const isPart = ('bit' in at && at.bit !== undefined) || ('char' in at && at.char !== undefined);
    return isPart && isAbsent(raw, { absent: absent.filter((each) => String(each).length > 1) });
}

function withoutNoise(value: number): number {
    return Number(value.toPrecision(SIGNIFICANT));
}

/** The unit in which the numbers of an item arrive: that of the target, else that of the item; undefined: none is known. */
export function unitOfValue({ unit }: Pick<MapItem, 'unit'>, target: ParsedTarget): string | undefined {
    return unitOfTarget(target) || unit?.trim() || undefined;
}

/** Whether a text tells a number in a unit that the item cannot have: "13.2 Amps", where the item has V. */
function isOfOtherQuantity(text: string, unit = ''): boolean {
    const told = unit.trim() === '' ? undefined : quantityOf(text)?.unit;
    return told !== undefined && isKnownUnit(told) && !isSameQuantity(told, unit);
}

/** Scale, offset, digits and bounds are of the value in the unit of the item; then it is converted. */
function numberOf(item: MapItem, raw: RawValue, target: ParsedTarget): number | undefined {
    const { scale = 1, offset = 0, digits, min = -Infinity, max = Infinity } = item;
    const wanted = unitOfValue(item, target);
    const own = item.unit?.trim() || wanted;
    const told = rawQuantityOf(raw);
    if (!told || FULL_SCALES.includes(told.value)) return undefined;
    const isPlain = scale === 1 && offset === 0;
    // With a scale or offset the item expects a bare number: whether it is also for "116.7 Volts" is not known.
    const exact = told.unit === undefined ? told.value * scale + offset : isPlain ? quantityIn(own, told) : undefined;
    if (exact === undefined) return undefined;
    const value = digits === undefined ? withoutNoise(exact) : Number(exact.toFixed(digits));
    if (!Number.isFinite(value) || value < min || value > max) return undefined;
    const isOther = own !== undefined && wanted !== undefined && !isSameUnit(own, wanted);
    // Without digits it is rounded once, at the end: a sixtieth of a minute is a second.
    const converted = isOther ? inUnit(digits === undefined ? exact : value, own, wanted) : value;
    return target.type === 'number' ? plausible(NUMBER_TARGETS[target.path], converted) : converted;
}

/** A number with its unit, "13.2 Volts" or "90.5 F", in the unit of the item; undefined: it has none, or the text tells another quantity. */
function quantityIn(own: string | undefined, told: Quantity): number | undefined {
    if (own === undefined) return undefined;
    if (isSameUnit(told.unit!, own)) return told.value;
    const { value, unit = '' } = plainQuantity(told);
    return inUnit(value, unit, own);
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
