import { types } from 'node:util';

/** Messages carry whatever other nodes hung on them; what is deeper or longer than this is not worth a journal. */
const MAX_DEPTH = 16;
const MAX_EXTRA_LENGTH = 64 * 1024;

/**
 * JSON of any value. Never throws: what JSON cannot hold (functions, BigInt, symbols, class instances such as sockets,
 * circular references, getters that throw) is left out. Dates become ISO strings, errors `{name, message, code, data}`.
 */
export function toJson(value: unknown): string {
    return JSON.stringify(plain(value, [])) ?? 'null';
}

/** As `toJson` for a message: a property of 64 kB and more, other than the five of ours, is left out. */
export function messageJson(message: object): string {
    const kept: Record<string, unknown> = {};
    for (const key of Object.keys(message)) {
        const value = property(message, key, []);
        const own = key === 'topic' || key === 'payload' || key === 'event' || key === 'status' || key === '_msgid';
        if (value === undefined) continue;
        if (own || JSON.stringify(value).length < MAX_EXTRA_LENGTH) kept[key] = value;
    }
    return JSON.stringify(kept);
}

/** The value of JSON text that we wrote; undefined for NULL and for text that has been damaged on disk. */
export function fromJson(text: unknown): unknown {
    if (typeof text !== 'string') return undefined;
    try {
        return JSON.parse(text);
    } catch {
        // Only a damaged file gets here: the caller leaves out the row.
        return undefined;
    }
}

function plain(value: unknown, ancestors: readonly object[]): unknown {
    if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
    if (typeof value === 'number') return value;
    if (typeof value !== 'object' || ancestors.includes(value) || ancestors.length >= MAX_DEPTH) return undefined;
    if (types.isDate(value)) return Number.isNaN(value.getTime()) ? null : value.toISOString();
    if (Buffer.isBuffer(value)) return value.toJSON();
    const within = [...ancestors, value];
    if (types.isNativeError(value)) {
        const { name, message } = value;
        return { name, message, code: property(value, 'code', within), data: property(value, 'data', within) };
    }
    if (Array.isArray(value)) return value.map((item) => plain(item, within) ?? null);
    if (!isPlainObject(value)) return undefined;
    return Object.fromEntries(Object.keys(value).map((key) => [key, property(value, key, within)]));
}

function property(holder: object, key: string, ancestors: readonly object[]): unknown {
    try {
        return plain((holder as Record<string, unknown>)[key], ancestors);
    } catch {
        // A getter of somebody else's object threw: the property is as good as absent.
        return undefined;
    }
}

/** Objects of function nodes come from another realm, so their prototype is not our `Object.prototype`. */
function isPlainObject(value: object): boolean {
    const prototype: unknown = Object.getPrototypeOf(value);
    return prototype === null || Object.getPrototypeOf(prototype) === null;
}
