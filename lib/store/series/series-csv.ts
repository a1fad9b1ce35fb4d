import { Slices } from '../../core/turns';
import { csv, csvCell, isoWithZone, LINE_END, TextPieces } from '../csv';
import type { QueryPlan } from './query';
import type { Found, FoundColumn } from './table';
import { DAY, HOUR } from './tiers';
import type { SeriesColumn, SeriesInfo, SeriesQuery, SeriesStore, Tier } from './types';

interface Reading extends Pick<SeriesStore, 'series'> {
    find(query: SeriesQuery): Found[];
    plan(query: SeriesQuery): QueryPlan;
    /** About so many rows the answer to a query with a tier has. */
    rows(query: SeriesQuery): number;
}

/** Read in one step: days of samples, a block of quarters or hours. */
const WINDOW: Readonly<Record<Tier, number>> = { fine: DAY, recording: HOUR, quarter: 7 * DAY, hour: 30 * DAY };
/** Values that are read in one step of one or two milliseconds. */
const READ_AT_ONCE = 10_000;

/** The table of a query as RFC 4180 text, made in slices. @returns UTF-8 in pieces */
export async function seriesCsv(store: Reading, query: SeriesQuery, slices = new Slices()): Promise<Uint8Array[]> {
    const known = store.series(query.owner).filter(({ quantity }) => query.quantities?.includes(quantity) ?? true);
    if (known.length === 0) return [Buffer.from(headerOf([], 'fine'))];
    const { tier, together } = store.plan({ ...query, points: query.points ?? Infinity });
    const from = Math.max(query.from, Math.min(...known.map((info) => info.from)));
    const to = Math.min(query.to, Math.max(...known.map((info) => info.to)));
    const step = windowMs(tier, together);
    const pieces = new TextPieces();
    pieces.add(headerOf(known, tier));
    for (let begin = from; begin <= to; begin = (Math.floor(begin / step) + 1) * step) {
        const window = { from: begin, to: Math.min(to, (Math.floor(begin / step) + 1) * step - 1), tier, together };
        const values = store.rows({ owner: query.owner, ...window }) * together * (isSpan(tier) ? 3 : 1);
        const tables: Found[] = [];
        for (const quantities of groupsOf(known, values)) {
            tables.push(...store.find({ owner: query.owner, quantities, ...window }));
            if (slices.isOver) await slices.next();
        }
        for (const line of linesOf(tables, known, tier)) {
            pieces.add(line);
            if (slices.isOver) await slices.next();
        }
    }
    return pieces.take();
}

/** Windows begin at multiples of it since 1970, so that spans that are put together are whole. */
function windowMs(tier: Tier, together: number): number {
    const span = HOUR * together;
    const seconds = tier === 'hour' ? Math.ceil(WINDOW.hour / span) * span : WINDOW[tier];
    return seconds * 1000;
}

/** So many quantities at once as can be read in one step. @param values of each */
function groupsOf(known: readonly SeriesInfo[], values: number): string[][] {
    const names = [...new Set(known.map(({ quantity }) => quantity))];
    const size = Math.max(1, Math.floor(READ_AT_ONCE / Math.max(1, values)));
    return Array.from({ length: Math.ceil(names.length / size) }, (_, n) => names.slice(n * size, (n + 1) * size));
}

const isSpan = (tier: Tier) => tier === 'quarter' || tier === 'hour';

/** Oldest first; of a time that a table has more than once, as often as any has it. */
function* linesOf(tables: readonly Found[], known: readonly SeriesInfo[], tier: Tier): Generator<string> {
    const next = new Int32Array(tables.length);
    const places = new Int32Array(tables.length);
    const cells = cellsOf(tables, known, tier);
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

function cellsOf(tables: readonly Found[], known: readonly SeriesInfo[], tier: Tier): Cells[] {
    const isNamed = (name: string) => (column: FoundColumn) => nameOf(column.series) === name;
    return [...namesOf(known)].flatMap(([name, { kind }]): Cells[] => {
        const table = tables.findIndex(({ columns }) => columns.some(isNamed(name)));
        const column = tables[table]?.columns.find(isNamed(name));
        const count = kind === 'state' || !isSpan(tier) ? 1 : 3;
        if (!column) return Array.from({ length: count }, () => ({ table, text: () => '' }));
        const { mean, min, max } = column.spans;
        if (count === 3) return [mean, min, max].map((values) => ({ table, text: numbers(column, values) }));
        return [{ table, text: kind === 'state' ? states(column) : numbers(column, mean) }];
    });
}

function numbers({ series }: FoundColumn, values: Float64Array = new Float64Array()): Cells['text'] {
    const scale = 10 ** series.decimals;
    return (place) => (place < values.length && !Number.isNaN(values[place]) ? String(values[place] / scale) : '');
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
