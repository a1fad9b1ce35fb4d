import { plausible } from '../../core/status/plausible';
import { inUnit, isKnownUnit, isSameQuantity, isSameUnit } from '../../core/units/convert';
import { plainQuantity, quantityOf } from '../../core/units/value-text';
import { readText } from '../shared/read-text';
import type { MapItem } from './device-map';
import { isAbsent, meaningOf, partOf, rawQuantityOf, type RawValue } from './raw-value';
import { NUMBER_TARGETS, unitOfTarget, type ParsedTarget } from './targets';

/** So many significant digits leave out what binary fractions add: 2716 × 0.1 is 271.6. */
const SIGNIFICANT = 12;

/** The value of an item; undefined: not known. Numbers are in the unit of their target, or of the item if the target has none. */
export function itemValue(item: MapItem, raw: RawValue, target: ParsedTarget): number | string | undefined {
    const part = partOf(raw, item.at);
    if (isAbsent(part, item)) return undefined;
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
    const number = rawNumberIn(own, raw, scale === 1 && offset === 0);
    if (number === undefined) return undefined;
    const exact = number * scale + offset;
    const value = digits === undefined ? withoutNoise(exact) : Number(exact.toFixed(digits));
    if (!Number.isFinite(value) || value < min || value > max) return undefined;
    const isOther = own !== undefined && wanted !== undefined && !isSameUnit(own, wanted);
    // Without digits it is rounded once, at the end: a sixtieth of a minute is a second.
    const converted = isOther ? inUnit(digits === undefined ? exact : value, own, wanted) : value;
    return target.type === 'number' ? plausible(NUMBER_TARGETS[target.path], converted) : converted;
}

/**
 * The number in a raw value. A text may have a unit behind its number, "13.2 Volts", if the item or its target has one: in another unit of the same
 * quantity, "90.5 F" for °C, it is converted.
 * @param isPlain the item has no scale or offset. With one, somebody has converted the number himself, and from which unit is not known
 */
function rawNumberIn(own: string | undefined, raw: RawValue, isPlain: boolean): number | undefined {
    const told = rawQuantityOf(raw);
    if (told?.unit === undefined) return told?.value;
    if (own === undefined) return undefined;
    if (isSameUnit(told.unit, own)) return told.value;
    const { value, unit = '' } = plainQuantity(told);
    return isPlain ? inUnit(value, unit, own) : undefined;
}

const DAY = /^(\d{1,4})[./-](\d{1,2})[./-](\d{1,4})$/;

/** `YYYY-MM-DD` of a day whose parts have this order; years of two digits are of this century. Undefined: no day of the calendar. */
export function dayOf(text: string, order: NonNullable<MapItem['date']>): string | undefined {
    const [, ...parts] = DAY.exec(text.trim()) ?? [];
    if (parts.length < 3) return undefined;
    const [year, month, day] = (['y', 'm', 'd'] as const).map((part) => parts[order.indexOf(part)]!);
    const whole = year!.length === 2 ? `20${year}` : year!;
    const date = new Date(`${whole.padStart(4, '0')}-${month!.padStart(2, '0')}-${day!.padStart(2, '0')}T00:00:00Z`);
    if (whole.length !== 4 || Number.isNaN(date.getTime())) return undefined;
    const iso = date.toISOString().slice(0, 10);
    return iso.endsWith(`-${day!.padStart(2, '0')}`) ? iso : undefined;
}
