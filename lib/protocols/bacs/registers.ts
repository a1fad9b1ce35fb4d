import { AUX_DEVICES, AUX_PORTS } from '../../core/batteries/events';
import { MOST_MODULES, MOST_STRINGS, type StringQuantity } from '../../core/batteries/model';
import { WORDS, type WordKind } from './words';

/**
 * The addresses of a BACS system by formula: 1000 to 4515, functions 3 and 4 alike, read only (CS141 manual, "BACS MODBUS Parameter"). One description
 * for who reads a card and who plays one. All addresses are protocol addresses, counted from 0.
 */
export const FLAGS_AT = 1000;
/** 1000-1002 and 1005 are flags, see flags.ts; 1003 and 1004 tell how many strings and modules there are. */
export const FLAG_REGISTERS = [1000, 1001, 1002, 1005] as const;
export type FlagRegister = (typeof FLAG_REGISTERS)[number];
export const STRINGS_AT = 1003;
export const MODULES_AT = 1004;
/** One word is printed; 4002 is in no table, and may be the second half of the number [inferred]. */
export const SERIAL_AT = 4001;
export const FIRMWARE_AT = 4003;

/** Words of one string or module. */
export const STRIDE = 5;
/** The voltages of further strings are told by SNMP alone: their two words are reserved. */
export const STRINGS_WITH_VOLTAGE = 10;
const MODULES_IN_FIRST_BLOCK = 330;

/** The parts of a module's five words; `alarms` has the flags of register 1002. */
export const MODULE_FIELDS = ['temperature', 'voltage', 'impedance', 'alarms', 'equalizing'] as const;
export type ModuleField = (typeof MODULE_FIELDS)[number];

/** The parts of a string's words; the fifth is reserved. */
export const STRING_FIELDS = ['current', 'voltage', 'average', 'ripple'] as const satisfies readonly StringQuantity[];

export const MODULE_WORDS: Readonly<Record<Exclude<ModuleField, 'alarms'>, WordKind>> = {
    temperature: WORDS.temperature,
    voltage: WORDS.blockVoltage,
    impedance: WORDS.impedance,
    equalizing: WORDS.percent,
};

export const STRING_WORDS: Readonly<Record<StringQuantity, WordKind>> = {
    current: WORDS.current,
    voltage: WORDS.stringVoltage,
    average: WORDS.average,
    ripple: WORDS.ripple,
};

/** The first of the five words of a module. @param module 1..512 */
export function moduleAddress(module: number): number {
    return module <= MODULES_IN_FIRST_BLOCK
        ? 1060 + STRIDE * (module - 1)
        : 2740 + STRIDE * (module - MODULES_IN_FIRST_BLOCK - 1);
}

/** The first of the five words of a string. @param string 1..16 */
export function stringAddress(string: number): number {
    return string <= STRINGS_WITH_VOLTAGE
        ? 1010 + STRIDE * (string - 1)
        : 2710 + STRIDE * (string - STRINGS_WITH_VOLTAGE - 1);
}

/** The address of one value of a string; undefined where the word is reserved. */
export function stringFieldAddress(string: number, field: StringQuantity): number | undefined {
    const isReserved = string > STRINGS_WITH_VOLTAGE && (field === 'voltage' || field === 'average');
    return isReserved ? undefined : stringAddress(string) + STRING_FIELDS.indexOf(field);
}

/** Charge of a module in %. @param module 1..512 */
export function chargeAddress(module: number): number {
    return 4004 + module - 1;
}

/** @param device, port 1..4 */
export function inputAddress(device: number, port: number): number {
    return 3650 + AUX_PORTS * (device - 1) + port - 1;
}

export function outputAddress(device: number, port: number): number {
    return inputAddress(device, port) + AUX_DEVICES * AUX_PORTS;
}

/** What stands at an address. */
export type RegisterMeaning =
    | { what: 'flags'; register: FlagRegister }
    | { what: 'strings' | 'modules' | 'serial' | 'firmware' }
    | { what: 'string'; string: number; field: StringQuantity }
    | { what: 'module'; module: number; field: ModuleField | 'charge' }
    | { what: 'input' | 'output'; device: number; port: number };

/** The meaning of an address; undefined for those that are reserved or in no table (1006-1009, 3682-4000, 4002). */
export function meaningOf(address: number): RegisterMeaning | undefined {
    const register = FLAG_REGISTERS.find((each) => each === address);
    if (register !== undefined) return { what: 'flags', register };
    if (address === STRINGS_AT) return { what: 'strings' };
    if (address === MODULES_AT) return { what: 'modules' };
    if (address === SERIAL_AT) return { what: 'serial' };
    if (address === FIRMWARE_AT) return { what: 'firmware' };
    if (address >= chargeAddress(1) && address <= chargeAddress(MOST_MODULES))
        return { what: 'module', module: address - chargeAddress(1) + 1, field: 'charge' };
    for (const what of ['input', 'output'] as const) {
        const at = address - (what === 'input' ? inputAddress(1, 1) : outputAddress(1, 1));
        if (at >= 0 && at < AUX_DEVICES * AUX_PORTS)
            return { what, device: Math.floor(at / AUX_PORTS) + 1, port: (at % AUX_PORTS) + 1 };
    }
    return meaningInBlocks(address);
}

/** Blocks of five words: numbers from `first` to `last`, beginning at `base`. */
const BLOCKS = [
    { what: 'string', first: 1, last: STRINGS_WITH_VOLTAGE, base: 1010 },
    { what: 'module', first: 1, last: MODULES_IN_FIRST_BLOCK, base: 1060 },
    { what: 'string', first: STRINGS_WITH_VOLTAGE + 1, last: MOST_STRINGS, base: 2710 },
    { what: 'module', first: MODULES_IN_FIRST_BLOCK + 1, last: MOST_MODULES, base: 2740 },
] as const;

function meaningInBlocks(address: number): RegisterMeaning | undefined {
    for (const { what, first, last, base } of BLOCKS) {
        const number = first + Math.floor((address - base) / STRIDE);
        if (address < base || number > last) continue;
        const offset = (address - base) % STRIDE;
        if (what === 'module') return { what, module: number, field: MODULE_FIELDS[offset]! };
        const field = STRING_FIELDS[offset];
        return field === undefined || stringFieldAddress(number, field) === undefined
            ? undefined
            : { what, string: number, field };
    }
    return undefined;
}
