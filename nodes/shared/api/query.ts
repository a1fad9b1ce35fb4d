import { shown } from '../../../lib/core/quote';
import { ApiError, type ApiCall } from './api-route';

/** Reads the query and the body of a request. What cannot be read is answered with 400, the name of the parameter, and what is expected. */
function bad(parameter: string, value: unknown, expected: string): ApiError {
    return new ApiError(400, 'bad-parameter', { parameter, value: shown(value).slice(0, 100), expected });
}

/** A text of the query; undefined if it is not given, or empty. */
export function text({ query }: Pick<ApiCall, 'query'>, name: string, longest = 1000): string | undefined {
    const value = query.get(name);
    if (!value) return undefined;
    if (value.length > longest) throw bad(name, value, `at most ${longest} characters`);
    return value;
}

/** A whole number of the query. */
export function whole(
    { query }: Pick<ApiCall, 'query'>,
    name: string,
    { min, max }: { min: number; max: number },
): number | undefined {
    const value = query.get(name);
    if (value === null || value === '') return undefined;
    const number = Number(value);
    if (!Number.isSafeInteger(number) || number < min || number > max) throw bad(name, value, `${min} … ${max}`);
    return number;
}

const LATEST = 8_640_000_000_000_000;
const ISO = /^\d{4}-\d{2}(-\d{2}(T\d{2}:\d{2}(:\d{2}([.,]\d+)?)?(Z|[+-]\d{2}:?\d{2})?)?)?$/;

/** A moment of the query: epoch ms, or a date and time of ISO 8601. */
export function moment({ query }: Pick<ApiCall, 'query'>, name: string): number | undefined {
    const value = query.get(name);
    if (value === null || value === '') return undefined;
    const at = /^-?\d+$/.test(value) ? Number(value) : parsedIso(value);
    if (!Number.isFinite(at) || Math.abs(at) > LATEST) throw bad(name, value, 'epoch ms, or ISO 8601');
    return at;
}

/** Date.parse takes much more than that for a date, and the 30th of February for the 2nd of March. */
function parsedIso(value: string): number {
    if (!ISO.test(value)) return NaN;
    const day = value.slice(0, 10);
    const known = new Date(day);
    if (Number.isNaN(known.getTime()) || !known.toISOString().startsWith(day)) return NaN;
    return Date.parse(value);
}

/** One of the known words. */
export function choice<T extends string>(
    { query }: Pick<ApiCall, 'query'>,
    name: string,
    known: readonly T[],
): T | undefined {
    const value = query.get(name);
    if (value === null || value === '') return undefined;
    if (!known.includes(value as T)) throw bad(name, value, known.join(' | '));
    return value as T;
}

/** A list of known words, separated by commas. */
export function choices<T extends string>(
    { query }: Pick<ApiCall, 'query'>,
    name: string,
    known: readonly T[],
): T[] | undefined {
    const words = (query.get(name) ?? '').split(',').filter(Boolean);
    const wrong = words.find((word) => !known.includes(word as T));
    if (wrong !== undefined) throw bad(name, wrong, known.join(', '));
    return words.length > 0 ? (words as T[]) : undefined;
}

/** A text of the body that must be there. */
export function bodyText({ body }: Pick<ApiCall, 'body'>, name: string): string {
    const value = body[name];
    if (typeof value !== 'string' || value === '' || value.length > 1000) throw bad(name, value, 'a text');
    return value;
}

export function bodyChoice<T extends string>(
    body: Readonly<Record<string, unknown>>,
    name: string,
    known: readonly T[],
): T {
    const value = body[name];
    if (!known.includes(value as T)) throw bad(name, value, known.join(' | '));
    return value as T;
}

export function bodySwitch({ body }: Pick<ApiCall, 'body'>, name: string): boolean {
    const value = body[name];
    if (typeof value !== 'boolean') throw bad(name, value, 'true | false');
    return value;
}

/** A number of the body; undefined if it is not given. */
export function bodyNumber(
    body: Readonly<Record<string, unknown>>,
    name: string,
    { min, max }: { min: number; max: number },
): number | undefined {
    const value = body[name];
    if (value === undefined) return undefined;
    if (typeof value !== 'number' || !(value >= min && value <= max)) throw bad(name, value, `${min} … ${max}`);
    return value;
}
