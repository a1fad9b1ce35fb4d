import { types } from 'node:util';

/** Messages may contain anything that other nodes have added; deeper or longer parts are left out. */
const MAX_DEPTH = 16;
const MAX_EXTRA_LENGTH = 64 * 1024;

/**
 * JSON of any value. Never throws: values that JSON does not support (functions, BigInt, symbols, class instances such as sockets, circular
 * references, getters that throw) are left out. Dates become ISO strings, errors `{name, message, code, data}`.
 */
export function toJson(value: unknown): string {
    return JSON.stringify(plain(value, [])) ?? 'null';
}

/** As `toJson`, for a message: properties of 64 kB and more are left out, except for the five of ours. */
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

/** Reads JSON text that we have written; undefined for NULL and for text that was damaged on disk. */
export function fromJson(text: unknown): unknown {
    if (typeof text !== 'string') return undefined;
    try {
        return JSON.parse(text);
    } catch {
        // The file is damaged: the caller leaves out the row.
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
        // A getter of a foreign object threw: the property counts as absent.
        return undefined;
    }
}

/** Objects of function nodes come from another realm: their prototype is not our `Object.prototype`. */
function isPlainObject(value: object): boolean {
    const prototype: unknown = Object.getPrototypeOf(value);
    return prototype === null || Object.getPrototypeOf(prototype) === null;
}
