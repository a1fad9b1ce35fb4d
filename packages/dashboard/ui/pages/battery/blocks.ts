import type { BlockQuantity } from '../../../../../lib/core/batteries/model';
import type { EventLevel } from '../../../../../lib/core/events/ids';
import type { IndicatorState } from '../../../../../lib/core/status/indicator';
import type { BatteryStateView, BlockColumn } from '../../../../../lib/views';

/** The columns of the status screen (CS141 manual, "Description of the measured values of the BACS STATUS"). */
export const QUANTITIES: readonly BlockQuantity[] = ['voltage', 'impedance', 'temperature', 'charge', 'equalizing'];
export const UNITS: Readonly<Record<BlockQuantity, string>> = {
    voltage: 'V',
    temperature: '°C',
    impedance: 'mΩ',
    charge: '%',
    equalizing: '%',
};

/** Digits after the point: a cell of 2 V is told to the millivolt. */
export function digitsOf(quantity: BlockQuantity, nominalVoltage: number): number {
    if (quantity === 'voltage') return nominalVoltage > 2 ? 2 : 3;
    return quantity === 'impedance' ? 2 : quantity === 'temperature' ? 1 : 0;
}

export function isQuantity(text: string | undefined): text is BlockQuantity {
    return QUANTITIES.some((each) => each === text);
}

/** One block with what is on the page of it. A value that is absent is not known. */
export interface Block {
    module: number;
    /** From 1; of a battery whose strings nobody knows all are in string 1. */
    string: number;
    level: EventLevel | undefined;
    state: IndicatorState;
    values: Partial<Record<BlockQuantity, number>>;
}

type Told = Pick<BatteryStateView, 'modules' | 'perString' | 'levels' | 'silent'>;

/** All blocks with their values. @param columns those that are on the page */
export function blocksOf(battery: Told, columns: Partial<Record<BlockQuantity, BlockColumn>>): Block[] {
    const { modules, perString, levels, silent } = battery;
    const names = Object.keys(columns) as BlockQuantity[];
    return Array.from({ length: modules }, (_, index) => {
        const module = index + 1;
        const values: Block['values'] = {};
        for (const name of names) {
            const value = columns[name]?.values[module];
            if (value !== undefined) values[name] = value;
        }
        const level = levels[module];
        const isKnown = names.length === 0 || Object.keys(values).length > 0;
        return {
            module,
            string: perString > 0 ? Math.ceil(module / perString) : 1,
            level,
            state: stateOf(level, silent, isKnown),
            values,
        };
    });
}

function stateOf(level: EventLevel | undefined, silent: boolean, isKnown: boolean): IndicatorState {
    if (level === 'alarm' || level === 'warning') return level;
    // Nobody says that a block is well which nobody hears of.
    if (silent) return 'lost';
    return isKnown ? 'ok' : 'starting';
}

/** The block that a key of the keyboard leads to; undefined: this key leads nowhere. Up and down is the same place of another string. */
export function stepTo(key: string, from: number, { modules, perString }: Pick<Told, 'modules' | 'perString'>) {
    const own = perString || modules;
    const first = Math.floor((from - 1) / own) * own + 1;
    const to: Record<string, number> = {
        ArrowLeft: from - 1,
        ArrowRight: from + 1,
        ArrowUp: from - own,
        ArrowDown: from + own,
        Home: first,
        End: Math.min(modules, first + own - 1),
        PageUp: 1,
        PageDown: modules,
    };
    const target = to[key];
    if (target === undefined) return undefined;
    return target < 1 || target > modules ? from : target;
}
