import { plainUnit } from './plain-units';

/** Longer texts are no numbers that anybody writes. */
const LONGEST_NUMBER = 32;
const NUMBER = /^([+-]?)(\d+)(?:([.,])(\d+))?$/;
/** With a comma before three digits, and nothing that tells whether it parts the decimals or the thousands. */
const EITHER = /^[+-]?[1-9]\d{0,2},\d{3}$/;

/** The same with a point: a thousand where decimals are parted by commas. */
const THOUSAND = /^[+-]?[1-9]\d{0,2}\.\d{3}$/;

/** Whether a number is a thousand times as much where decimals are parted by commas: `1.000`. */
export function mayBeThousands(text: string): boolean {
    return THOUSAND.test(text.replace(/^\u2212/, '-'));
}

/**
 * The number that a text is, with a point or a comma before its decimals: `21.6`, `21,6`, `-3`. Undefined for everything else, and for `1,234`,
 * which is one number in one country and a thousand times as much in another.
 */
export function decimalOf(text: string): number | undefined {
    const plain = text.replace(/^\u2212/, '-');
    const match = plain.length <= LONGEST_NUMBER && !EITHER.test(plain) ? NUMBER.exec(plain) : null;
    if (!match) return undefined;
    const [, sign, whole, , decimals] = match;
    return Number(`${sign}${whole}${decimals === undefined ? '' : `.${decimals}`}`);
}

/** A number with its unit, as a page, a log or a text object tells it: `13.2 Volts`, `90.5 F`, `55%`, `116.7`. */
export interface Quantity {
    value: number;
    /** As `plainUnit` writes it where it knows it, else as it stands there. */
    unit?: string;
}

/** A number, and what could be its unit: words and signs of units, without digits. */
const QUANTITY = /^([+\-\u2212]?\d[\d.,]*)\s*([\p{L}%°ºΩ‰"'][\p{L}\p{M}%°ºΩ²³"'/·*().\- ]{0,31})?$/u;

/** The quantity that a text is, and nothing else beside it, with its unit as `plainUnit` writes it; undefined for every other text. */
export function quantityOf(text: string): Quantity | undefined {
    const written = writtenQuantity(text);
    return written && plainQuantity(written);
}

/** A quantity with its unit as `plainUnit` writes it, where it knows it: 13200 `mV` are 13.2 `V`. */
export function plainQuantity({ value, unit }: Quantity): Quantity {
    const known = unit === undefined ? undefined : plainUnit(unit);
    if (!known) return { value, ...(unit === undefined ? {} : { unit }) };
    // Twelve digits: 116.7 × 0.001 has no more to say.
    return { value: Number((value * known.scale).toPrecision(12)), unit: known.unit };
}

/** As `quantityOf`, with number and unit as they stand there: `13200 mV` is 13200, and not 13.2. */
export function writtenQuantity(text: string): Quantity | undefined {
    const match = QUANTITY.exec(text.trim());
    if (!match) return undefined;
    const [, digits, words] = match;
    const value = decimalOf(digits!);
    if (value === undefined) return undefined;
    const unit = words?.trim();
    if (!unit) return { value };
    return unit.split(/\s+/).length > 3 ? undefined : { value, unit };
}
