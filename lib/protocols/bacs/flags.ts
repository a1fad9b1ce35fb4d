import { MODULE_STATES, SYSTEM_WORDS } from '../../core/batteries/card-states';
import type { CardState } from '../../core/batteries/model';
import type { FlagRegister } from './registers';
import { isSupported } from './words';

/**
 * The states behind each bit, lowest first: those of card-states.ts. The first state of a bit is its own; a second one follows from it: a lost module is also
 * what the event "system alarm" tells (CS141 manual, "Trouble Shooting List").
 */
type Bits = readonly (readonly CardState[])[];

const bits = (states: readonly CardState[]): Bits => states.map((state) => [state]);

export const REGISTER_STATES: Readonly<Record<FlagRegister, Bits>> = {
    1000: SYSTEM_WORDS.battery.map((state) => (state === 'module-lost' ? [state, 'system-alarm'] : [state])),
    1001: bits(SYSTEM_WORDS.strings),
    1002: bits(SYSTEM_WORDS.blocks),
    1005: bits(SYSTEM_WORDS.more),
};

/** The flags of one module, in its fourth word. */
export const MODULE_BITS: Bits = bits(MODULE_STATES);

/** The states whose bits are set in `word`, in the order of the bits. */
export function statesOf(table: Bits, word: number): CardState[] {
    return table.flatMap((states, bit) => (word & (1 << bit) ? states : []));
}

/** The word that tells `states`: every bit whose own state is among them. */
export function wordOfStates(table: Bits, states: ReadonlySet<CardState>): number {
    return table.reduce((word, [own], bit) => (own !== undefined && states.has(own) ? word | (1 << bit) : word), 0);
}

/** What flag words say together. A word that is absent or "not supported" tells nothing; a state with several bits is on if one of them is. */
export function decodeFlags(words: ReadonlyMap<FlagRegister, number>): {
    states: Set<CardState>;
    tells: Set<CardState>;
} {
    const states = new Set<CardState>();
    const tells = new Set<CardState>();
    for (const [register, word] of words) {
        if (!isSupported(word)) continue;
        const table = REGISTER_STATES[register];
        for (const told of table.flat()) tells.add(told);
        for (const on of statesOf(table, word)) states.add(on);
    }
    return { states, tells };
}

/** The four flag words that tell `states`. */
export function encodeFlags(states: ReadonlySet<CardState>): Record<FlagRegister, number> {
    const of = (register: FlagRegister) => wordOfStates(REGISTER_STATES[register], states);
    return { 1000: of(1000), 1001: of(1001), 1002: of(1002), 1005: of(1005) };
}

/** A module's states from its fourth word; none if the word is not supported. */
export function decodeModuleFlags(word: number): CardState[] {
    return isSupported(word) ? statesOf(MODULE_BITS, word) : [];
}

export function encodeModuleFlags(states: ReadonlySet<CardState>): number {
    return wordOfStates(MODULE_BITS, states);
}

const AUX_LOST = 'gx-r-aux-lost';
const WORD = 0x10000;

/**
 * bacsStatus: 1000 is the low word, 1001 the high one, and bit 32 says that a GX_R_AUX is lost (CS141 manual, "RFC 1628 MIB – BACS extension"). An INTEGER of
 * SNMP has 32 bits: with bit 31 it reads below zero, and bit 32 cannot be in it, so that an unset one says nothing.
 */
export function decodeStatus(value: number): { states: Set<CardState>; tells: Set<CardState> } {
    // All bits at once are no state of a battery: -1 is "not supported" here as well.
    if (!Number.isInteger(value) || value === -1 || value === -9999) return { states: new Set(), tells: new Set() };
    const whole = value < 0 ? value + 2 ** 32 : value;
    const low = whole % WORD;
    const high = Math.floor(whole / WORD) % WORD;
    const states = new Set([...statesOf(REGISTER_STATES[1000], low), ...statesOf(REGISTER_STATES[1001], high)]);
    const tells = new Set([...REGISTER_STATES[1000].flat(), ...REGISTER_STATES[1001].flat()]);
    if (whole >= 2 ** 32) {
        states.add(AUX_LOST);
        tells.add(AUX_LOST);
    }
    return { states, tells };
}

/** As decodeStatus; 0 to 2^33 - 1. Who sends an INTEGER of 32 bits keeps the lower ones. */
export function encodeStatus(states: ReadonlySet<CardState>): number {
    const { 1000: low, 1001: high } = encodeFlags(states);
    return (states.has(AUX_LOST) ? 2 ** 32 : 0) + high * WORD + low;
}
