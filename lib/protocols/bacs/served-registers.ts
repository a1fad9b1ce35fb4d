import { MOST_MODULES, type CardState, type Values } from '../../core/batteries/model';
import type { ServedBattery } from '../../core/served/served-battery';
import { encodeFlags, encodeModuleFlags } from './flags';
import {
    chargeAddress,
    FLAGS_AT,
    meaningOf,
    MODULE_WORDS,
    STRING_WORDS,
    type ModuleField,
    type RegisterMeaning,
} from './registers';
import { NOT_SUPPORTED, WORDS, type WordKind } from './words';

/** The first and the last address of a battery (CS141 manual, "BACS MODBUS Parameter"). */
export const BATTERY_ADDRESSES = { first: FLAGS_AT, last: chargeAddress(MOST_MODULES) } as const;

/** Whether a battery has a register at this address: those of modules and strings that it has not say that they are not supported, and so do reserved ones between them. */
export function isBatteryAddress(address: number): boolean {
    if (address < BATTERY_ADDRESSES.first || address > BATTERY_ADDRESSES.last) return false;
    return meaningOf(address) !== undefined || isReserved(address);
}

/** Inside the five words of a string, where the tables say "reserved, do not use". */
function isReserved(address: number): boolean {
    return (address >= 1010 && address < 1060) || (address >= 2710 && address < 2740);
}

/** The words of a battery. @param unknown for what is not known; NaN is given back as it is */
export function batteryWords(battery: ServedBattery, unknown: number): (address: number) => number {
    const { view, knowledge } = battery;
    // `connected` is what a card says of its modules while it hears them.
    const flags = encodeFlags(new Set([...battery.states, 'connected']));
    const modules = view.layout?.modules ?? 0;
    const strings = view.layout?.strings ?? 0;
    const word = (kind: WordKind, value: number | undefined) => {
        const encoded = kind.encode(value ?? NaN);
        return encoded === NOT_SUPPORTED ? unknown : encoded;
    };
    const at = (values: Values | undefined, index: number) => values?.[index];
    const number = (text: string | undefined) => {
        const value = text !== undefined && /^\d{1,9}$/.test(text) ? Number(text) : NaN;
        return Number.isNaN(value) ? unknown : value % 0x10000;
    };
    const read = (meaning: RegisterMeaning): number => {
        switch (meaning.what) {
            case 'flags':
                return flags[meaning.register];
            case 'strings':
                return word(WORDS.count, view.layout && strings);
            case 'modules':
                return word(WORDS.count, view.layout && modules);
            case 'serial':
                return number(view.identity.serial);
            case 'firmware':
                return number(view.identity.firmware);
            case 'string': {
                const { string, field } = meaning;
                return string > strings ? unknown : word(STRING_WORDS[field], at(view.byString[field], string - 1));
            }
            case 'module': {
                const { module, field } = meaning;
                if (module > modules) return unknown;
                if (field === 'alarms') return encodeModuleFlags(statesOf(battery, module));
                const kind = field === 'charge' ? WORDS.percent : MODULE_WORDS[field as Exclude<ModuleField, 'alarms'>];
                return word(kind, at(view.blocks[field], module - 1));
            }
            default: {
                const ports = meaning.what === 'input' ? view.inputs : view.outputs;
                const on = ports[(meaning.device - 1) * 4 + meaning.port - 1];
                return on === undefined ? unknown : Number(on);
            }
        }
    };
    return (address) => {
        const meaning = knowledge === 'live' ? meaningOf(address) : undefined;
        return meaning ? read(meaning) : unknown;
    };
}

function statesOf({ moduleStates }: ServedBattery, module: number): Set<CardState> {
    return new Set([...moduleStates].flatMap(([state, modules]) => (modules.includes(module) ? [state] : [])));
}
