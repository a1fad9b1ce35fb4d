import { Slices } from '../../core/turns';
import { inDigits, type SignificantDigits } from '../../core/units/digits';
import { csv, csvCell, isoWithZone, LINE_END, TextPieces } from '../csv';
import type { Found, FoundColumn } from './table';
import type { SeriesColumn, SeriesInfo, SeriesQuery, Tier } from './types';
import { isSpanTier as isSpan } from './tiers';
import { windowsOf, type SeriesSteps } from './windows';

/** The table of a query as RFC 4180 text, made in slices. @param digits those of the site @returns UTF-8 in pieces */
export async function seriesCsv(
    steps: SeriesSteps,
    query: SeriesQuery,
    digits?: SignificantDigits,
    slices = new Slices(),
): Promise<Uint8Array[]> {
    const { owner, from, to, quantities, points = Infinity } = query;
    const names = quantities && new Set(quantities);
    const known = steps.series(owner, names);
    const pieces = new TextPieces();
    if (known.length === 0) {
        pieces.add(headerOf([], 'fine'));
        return pieces.take();
    }
    const { tier, together } = steps.plan({ ...query, points });
    pieces.add(headerOf(known, tier));
    for (const { query: window, groups } of windowsOf(steps, { owner, from, to, tier, together }, known)) {
        const tables: Found[] = [];
        for (const group of groups) {
            tables.push(...steps.find({ ...window, quantities: group }));
            await slices.breathe();
        }
        for (const line of linesOf(tables, known, tier, digits)) {
            pieces.add(line);
            if (slices.isOver) await slices.next();
        }
    }
    return pieces.take();
}

/** Oldest first; of a time that a table has more than once, as often as any has it. */
function* linesOf(
    tables: readonly Found[],
    known: readonly SeriesInfo[],
    tier: Tier,
    digits: SignificantDigits,
): Generator<string> {
    const next = new Int32Array(tables.length);
    const places = new Int32Array(tables.length);
    const cells = cellsOf(tables, known, tier, digits);
    const texts = new Array<string>(cells.length + 1);
    for (;;) {
        let at = Infinity;
        for (let table = 0; table < tables.length; table++) at = Math.min(at, timeAt(tables[table], next[table]));
        if (at === Infinity) return;
        for (let table = 0; table < tables.length; table++) {
            const isThere = timeAt(tables[table], next[table]) === at;
            places[table] = isThere ? tables[table].known[next[table]++] : -1;
        }
        texts[0] = isoWithZone(at * 1000);
        for (let cell = 0; cell < cells.length; cell++) {
            const { table, text } = cells[cell];
            texts[cell + 1] = table >= 0 && places[table] >= 0 ? text(places[table]) : '';
        }
        yield texts.join(',') + LINE_END;
    }
}

/** Seconds; Infinity behind the last one. */
function timeAt({ times, known }: Found, index: number): number {
    return index < known.length ? times[known[index]] : Infinity;
}

/** One column of the text. */
interface Cells {
    /** The number of the table that has its values; -1: none has. */
    table: number;
    text(place: number): string;
}

function cellsOf(
    tables: readonly Found[],
    known: readonly SeriesInfo[],
    tier: Tier,
    digits: SignificantDigits,
): Cells[] {
    const found = new Map<string, { table: number; column: FoundColumn }>();
    for (const [table, { columns }] of tables.entries()) {
        for (const column of columns) {
            const name = nameOf(column.series);
            if (!found.has(name)) found.set(name, { table, column });
        }
    }
    return [...namesOf(known)].flatMap(([name, { kind }]): Cells[] => {
        const { table, column } = found.get(name) ?? { table: -1, column: undefined };
        const count = kind === 'state' || !isSpan(tier) ? 1 : 3;
        if (!column) return Array.from({ length: count }, () => ({ table, text: () => '' }));
        const { mean, min, max } = column.spans;
        if (count === 3) return [mean, min, max].map((values) => ({ table, text: numbers(column, values, digits) }));
        return [{ table, text: kind === 'state' ? states(column) : numbers(column, mean, digits) }];
    });
}

function numbers(
    { series }: FoundColumn,
    values: Float64Array = new Float64Array(),
    digits: SignificantDigits,
): Cells['text'] {
    const scale = 10 ** series.decimals;
    const isKnown = (place: number) => place < values.length && !Number.isNaN(values[place]);
    return (place) => (isKnown(place) ? String(inDigits(values[place] / scale, digits)) : '');
}

function states({ series, spans: { mean } }: FoundColumn): Cells['text'] {
    return (place) => (Number.isNaN(mean[place]) ? '' : csvCell(series.states[mean[place]] ?? mean[place]));
}

function headerOf(known: readonly SeriesInfo[], tier: Tier): string {
    const titles = [...namesOf(known)].flatMap(([name, { kind }]) =>
        kind === 'state' || !isSpan(tier) ? [name] : [name, `${name} min`, `${name} max`],
    );
    return csv(
        [],
        ['time', ...titles].map((header) => ({ header, value: () => undefined })),
    );
}

function namesOf(known: readonly SeriesInfo[]): Map<string, SeriesInfo> {
    return new Map(known.map((info) => [nameOf(info), info]));
}

function nameOf({ quantity, unit }: { quantity: string; unit: string }): string {
    return unit ? `${quantity} (${unit})` : quantity;
}

/** The number or the name of the state. */
export function valueOf(column: SeriesColumn | undefined, index: number): string | number | undefined {
    const value = column?.mean[index];
    if (value === undefined || column?.kind !== 'state') return value;
    return column.states?.[value] ?? value;
}

/** The same with the significant digits of a site. */
export function shownValue(
    column: SeriesColumn | undefined,
    index: number,
    digits: SignificantDigits,
): string | number | undefined {
    const value = valueOf(column, index);
    return typeof value === 'number' && column?.kind !== 'state' ? inDigits(value, digits) : value;
}
