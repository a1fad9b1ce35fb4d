import type { SettingValue } from '../../core/status/status';
import type { MapItem } from '../device-map/device-map';
import { fits } from '../frames/fields';

/** Greatest distance of a scaled value from a whole raw number, by which binary fractions are forgiven. */
const WHOLE = 1e-6;

/** A value with its unit, as a person or a file writes it: "19.2 V", "60 %". */
const WITH_UNIT = /^\s*([+-]?\d+(?:[.,]\d+)?)\s*(V|%|A|s)\s*$/;

export interface Quantity {
    number: number;
    /** Absent: none was written. */
    unit?: string;
}

/** A number, or a text of a number with its unit. Undefined: neither. */
export function quantityOf(value: SettingValue): Quantity | undefined {
    if (typeof value === 'number') return { number: value };
    const [, digits, unit] = (typeof value === 'string' && WITH_UNIT.exec(value)) || [];
    return digits === undefined ? undefined : { number: Number(digits.replace(',', '.')), unit };
}

/** `true` and `false` stand for the states `on` and `off`. */
export function stateOf(value: SettingValue): string {
    return typeof value === 'boolean' ? (value ? 'on' : 'off') : String(value);
}

/** The states of a setting that has some, each once. */
export function statesOf({ kind, states = {} }: MapItem): string[] | undefined {
    return kind === 'state' ? [...new Set(Object.values(states))] : undefined;
}

/** The step between two values of a setting that is written as a whole number; undefined: any. */
export function stepOf({ kind, scale = 1, set }: MapItem): number | undefined {
    return kind === 'number' && set && set.value.type !== 'f32' ? Math.abs(scale) : undefined;
}

/** The raw number that is written for a value; undefined: it cannot be written as it is. */
export function rawOf(item: MapItem, value: SettingValue): number | undefined {
    const { set, kind, scale = 1, offset = 0, states = {} } = item;
    if (!set) return undefined;
    const raw = kind === 'state' ? rawState(states, stateOf(value)) : (Number(value) - offset) / scale;
    if (raw === undefined || !Number.isFinite(raw)) return undefined;
    if (set.value.type === 'f32') return fits(set.value, raw) ? raw : undefined;
    const whole = Math.round(raw);
    return Math.abs(raw - whole) <= WHOLE && fits(set.value, whole) ? whole : undefined;
}

function rawState(states: Readonly<Record<string, string>>, meaning: string): number | undefined {
    const found = Object.entries(states).find(([, each]) => each === meaning);
    return found && Number(found[0]);
}

/** Whether two values of a setting are the same: a device may round what it keeps. */
export function isSame(item: MapItem, one: SettingValue | undefined, other: SettingValue): boolean {
    if (one === undefined) return false;
    if (item.kind === 'state') return stateOf(one) === stateOf(other);
    const step = stepOf(item) ?? Math.abs(Number(other)) * 1e-6;
    return Math.abs(Number(one) - Number(other)) < step / 2 + 1e-9;
}
