import { quoted } from '../../core/quote';
import type { Faults } from './map-fault';
import { isPlain, isRaw } from './map-fault';
import { isSameRaw, rangeOf, unwritable, wholeOf } from './raw-to-write';
import { meaningOf } from './raw-value';
import type { ParsedTarget } from './targets';

const KEYS: ReadonlySet<string> = new Set(['on', 'off', 'type']);
const TYPES: readonly unknown[] = ['integer', 'gauge', 'text'];

/** Checks what an item says of writing: it has to switch what the item reads, and nothing else. */
export function checkWrite(item: Record<string, unknown>, target: ParsedTarget, faults: Faults): void {
    const { at, states, write } = item;
    if (target.type !== 'outlet') return faults.add('writeOnly');
    const why = unwritable(at);
    if (why) return faults.add(why.rule, why.data);
    if (!isPlain(write) || !isFilled(write.on) || !isFilled(write.off)) return faults.add('write');
    faults.unknownKeys(write, KEYS);
    const { on, off, type } = write;
    if (isSameRaw(on, off)) return faults.add('writeSame');
    const isObject = !(isPlain(at) && 'register' in at);
    if (!isObject) {
        if (type !== undefined) faults.add('writeType');
    } else if (type !== undefined && !TYPES.includes(type)) {
        const value = quoted(isRaw(type) ? String(type) : typeof type);
        faults.add('oneOf', { key: 'write.type', values: { list: TYPES as string[] }, value });
    } else if (type === undefined && isMixed(on, off)) return faults.add('writeMixed');
    for (const [key, value] of Object.entries({ on, off })) {
        checkValue(`write.${key}`, value, at, type ?? (typeof value === 'number' ? 'integer' : 'text'), faults);
        if (isObject && type === undefined && isWord(value) && hasNumbersOnly(states))
            faults.add('writeWord', { key, value: quoted(String(value)) });
        const meaning = isPlain(states) ? meaningOf(value, states as Record<string, string>) : undefined;
        if (typeof meaning === 'string' && meaning !== key)
            faults.add('writeOther', { key, value: quoted(String(value)), meaning: quoted(meaning) });
    }
}

/** Checks a raw value that a command writes. @param type of an SNMP object */
export function checkValue(key: string, value: number | string, at: unknown, type: unknown, faults: Faults): void {
    const [min, max] = rangeOf(at, type) ?? [];
    if (min === undefined || max === undefined) return;
    const whole = wholeOf(value);
    if (whole === undefined || whole < min || whole > max) faults.add('whole', { key, min, max });
}

/** Of an untyped object: a text for one of both, and a number for the other. It could be switched in one direction only. */
function isMixed(on: number | string, off: number | string): boolean {
    return isWord(on) ? typeof off === 'number' : isWord(off) && typeof on === 'number';
}

function isWord(value: number | string): boolean {
    return typeof value === 'string' && wholeOf(value) === undefined;
}

/** The device tells whole numbers there: a word, such as a meaning in place of its raw value, cannot be written. */
function hasNumbersOnly(states: unknown): boolean {
    const raws = isPlain(states) ? Object.keys(states) : [];
    return raws.length > 0 && raws.every((raw) => wholeOf(raw) !== undefined);
}

function isFilled(value: unknown): value is number | string {
    return isRaw(value) && String(value).trim() !== '';
}
