import { realMs, type Clock } from '../clock';
import { UpsError } from '../errors';
import { said } from '../language/sentence';
import { shown } from '../quote';
import { figure, isGiven } from '../thresholds/config';
import { batteryEvent } from './events';
import {
    BLOCK_QUANTITIES,
    MOST_MODULES,
    MOST_STRINGS,
    STRING_QUANTITIES,
    type BatteryFlags,
    type BatterySweep,
    type BlockQuantity,
    type StringQuantity,
    type Values,
} from './model';

/**
 * Values of a battery by a message, all at once. Lists are by module or string, from 1 at index 0; null is "not known". Units as in BLOCK_UNITS and
 * STRING_UNITS. What a message leaves out stays as it was until it is too old.
 */
export interface BatteryReadings {
    /** How many there are; default: as many as were ever told. */
    modules?: number;
    strings?: number;
    blocks?: Partial<Record<BlockQuantity, readonly (number | null)[]>>;
    byString?: Partial<Record<StringQuantity, readonly (number | null)[]>>;
    /** The states that are on, of those that `tells` lists; default of `tells`: the states of this and all earlier messages. */
    states?: readonly string[];
    tells?: readonly string[];
}

/** States of one message: there are fewer events. */
const MOST_WORDS = 1000;

/** Values of one module or one string; a message may also be a list of these. */
export type OneReading =
    | ({ module: number } & Partial<Record<BlockQuantity, number | null>>)
    | ({ string: number } & Partial<Record<StringQuantity, number | null>>);

/** A value and when it was told, monotonic ms. */
interface Told {
    value: number;
    at: number;
}

type Column = Map<number, Told>;

/** Collects what messages tell of a battery, and makes a pass of it. A value that is too old is not known. */
export class MessageFeed {
    private readonly blocks = new Map<BlockQuantity, Column>();
    private readonly byString = new Map<StringQuantity, Column>();
    private readonly tells = new Set<string>();
    private modules = 0;
    private strings = 0;

    /** @param staleSeconds how long a value counts */
    constructor(
        private readonly clock: Clock,
        private readonly staleSeconds: number,
    ) {}

    /** @throws UpsError config-invalid, out-of-range: nothing of it is used */
    take(payload: unknown): { sweep?: BatterySweep; flags?: BatteryFlags } {
        if (Array.isArray(payload)) {
            if (payload.length > MOST_MODULES + MOST_STRINGS) throw tooMany('payload', payload.length, MOST_MODULES);
            const ones = payload.map((one: unknown, i) => readOne(one, `payload.${i}`));
            for (const one of ones) this.takeOne(one);
            return { sweep: this.sweep() };
        }
        if (!isObject(payload)) throw unreadable('payload', payload);
        if (isGiven(payload.module) || isGiven(payload.string)) {
            this.takeOne(readOne(payload, 'payload'));
            return { sweep: this.sweep() };
        }
        return this.takeAll(payload);
    }

    private takeAll(payload: Record<string, unknown>): { sweep?: BatterySweep; flags?: BatteryFlags } {
        const modules = countOf('modules', payload.modules, MOST_MODULES);
        const strings = countOf('strings', payload.strings, MOST_STRINGS);
        const blocks = lists('blocks', payload.blocks, BLOCK_QUANTITIES, MOST_MODULES);
        const byString = lists('byString', payload.byString, STRING_QUANTITIES, MOST_STRINGS);
        const states = words('states', payload.states);
        const tells = words('tells', payload.tells);
        if (!blocks && !byString && !states) throw unreadable('payload', payload);
        if (modules !== undefined) this.modules = modules;
        if (strings !== undefined) this.strings = strings;
        for (const [quantity, list] of blocks ?? []) list.forEach((value, i) => this.setBlock(quantity, i + 1, value));
        for (const [quantity, list] of byString ?? [])
            list.forEach((value, i) => this.setString(quantity, i + 1, value));
        const flags = states && this.flags(states, tells);
        return { ...((blocks ?? byString) && { sweep: this.sweep() }), ...(flags && { flags }) };
    }

    private takeOne({ module, string, values }: One): void {
        for (const [quantity, value] of values) {
            if (module !== undefined) this.setBlock(quantity as BlockQuantity, module, value);
            else this.setString(quantity as StringQuantity, string!, value);
        }
    }

    private setBlock(quantity: BlockQuantity, module: number, value: number): void {
        this.modules = Math.max(this.modules, module);
        setIn(this.blocks, quantity, module, { value, at: this.clock.monotonic() });
    }

    private setString(quantity: StringQuantity, string: number, value: number): void {
        this.strings = Math.max(this.strings, string);
        setIn(this.byString, quantity, string, { value, at: this.clock.monotonic() });
    }

    private flags(states: readonly string[], tells: readonly string[] | undefined): BatteryFlags {
        if (!tells) for (const state of states) this.tells.add(state);
        return { states: new Set(states), tells: new Set(tells ?? this.tells) };
    }

    private sweep(): BatterySweep | undefined {
        if (this.modules === 0) return undefined;
        const oldest = this.clock.monotonic() - realMs(this.clock, 1000 * this.staleSeconds);
        const arrays = <Q extends string>(columns: Map<Q, Column>, count: number) =>
            Object.fromEntries(
                [...columns].map(([quantity, column]) => [quantity, valuesOf(column, count, oldest)]),
            ) as Partial<Record<Q, Values>>;
        return {
            modules: this.modules,
            ...(this.strings > 0 && { strings: this.strings }),
            tookMs: 0,
            blocks: arrays(this.blocks, this.modules),
            byString: arrays(this.byString, this.strings),
            moduleStates: new Map(),
        };
    }
}

interface One {
    module?: number;
    string?: number;
    values: [quantity: string, value: number][];
}

function readOne(one: unknown, property: string): One {
    if (!isObject(one)) throw unreadable(property, one);
    const module = countOf(`${property}.module`, one.module, MOST_MODULES);
    const string = countOf(`${property}.string`, one.string, MOST_STRINGS);
    if ((module === undefined) === (string === undefined)) throw unreadable(property, one);
    const known: readonly string[] = module === undefined ? STRING_QUANTITIES : BLOCK_QUANTITIES;
    const values = known.flatMap((quantity): [string, number][] =>
        one[quantity] === undefined ? [] : [[quantity, valueOf(`${property}.${quantity}`, one[quantity])]],
    );
    return { module, string, values };
}

function lists<Q extends string>(
    property: string,
    told: unknown,
    quantities: readonly Q[],
    most: number,
): [Q, number[]][] | undefined {
    if (told === undefined || told === null) return undefined;
    if (!isObject(told)) throw unreadable(property, told);
    const keys = Object.keys(told);
    if (keys.length > 0 && !keys.some((key) => (quantities as readonly string[]).includes(key)))
        throw unreadable(property, told);
    return quantities.flatMap((quantity): [Q, number[]][] => {
        const list = told[quantity];
        if (list === undefined || list === null) return [];
        const name = `${property}.${quantity}`;
        if (!Array.isArray(list) && !ArrayBuffer.isView(list)) throw unreadable(name, list);
        const { length } = list as { length?: number };
        if (length === undefined) throw unreadable(name, list);
        if (length > most) throw tooMany(name, length, most);
        const values = Array.from(list as ArrayLike<unknown>);
        return [[quantity, values.map((value, i) => valueOf(`${name}.${i}`, value))]];
    });
}

function words(property: string, told: unknown): string[] | undefined {
    if (told === undefined || told === null) return undefined;
    if (!Array.isArray(told)) throw unreadable(property, told);
    if (told.length > MOST_WORDS) throw tooMany(property, told.length, MOST_WORDS);
    if (!told.every((word) => typeof word === 'string')) throw unreadable(property, told);
    return told.filter((word) => batteryEvent(word) !== undefined);
}

function countOf(property: string, told: unknown, most: number): number | undefined {
    if (!isGiven(told)) return undefined;
    const count = isNumeric(told) ? figure(told) : undefined;
    if (count === undefined || !Number.isInteger(count) || count < 1 || count > most)
        throw new UpsError('out-of-range', { property, value: shown(told), min: 1, max: most });
    return count;
}

/** NaN: not known. */
function valueOf(property: string, told: unknown): number {
    if (told === null || told === undefined || (typeof told === 'number' && !Number.isFinite(told))) return NaN;
    const value = isNumeric(told) ? figure(told) : undefined;
    if (value === undefined) throw new UpsError('not-a-number', { property, value: shown(told) });
    return value;
}

function setIn<Q>(columns: Map<Q, Column>, quantity: Q, number: number, told: Told): void {
    const column = columns.get(quantity) ?? new Map<number, Told>();
    columns.set(quantity, column.set(number, told));
}

function valuesOf(column: Column, count: number, oldest: number): Values {
    const values = new Float64Array(count).fill(NaN);
    for (const [number, { value, at }] of column) if (number <= count && at >= oldest) values[number - 1] = value;
    return values;
}

function isNumeric(value: unknown): value is number | string {
    return typeof value === 'number' || typeof value === 'string';
}

function isObject(value: unknown): value is Record<string, unknown> {
    return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function unreadable(property: string, value: unknown): UpsError {
    return new UpsError('config-invalid', {
        property,
        value: shown(value),
        expected: said('expected.batteryReadings'),
    });
}

function tooMany(property: string, value: number, max: number): UpsError {
    return new UpsError('out-of-range', { property, value, min: 0, max });
}
