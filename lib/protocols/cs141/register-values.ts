import type { ReadValues } from '../modbus/register-reader';
import { readText } from '../shared/read-text';
import type { Register } from './maps';

/** -1 and -9999 mean "not supported" (CS141 manual, "BACS MODBUS Parameter"); unsigned they read 65535 and 55537. */
const NOT_SUPPORTED = new Set([-1, -9999]);

const signed = (raw: number) => (raw >= 0x8000 ? raw - 0x10000 : raw);

/** The raw number of a register, with its sign; undefined if it was not read or is not supported. */
export function rawOf(values: ReadValues, { table, address, signed: negative }: Register): number | undefined {
    const raw = values.get(table, address);
    if (raw === undefined || table === 'coil' || table === 'discrete') return raw;
    if (NOT_SUPPORTED.has(signed(raw))) return undefined;
    return negative ? signed(raw) : raw;
}

/** The value in the register's unit. */
export function scaledOf(values: ReadValues, register: Register): number | undefined {
    const raw = rawOf(values, register);
    // Division keeps 271.6 exact; 2716 * 0.1 is 271.60000000000002.
    return raw === undefined ? undefined : raw / Math.round(1 / (register.scale ?? 1));
}

/** The characters up to the first NUL, without surrounding blanks. */
export function textOf(values: ReadValues, { table, address, length }: Register): string | undefined {
    let text = '';
    for (let at = address; at < address + length; at++) {
        const word = values.get(table, at);
        if (word === undefined || word === 0xffff) break;
        text += String.fromCharCode(word >> 8, word & 0xff);
    }
    const [said = ''] = text.split('\0');
    return readText(said);
}
