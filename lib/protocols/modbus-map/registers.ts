import { hasRows, type ColumnPlace, type DeviceMap, type Place, type RegisterPlace } from '../device-map/device-map';
import type { RawReading, RawRow } from '../device-map/decode';
import type { RawValue } from '../device-map/raw-value';
import { isSlow, parseTarget } from '../device-map/targets';
import type { Wanted } from '../modbus/read-plan';
import type { ReadValues } from '../modbus/register-reader';

/** The registers of a map, by how often they are read: at every poll, or once a minute. */
export function registersOf({ items }: DeviceMap): { fast: Wanted[]; slow: Wanted[] } {
    const wanted: Record<'fast' | 'slow', Wanted[]> = { fast: [], slow: [] };
    for (const item of items) {
        const target = parseTarget(item.to);
        if (!target) continue;
        for (const at of [item.at, ...(item.when ? [item.when.at] : [])]) {
            if (!('register' in at)) continue;
            const pace = wanted[isSlow(target) ? 'slow' : 'fast'];
            for (const { table, register: address } of each(at)) pace.push({ table, address, length: lengthOf(at) });
        }
    }
    return { fast: joined(wanted.fast), slow: joined(wanted.slow) };
}

/** The places that a place stands for: its rows, or itself. */
function each(at: RegisterPlace): RegisterPlace[] {
    const { register, rows = 1, step = lengthOf(at) } = at;
    return Array.from({ length: rows }, (_, i) => ({ ...at, register: register + i * step }));
}

/** Values that share registers, such as the bits of a word, are read together. */
function joined(wanted: readonly Wanted[]): Wanted[] {
    const all: Wanted[] = [];
    const sorted = [...wanted].sort((a, b) => a.table.localeCompare(b.table) || a.address - b.address);
    for (const { table, address, length } of sorted) {
        const last = all.at(-1);
        if (last?.table !== table || address >= last.address + last.length) all.push({ table, address, length });
        else last.length = Math.max(last.length, address + length - last.address);
    }
    return all;
}

/** Registers, or bits, that a value takes. */
export function lengthOf({ table, type = 'u16', words = 1 }: RegisterPlace): number {
    if (table === 'coil' || table === 'discrete') return 1;
    if (type === 'text') return words;
    return type === 'u16' || type === 's16' ? 1 : 2;
}

/** What was read, as the map asks for it. Slow values come from the latest slow round. */
export class RegisterReading implements RawReading {
    constructor(private readonly rounds: readonly ReadValues[]) {}

    at(place: Place): RawValue {
        return 'register' in place ? this.valueOf(place) : undefined;
    }

    rows(place: ColumnPlace | RegisterPlace): readonly RawRow[] | undefined {
        if (!('register' in place) || !hasRows(place)) return undefined;
        const { first = 1 } = place;
        return each(place).map((at, i) => ({ row: String(first + i), value: this.valueOf(at) }));
    }

    private valueOf(place: RegisterPlace): RawValue {
        const { table, register, type = 'u16' } = place;
        const words = Array.from({ length: lengthOf(place) }, (_, index) => this.word(table, register + index));
        if (table === 'coil' || table === 'discrete') return words[0];
        if (type === 'text') return textOf(words);
        if (words.some((word) => word === undefined)) return undefined;
        return numberOf(words as number[], place);
    }

    private word(table: RegisterPlace['table'], address: number): number | undefined {
        for (const round of this.rounds) {
            const word = round.get(table, address);
            if (word !== undefined) return word;
        }
        return undefined;
    }
}

/** The number in one or two words. A float that is no number is unknown. */
export function numberOf(words: readonly number[], { type = 'u16', order = 'big' }: RegisterPlace): number | undefined {
    const bytes = Buffer.alloc(2 * words.length);
    const ordered = order === 'big' ? words : [...words].reverse();
    for (const [index, word] of ordered.entries()) bytes.writeUInt16BE(word, 2 * index);
    switch (type) {
        case 's16':
            return bytes.readInt16BE(0);
        case 'u32':
            return bytes.readUInt32BE(0);
        case 's32':
            return bytes.readInt32BE(0);
        case 'f32': {
            const value = bytes.readFloatBE(0);
            return Number.isFinite(value) ? Number(value.toPrecision(FLOAT_DIGITS)) : undefined;
        }
        default:
            return bytes.readUInt16BE(0);
    }
}

/** A float of 32 bits has no more significant digits (IEEE 754 single). */
const FLOAT_DIGITS = 7;

/** Two characters in each word, the first in the high byte, up to the first word that is missing or all ones. */
function textOf(words: readonly (number | undefined)[]): string | undefined {
    let text = '';
    for (const word of words) {
        if (word === undefined || word === 0xffff) break;
        text += String.fromCharCode(word >> 8, word & 0xff);
    }
    return text.replace(/\0.*$/s, '').trim() || undefined;
}
