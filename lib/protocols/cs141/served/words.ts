import type { Register } from '../maps';

/** A number in SI units, a text, or a state from the register's list of values; undefined: not known. */
export type CardValue = number | string | boolean | undefined;

/**
 * One word, or bit, of a register. @param index of the word within the register @param unknown value of a word for what is not known (a bit is 0 then); NaN is given
 * back for either
 */
export type Encoder = (known: CardValue, index: number, unknown: number) => number;

const WORD = 0x10000;
const THOUSANDS: Readonly<Record<string, number>> = { kW: 1000, kVA: 1000, kvar: 1000 };

/** How the value of a register is put into its words. */
export function encoderOf(register: Register): Encoder {
    const { length, text, table } = register;
    if (text) return (known, index) => (typeof known === 'string' ? twoCharacters(known, index) : 0);
    const number = numberOf(register);
    const isBit = table === 'discrete' || table === 'coil';
    return (known, index, unknown) => {
        // A number has its value in its last word.
        if (index !== length - 1) return 0;
        const value = number(known) ?? (isBit && !Number.isNaN(unknown) ? 0 : unknown);
        const limited = Math.max(-0x8000, Math.min(WORD - 1, Math.round(value)));
        return limited < 0 ? limited + WORD : limited;
    };
}

function numberOf(register: Register): (known: CardValue) => number | undefined {
    const { values, scale = 1, unit = '', inverted = false, signed, means } = register;
    const active = activeValue(register);
    const perUnit = THOUSANDS[unit] ?? 1;
    // Most registers of battery currents are unsigned: they contain the absolute value [inferred].
    const isAmount = means === 'battery.current' && !signed;
    return (known) => {
        if (typeof known === 'number') return (isAmount ? Math.abs(known) : known) / scale / perUnit;
        if (typeof known === 'boolean') return known !== inverted ? active : 0;
        return known === undefined ? undefined : stateNumber(values, known);
    };
}

/** 0 if the list lacks the state: every list has 0 for "nothing particular", or omits it. */
function stateNumber(values: Register['values'], state: string): number {
    // In some maps, "UPS supply" means output from the inverter, on mains or on battery.
    const names = state === 'normal' || state === 'battery' ? [state, 'inverter'] : [state];
    const found = Object.entries(values ?? {}).find(([, name]) => names.includes(name));
    return Number(found?.[0] ?? 0);
}

/** 1, or the mask if the printed expression does not shift it down (CS141 manual, "Section OEM TRIMOD"). */
function activeValue({ name }: Register): number {
    const unshifted = /STATUS\)&0x([0-9a-f]+)\)?$/i.exec(name);
    return unshifted ? parseInt(unshifted[1]!, 16) : 1;
}

/** Two characters per word, the first in the high byte, in Latin-1. */
function twoCharacters(text: string, index: number): number {
    const byte = (at: number) => (text.charCodeAt(at) || 0) & 0xff;
    return (byte(index * 2) << 8) | byte(index * 2 + 1);
}
