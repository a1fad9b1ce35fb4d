import { meantUnit } from './plain-units';

/** What a unit measures, and how it becomes the first unit of its quantity: times `factor`, then plus `offset`. */
interface Measure {
    quantity: string;
    factor: number;
    offset?: number;
}

const SECONDS = { s: 1, min: 60, h: 3600, d: 86_400 };

/** By the units of `meantUnit`. Active, apparent and reactive power are three quantities: what a load draws cannot be told from its VA. */
const MEASURES: Readonly<Record<string, Measure>> = {
    V: { quantity: 'voltage', factor: 1 },
    A: { quantity: 'current', factor: 1 },
    W: { quantity: 'power', factor: 1 },
    VA: { quantity: 'apparent power', factor: 1 },
    var: { quantity: 'reactive power', factor: 1 },
    Hz: { quantity: 'frequency', factor: 1 },
    '%': { quantity: 'share', factor: 1 },
    '°C': { quantity: 'temperature', factor: 1 },
    '°F': { quantity: 'temperature', factor: 5 / 9, offset: -160 / 9 },
    K: { quantity: 'temperature', factor: 1, offset: -273.15 },
    ...Object.fromEntries(Object.entries(SECONDS).map(([unit, factor]) => [unit, { quantity: 'time', factor }])),
    Ah: { quantity: 'charge', factor: 1 },
    Wh: { quantity: 'energy', factor: 1 },
    Ω: { quantity: 'resistance', factor: 1 },
};

/** So many significant digits leave out what binary fractions add. */
const SIGNIFICANT = 12;

/** The measure of one of a unit; undefined: the unit is not known. */
function measureOf(unit: string): Measure | undefined {
    const meant = meantUnit(unit);
    if (!meant) return undefined;
    const { quantity, factor, offset } = MEASURES[meant.unit]!;
    return { quantity, factor: factor * meant.scale, offset };
}

/** Whether a text is a unit that can be converted. */
export function isKnownUnit(unit: string): boolean {
    return measureOf(unit) !== undefined;
}

/**
 * Whether two texts mean one unit, however they are written: `V` and `Volts`, `°C` and `C`. `mV` is another one than `V`. Units that are not known
 * have to be the same text.
 */
export function isSameUnit(one: string, other: string): boolean {
    return one === other || signOf(one) === signOf(other);
}

function signOf(unit: string): string {
    const meant = meantUnit(unit);
    return meant ? `${meant.scale} ${meant.unit}` : unit.replace(/[\s°]/g, '');
}

/** Whether a value in the one unit can be told in the other: `°F` and `°C`, `mV` and `V`, `min` and `s`. */
export function isSameQuantity(one: string, other: string): boolean {
    if (isSameUnit(one, other)) return true;
    const quantity = measureOf(one)?.quantity;
    return quantity !== undefined && quantity === measureOf(other)?.quantity;
}

/** A value in another unit of the same quantity; undefined: the units are of different quantities, or one is not known. */
export function inUnit(value: number, from: string, to: string): number | undefined {
    if (isSameUnit(from, to)) return value;
    const [its, wanted] = [measureOf(from), measureOf(to)];
    if (!its || its.quantity !== wanted?.quantity) return undefined;
    const base = value * its.factor + (its.offset ?? 0);
    return Number(((base - (wanted.offset ?? 0)) / wanted.factor).toPrecision(SIGNIFICANT));
}
