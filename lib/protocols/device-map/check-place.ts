import { shown } from '../../core/quote';
import { Faults, isPlain, isWhole } from './map-fault';

const OID = /^\d+(\.\d+)+$/;
const ROW = /^(\*|\d+(\.\d+)*)$/;
const TABLES = ['holding', 'input', 'coil', 'discrete'];
const REGISTER_TYPES = ['u16', 's16', 'u32', 's32', 'f32', 'text'];
const FRAME_TYPES = ['u8', 's8', 'u16', 's16', 'u32', 's32', 'f32', 'text'];
/** Registers in one request: Modbus application protocol, section 6.3. */
const MOST_WORDS = 125;
const LAST_REGISTER = 65_535;
const MOST_ROWS_OF_ONE = 512;
const LONGEST_STEP = 1000;
const LONGEST_LABEL = 80;
const LONGEST_FRAME = 4096;

const PART = ['bit', 'char', 'chars'];
/** The kinds of places by the key that only they have, with their other keys. */
const KINDS: Record<string, readonly string[]> = {
    oid: PART,
    column: ['row', ...PART],
    register: ['table', 'type', 'order', 'words', 'rows', 'step', 'first', ...PART],
    label: [],
    offset: ['frame', 'type', 'length', 'endian', ...PART],
};

/** Checks where a raw value is. */
export function checkPlace(at: unknown, faults: Faults): void {
    const kind = isPlain(at) ? Object.keys(KINDS).find((key) => key in at) : undefined;
    if (!isPlain(at) || kind === undefined) return faults.add('place');
    faults.unknownKeys(at, new Set([kind, ...KINDS[kind]!]));
    const oneOf = (key: string, values: readonly string[], needed = false) => {
        if (at[key] === undefined ? needed : !values.includes(at[key] as string))
            faults.add('oneOf', { key, values: { list: [...values] }, value: shown(at[key]) });
    };
    const whole = (key: string, min: number, max: number) => {
        if (!isWhole(at[key], min, max)) faults.add('whole', { key, min, max });
    };
    const text = (key: string, most: number) => {
        const value = at[key];
        if (typeof value !== 'string' || !value.trim() || value.length > most) faults.add('text', { key });
    };
    switch (kind) {
        case 'oid':
        case 'column':
            if (at[kind] === '') faults.add('noOid');
            else if (typeof at[kind] !== 'string' || !OID.test(at[kind])) faults.add('oid', { value: shown(at[kind]) });
            if (kind === 'column' && (typeof at.row !== 'string' || !ROW.test(at.row)))
                faults.add('row', { value: shown(at.row) });
            break;
        case 'register':
            whole('register', 0, LAST_REGISTER);
            oneOf('table', TABLES, true);
            oneOf('type', REGISTER_TYPES);
            oneOf('order', ['big', 'little']);
            if (at.type === 'text') whole('words', 1, MOST_WORDS);
            else if (at.words !== undefined) faults.add('needless', { key: 'words' });
            checkRegisterRows(at, faults);
            break;
        case 'label':
            text('label', LONGEST_LABEL);
            break;
        case 'offset':
            whole('offset', 0, LONGEST_FRAME);
            oneOf('type', FRAME_TYPES, true);
            oneOf('endian', ['big', 'little']);
            if (at.frame !== undefined) text('frame', LONGEST_LABEL);
            if (at.type === 'text') whole('length', 1, LONGEST_FRAME);
            else if (at.length !== undefined) faults.add('needless', { key: 'length' });
            break;
    }
    if (at.bit !== undefined) whole('bit', 0, 52);
    if (at.char !== undefined) whole('char', 0, 254);
    if (at.chars !== undefined && at.char === undefined) faults.add('needless', { key: 'chars' });
    else if (at.chars !== undefined) whole('chars', Number(at.char) + 1, 255);
    if (at.bit !== undefined && at.char !== undefined) faults.add('bitAndChar');
}

/** A run of values: each has its own registers, and the last one is there. */
function checkRegisterRows(at: Record<string, unknown>, faults: Faults): void {
    const { rows, step, first, register } = at;
    if (rows === undefined) {
        for (const key of ['step', 'first']) if (at[key] !== undefined) faults.add('rowsOnly', { key });
        return;
    }
    if (!isWhole(rows, 1, MOST_ROWS_OF_ONE)) return faults.add('whole', { key: 'rows', min: 1, max: MOST_ROWS_OF_ONE });
    if (first !== undefined && !isWhole(first, 1, MOST_ROWS_OF_ONE))
        faults.add('whole', { key: 'first', min: 1, max: MOST_ROWS_OF_ONE });
    const length = lengthOf(at);
    if (step !== undefined && !isWhole(step, length, LONGEST_STEP))
        return faults.add('whole', { key: 'step', min: length, max: LONGEST_STEP });
    const last = Number(register) + (rows - 1) * Number(step ?? length) + length - 1;
    if (last > LAST_REGISTER) faults.add('rowsEnd', { last, most: LAST_REGISTER });
}

/** Registers, or bits, that one value takes. */
function lengthOf({ table, type, words }: Record<string, unknown>): number {
    if (table === 'coil' || table === 'discrete') return 1;
    if (type === 'text') return isWhole(words, 1, MOST_WORDS) ? words : 1;
    return type === 'u32' || type === 's32' || type === 'f32' ? 2 : 1;
}

/** Whether this is where a raw value can be. */
export function isPlace(at: unknown): boolean {
    const faults = new Faults();
    checkPlace(at, faults);
    return faults.all.length === 0;
}
