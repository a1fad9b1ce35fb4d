/**
 * One word (0..65535) of a BACS register as a value in the units of `lib/core/batteries`, and back. NaN is "not known": the word says that the register
 * is not supported, or its value is none that the quantity can have.
 *
 * Values beyond 16 bits: currents end at ±327.67 A and impedances at 327.67 mΩ, and what a card sends beyond is not printed [inferred: it may stop at
 * the end, or wrap around]. So the two ends count as not known, a quantity that has no sign is not known below zero, and a current that has wrapped is
 * recognised by its way and by the card's own states (wide-currents.ts).
 */
export interface WordKind {
    /** @param word 0..65535 */
    decode(word: number): number;
    /** The word; NaN becomes the word for "not supported", a value beyond 16 bits wraps around. */
    encode(value: number): number;
}

/** -1 and -9999 mean "not supported", in unsigned registers 65535 and 55537 (CS141 manual, "BACS MODBUS Parameter"). */
export function isSupported(word: number): boolean {
    return word !== 0xffff && word !== NOT_SUPPORTED;
}

/** -9999: what a card sends for a register that it does not support. */
export const NOT_SUPPORTED = 0x10000 - 9999;

export function signed(word: number): number {
    return word >= 0x8000 ? word - 0x10000 : word;
}

/** A word that means a number: the two that mean "not supported" give way by one towards zero. */
function wordOf(raw: number): number {
    const word = ((raw % 0x10000) + 0x10000) % 0x10000;
    return isSupported(word) ? word : (word + 1) % 0x10000;
}

/** @param divisor raw numbers for one unit @param min, max of the raw number */
function kind(divisor: number, min: number, max: number, zero = 0): WordKind {
    return {
        decode: (word) => {
            const raw = signed(word);
            // Division keeps 12.825 exact; 12825 * 0.001 is not.
            return isSupported(word) && raw >= min && raw <= max ? (raw - zero) / divisor : NaN;
        },
        encode: (value) => (Number.isNaN(value) ? NOT_SUPPORTED : wordOf(Math.round(value * divisor) + zero)),
    };
}

const LAST = 0x7fff - 1;

/** Sources: CS141 manual, "BACS MODBUS Parameter", and the definitions of values below its table. */
export const WORDS = {
    /** °C: 0x7F is 24.5, 0x80 is 25, 0x81 is 25.5; 0..255, from which follows -39 to 88.5 °C [inferred]. */
    temperature: kind(2, 0, 255, 78),
    /** V, in mV. A block has no voltage below zero. */
    blockVoltage: kind(1000, 0, LAST),
    /** mΩ, in 0.01 mΩ. 0: not measured, as in the first 15 minutes after a start (CS141 manual, "The BACS STATUS Screen"). */
    impedance: kind(100, 1, LAST),
    /** A, in 0.01 A; below zero the string discharges. */
    current: kind(100, -LAST, LAST),
    /** A, AC, in 0.01 A: the divisor stands for both currents above the table. */
    ripple: kind(100, 0, LAST),
    /** V of a whole string, in 0.1 V. */
    stringVoltage: kind(10, 0, LAST),
    /** V, mean of a string's blocks, in mV. */
    average: kind(1000, 0, LAST),
    percent: kind(1, 0, 100),
    count: kind(1, 0, LAST),
    /** GX_R_AUX: 0 or not [inferred: the values are not printed]. */
    bit: kind(1, 0, 1),
} as const satisfies Record<string, WordKind>;
