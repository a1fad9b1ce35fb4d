import {
    BLOCK_QUANTITIES,
    MOST_MODULES,
    MOST_STRINGS,
    STRING_QUANTITIES,
    type BatterySweep,
    type BlockQuantity,
    type StringQuantity,
    type Values,
} from '../../core/batteries/model';
import { holds } from './condition';
import { targetOf, type RawReading, type RawRow } from './decode';
import { hasRows, type DeviceMap, type MapItem } from './device-map';
import { itemValue } from './item-value';
import { isOfBattery, parseTarget } from './targets';

/** Values by the number of the block or string, from 1; NaN: the map has it, and it is not known. */
type Column = Map<number, number>;

/** Whether a map tells anything of an `ups-battery`. */
export function tellsBattery({ items }: Pick<DeviceMap, 'items'>): boolean {
    return items.some(({ to }) => {
        const target = parseTarget(to);
        return target !== undefined && isOfBattery(target);
    });
}

/**
 * What a map makes of a reading for a battery of many blocks: one pass over all of them. Of several items with one target the first known value counts.
 * There are as many blocks and strings as the map has, or as its columns have rows; the strings are left to the settings if the map has none. Pure.
 * @returns undefined: the map has no block, or nothing of any is known
 */
export function batterySweep(map: DeviceMap, reading: RawReading): BatterySweep | undefined {
    const blocks = new Map<BlockQuantity, Column>();
    const byString = new Map<StringQuantity, Column>();
    for (const item of map.items) {
        const target = targetOf(item);
        if (!target || !isOfBattery(target)) continue;
        const column =
            target.type === 'block' ? columnOf(blocks, target.quantity) : columnOf(byString, target.quantity);
        for (const [number, raw, row] of placed(item, target.of, reading)) {
            const counts = holds(item.when, (place) => reading.at(place), row);
            const value = counts ? itemValue(item, raw, target) : undefined;
            put(column, number, sensible(target.quantity, value as number | undefined));
        }
    }
    const modules = highest(blocks, MOST_MODULES);
    const strings = highest(byString, MOST_STRINGS);
    const isKnown = [...blocks.values(), ...byString.values()].some((column) =>
        [...column.values()].some((value) => !Number.isNaN(value)),
    );
    if (modules === 0 || !isKnown) return undefined;
    return {
        modules,
        ...(strings > 0 && { strings }),
        tookMs: 0,
        blocks: arrays(BLOCK_QUANTITIES, blocks, modules),
        byString: arrays(STRING_QUANTITIES, byString, strings),
        moduleStates: new Map(),
    };
}

/** The raw values of an item, each with the number of its block or string. */
function placed(
    { at }: MapItem,
    of: number | '*',
    reading: RawReading,
): (readonly [number: number, raw: RawRow['value'], row?: string])[] {
    if (of !== '*') return [[of, reading.at(at)]];
    if (!hasRows(at)) return [];
    const rows = reading.rows(at) ?? [];
    // A column counts from 0 or from 1; a row that is missing leaves its number free.
    const numbers = rows.map(({ row }) => Number(row.split('.').at(-1)));
    const add = 'column' in at && numbers.includes(0) ? 1 : 0;
    return rows.map(({ row, value }, i) => [numbers[i]! + add, value, row]);
}

/** Zero is no impedance, and a share is 0 to 100 %: anything else is not known. */
function sensible(quantity: BlockQuantity | StringQuantity, value: number | undefined): number {
    if (value === undefined) return NaN;
    if (quantity === 'impedance' && value <= 0) return NaN;
    return (quantity === 'charge' || quantity === 'equalizing') && (value < 0 || value > 100) ? NaN : value;
}

function columnOf<Q>(columns: Map<Q, Column>, quantity: Q): Column {
    const column = columns.get(quantity) ?? new Map<number, number>();
    columns.set(quantity, column);
    return column;
}

function put(column: Column, number: number, value: number): void {
    if (Number.isNaN(column.get(number) ?? NaN)) column.set(number, value);
}

function highest(columns: ReadonlyMap<unknown, Column>, most: number): number {
    return Math.max(0, ...[...columns.values()].flatMap((column) => [...column.keys()].filter((n) => n <= most)));
}

function arrays<Q extends string>(known: readonly Q[], columns: ReadonlyMap<Q, Column>, count: number) {
    const told = known.flatMap((quantity): [Q, Values][] => {
        const column = columns.get(quantity);
        if (!column) return [];
        return [[quantity, Float64Array.from({ length: count }, (_, i) => column.get(i + 1) ?? NaN)]];
    });
    return Object.fromEntries(told) as Partial<Record<Q, Values>>;
}
