import { plausible, type PlausibleKind } from '../../core/status/plausible';
import { readText } from '../shared/read-text';

/** Variables of one UPS by NUT's names (RFC 9271 section 5.1), as texts. */
export type Variables = ReadonlyMap<string, string>;

/**
 * Values that a UPS could mean (see PLAUSIBLE), and that drivers are known to tell where they have nothing: raw full scales of 8, 12 or 16
 * bits, and nines, as seen in the dumps of real UPSs.
 */
const SENTINELS: Partial<Record<PlausibleKind, readonly number[]>> = {
    dcVoltage: [999, 999.9],
    power: [65_535],
    apparentPower: [65_535],
    frequency: [99.9, 255, 409.5],
    temperature: [-1, 99.9],
    seconds: [65_535, 65_535 * 60],
};
/** A: a signed register of 16 bits in hundredths, read as unsigned: 655.29 is -0.07. */
const WRAPPED_CURRENT = { above: 650, to: 655.35 };

const NUMBER = /^[+-]?\d+(\.\d+)?$/;
/** What drivers write when the device reports no value. */
const NO_TEXT = new Set(['', '?', 'n/a', 'na', 'null', 'none', 'unknown', '(null)']);

/** A number, whatever its meaning; undefined for anything else. */
export function plainNumber(text: string | undefined): number | undefined {
    const trimmed = text?.trim() ?? '';
    return NUMBER.test(trimmed) ? Number(trimmed) : undefined;
}

/**
 * The number of variable `name` in the unit of RFC 9271 section 5.1; undefined when absent, no number, implausible, or a sentinel.
 */
export function numberOf(variables: Variables, name: string, kind: PlausibleKind): number | undefined {
    const value = plausible(kind, plainNumber(variables.get(name)));
    if (value === undefined || SENTINELS[kind]?.includes(value)) return undefined;
    const wrapped = kind === 'batteryCurrent' && value > WRAPPED_CURRENT.above && value <= WRAPPED_CURRENT.to;
    return wrapped ? undefined : value;
}

/** A limit or a rating: 0 means that the field is empty. */
export function ratingOf(variables: Variables, name: string, kind: PlausibleKind): number | undefined {
    return numberOf(variables, name, kind) || undefined;
}

/** The first of these variables that says something, as people may read it. */
export function textOf(variables: Variables, ...names: string[]): string | undefined {
    for (const name of names) {
        const text = readText(variables.get(name));
        if (text !== undefined && !NO_TEXT.has(text.toLowerCase())) return text;
    }
    return undefined;
}

export { definedOnly as known } from '../../core/defined-only';
