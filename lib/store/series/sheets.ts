import { encodeSheet } from './sheet-codec';
import { decimalsOf, scaleAll, type Owner, type Part, type SeriesDatabase, type SheetPlace } from './series-database';
import type { NumberedValues } from './types';

/** Numbers of one quantity that are packed together: so many take a few milliseconds, and a chart of 512 reads few rows. */
export const NUMBERS_IN_PART = 32;

/** The parts of an owner's numbered quantities, by quantity, unit and tier; the first has numbers 1 to 32. */
const numbered = new WeakMap<Owner, Map<string, Part[]>>();

/** Adds one sample of numbered values as one row; call it in a transaction. @param at seconds */
export function insertNumbered(
    database: SeriesDatabase,
    owner: Owner,
    tier: SheetPlace['tier'],
    at: number,
    values: readonly NumberedValues[],
): void {
    const groups: Float64Array[] = [];
    for (const each of values) addGroups(database, owner, tier, each, groups);
    const sheet = owner.sheets.get(tier);
    if (sheet !== undefined && groups.length > 0) database.insertRow(sheet, tier, at, encodeSheet(groups));
}

/** Puts the values into `groups`, by their places in the sheet. Where nothing is known nothing is sampled. */
function addGroups(
    database: SeriesDatabase,
    owner: Owner,
    tier: SheetPlace['tier'],
    given: NumberedValues,
    groups: Float64Array[],
): void {
    const { values, unit } = given;
    const scale = 10 ** decimalsOf(unit);
    const parts = partsOf(owner, tier, given);
    for (let first = 0, n = 0; first < values.length; first += NUMBERS_IN_PART, n++) {
        const scaled = values.slice(first, first + NUMBERS_IN_PART);
        if (!scaleAll(scaled, scale)) continue;
        const part = (parts[n] ??= addPart(database, owner, tier));
        while (part.series.length < scaled.length) {
            const column = part.series.length + 1;
            const quantity = `${given.quantity}.${first + column}`;
            const decimals = decimalsOf(unit);
            part.series.push(database.addSeries(part.id, column, { quantity, unit }, 'number', decimals));
        }
        groups[part.sheet!.place] = scaled;
    }
}

function addPart(database: SeriesDatabase, owner: Owner, tier: SheetPlace['tier']): Part {
    const id = owner.sheets.get(tier) ?? database.addSheet(owner, tier);
    const place = owner.parts.filter(({ sheet }) => sheet?.id === id).length;
    return database.addPart(owner, { id, place, tier });
}

function partsOf(owner: Owner, tier: SheetPlace['tier'], { quantity, unit }: NumberedValues): (Part | undefined)[] {
    let known = numbered.get(owner);
    if (!known) numbered.set(owner, (known = knownParts(owner)));
    const key = keyOf(tier, quantity, unit);
    const parts = known.get(key) ?? [];
    known.set(key, parts);
    return parts;
}

function knownParts({ parts }: Owner): Map<string, Part[]> {
    const known = new Map<string, Part[]>();
    for (const part of parts) {
        const [first] = part.series;
        const name = first && nameOf(first.quantity);
        if (!part.sheet || !name) continue;
        const key = keyOf(part.sheet.tier, name.quantity, first.unit);
        const list = known.get(key) ?? [];
        list[Math.floor((name.number - 1) / NUMBERS_IN_PART)] = part;
        known.set(key, list);
    }
    return known;
}

/** A quantity such as `voltage.17` in two. */
export function nameOf(name: string): { quantity: string; number: number } | undefined {
    const dot = name.lastIndexOf('.');
    const number = Number(name.slice(dot + 1));
    return dot > 0 && Number.isInteger(number) && number > 0 ? { quantity: name.slice(0, dot), number } : undefined;
}

function keyOf(tier: string, quantity: string, unit: string): string {
    return `${tier} ${quantity} ${unit}`;
}

/** The samples of a row as they were given. */
export function numberedIn(
    parts: readonly Part[],
    read: (part: Part, take: (column: number, value: number) => void) => boolean,
): NumberedValues[] {
    const found = new Map<string, NumberedValues & { list: number[] }>();
    for (const part of parts) {
        const [first] = part.series;
        const name = first && nameOf(first.quantity);
        if (!name) continue;
        const key = `${name.quantity} ${first.unit}`;
        const known = found.get(key) ?? { ...name, unit: first.unit, values: new Float64Array(), list: [] };
        read(part, (column, value) => (known.list[name.number + column - 2] = value / 10 ** first.decimals));
        found.set(key, known);
    }
    return [...found.values()].map(({ quantity, unit, list }) => ({
        quantity,
        unit,
        values: Float64Array.from(list, (value: number | undefined) => value ?? NaN),
    }));
}
