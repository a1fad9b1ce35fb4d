/** Variables of one UPS by NUT's names (RFC 9271 section 5.1), as texts. */
export type Variables = ReadonlyMap<string, string>;

/** Bounds of what a UPS can mean; what lies outside says that the driver has nothing, or has scaled it wrongly. */
export interface Bounds {
    min: number;
    max: number;
    /** Values within the bounds that are known to mean "nothing": raw full scales of 8, 12 or 16 bits. */
    sentinels?: readonly number[];
}

/**
 * Bounds as seen in the dumps of real UPSs: 255 as charge and temperature, 4095 V and 409.5 Hz of a 12-bit register, 65535 and
 * 65535 minutes as runtime, 655.29 A of a signed 16-bit register read as unsigned.
 */
export const BOUNDS = {
    percent: { min: 0, max: 100 },
    load: { min: 0, max: 250 },
    acVoltage: { min: 0, max: 1000, sentinels: [999, 999.9] },
    dcVoltage: { min: 0, max: 2000, sentinels: [999, 999.9] },
    current: { min: -5000, max: 5000 },
    batteryCurrent: { min: -650, max: 650 },
    power: { min: -800_000, max: 800_000, sentinels: [65535] },
    frequency: { min: 0, max: 450, sentinels: [99.9, 255, 409.5] },
    temperature: { min: -60, max: 150, sentinels: [-1, 99.9] },
    humidity: { min: 0, max: 100 },
    seconds: { min: 0, max: 3_932_099, sentinels: [65535] },
} as const satisfies Record<string, Bounds>;

const NUMBER = /^[+-]?\d+(\.\d+)?$/;
/** What drivers write where a device tells nothing. */
const NO_TEXT = new Set(['', '?', 'n/a', 'na', 'null', 'none', 'unknown', '(null)']);

/** A number, whatever its meaning; undefined for anything else. */
export function plainNumber(text: string | undefined): number | undefined {
    const trimmed = text?.trim() ?? '';
    return NUMBER.test(trimmed) ? Number(trimmed) : undefined;
}

/** The number of variable `name` in the unit of RFC 9271 section 5.1; undefined when absent, no number, or out of bounds. */
export function numberOf(variables: Variables, name: string, bounds: Bounds): number | undefined {
    const value = plainNumber(variables.get(name));
    if (value === undefined || value < bounds.min || value > bounds.max) return undefined;
    return bounds.sentinels?.includes(value) ? undefined : value;
}

/** The first of these variables that says something. */
export function textOf(variables: Variables, ...names: string[]): string | undefined {
    for (const name of names) {
        const text = variables.get(name)?.trim();
        if (text !== undefined && !NO_TEXT.has(text.toLowerCase())) return text;
    }
    return undefined;
}

export { known } from '../shared/known';
