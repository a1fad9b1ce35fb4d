import type { SentenceData } from '../../core/language/sentence';
import { isPlain } from './map-fault';

const REGISTER_RANGES = { u16: [0, 65_535], s16: [-32_768, 32_767] } as const;
/** INTEGER and Gauge32 of SNMP, RFC 2578, sections 7.1.1 and 7.1.7. */
const OBJECT_RANGES = { integer: [-(2 ** 31), 2 ** 31 - 1], gauge: [0, 2 ** 32 - 1], ticks: [0, 2 ** 32 - 1] } as const;

/** Why a place cannot be written: the key of a sentence below `said.map`. */
export interface Unwritable {
    rule: 'writeLabel' | 'writeFrame' | 'writePart' | 'writeTable' | 'writeRegister';
    data?: SentenceData;
}

/**
 * Why what is read at this place cannot be written as such. A request writes a whole object, a coil (function 5), or a holding register (function 6;
 * Modbus application protocol 1.1b3, sections 6.5 and 6.6): anything else would write another object, or more than this one.
 */
export function unwritable(at: unknown): Unwritable | undefined {
    if (!isPlain(at)) return undefined;
    if ('label' in at) return { rule: 'writeLabel' };
    if ('offset' in at) return { rule: 'writeFrame' };
    if (at.bit !== undefined || at.char !== undefined) return { rule: 'writePart' };
    if (!('register' in at)) return undefined;
    const { table, type = 'u16' } = at;
    if (table === 'input' || table === 'discrete') return { rule: 'writeTable', data: { table } };
    if (table === 'holding' && typeof type === 'string' && !Object.hasOwn(REGISTER_RANGES, type))
        return { rule: 'writeRegister', data: { type } };
    return undefined;
}

/** A whole number, also one in a text; undefined: it is none. */
export function wholeOf(value: number | string): number | undefined {
    const number = typeof value === 'number' ? value : /^\s*[+-]?\d+\s*$/.test(value) ? Number(value) : NaN;
    return Number.isSafeInteger(number) ? number : undefined;
}

/** Whether the device gets the same for both: "1" and 1 are one raw value. */
export function isSameRaw(one: number | string, other: number | string): boolean {
    return String(one).trim() === String(other).trim() || Number(one) === Number(other);
}

/** The least and the greatest whole number that can be written there; undefined: any text, too. @param type of an SNMP object */
export function rangeOf(at: unknown, type: unknown): readonly [min: number, max: number] | undefined {
    if (isPlain(at) && 'register' in at) {
        if (at.table === 'coil') return [0, 1];
        return REGISTER_RANGES[at.type === 's16' ? 's16' : 'u16'];
    }
    return typeof type === 'string' && Object.hasOwn(OBJECT_RANGES, type)
        ? OBJECT_RANGES[type as 'integer']
        : undefined;
}
