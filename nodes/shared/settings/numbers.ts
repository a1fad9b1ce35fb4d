import { UpsError } from '../../../lib/core/errors';

/** A number from a dialog field: undefined when left empty. @throws UpsError config-invalid when it is none or out of range. */
export function optionalNumber(property: string, value: unknown, min = -Infinity, max = Infinity): number | undefined {
    if (value === undefined || value === null || String(value).trim() === '') return undefined;
    const number = Number(value);
    if (!Number.isFinite(number) || number < min || number > max) {
        throw new UpsError('config-invalid', { property, value: String(value), expected: `${min} … ${max}` });
    }
    return number;
}

/** As `optionalNumber`, with a default for an empty field. */
export function numberOr(property: string, value: unknown, fallback: number, min = 0, max = Infinity): number {
    return optionalNumber(property, value, min, max) ?? fallback;
}

/** As `numberOr`, for what is counted: half a retry or part is a slip of the pen. */
export function wholeOr(property: string, value: unknown, fallback: number, min: number, max: number): number {
    return optionalWhole(property, value, min, max) ?? fallback;
}

/** As `optionalNumber`, for what is counted. */
export function optionalWhole(property: string, value: unknown, min: number, max: number): number | undefined {
    const number = optionalNumber(property, value, min, max);
    if (number === undefined || Number.isInteger(number)) return number;
    throw new UpsError('config-invalid', { property, value: String(value), expected: `${min} … ${max}` });
}
