import { UpsError } from '../../core/errors';
import { said } from '../../core/language/sentence';
import { namesIn } from '../../core/names-in';
import { splitList } from '../../core/split-list';
import { Slices } from '../../core/turns';
import { inDigits, type SignificantDigits } from '../../core/units/digits';
import { csvSoon, isoWithZone, type CsvColumn } from '../csv';
import { valueOf } from './series-csv';
import type { SeriesColumn, SeriesInfo, SeriesQuery, SeriesStore, SeriesTable } from './types';

/** What a person wants to read of the history. */
export interface DataFilter {
    /** Name or id of a source; '': all. */
    source: string;
    /** Empty: all. */
    quantities: readonly string[];
    /** The last so many. */
    hours: number;
    /** At most so many times of each source. */
    points: number;
}

/** One time of one source, with its values by quantity; of quarters and hours also `<quantity>Min` and `<quantity>Max`. Times in epoch ms. */
export type DataRow = { time: number; source: string; sourceId: string } & Record<string, unknown>;

/** A table with the name of its source. */
export type NamedTable = SeriesTable & { ownerName: string };

const HOUR_MS = 3_600_000;

/**
 * The queries for a filter, one for each source. `msg.from` and `msg.to` take the place of the hours: epoch ms, a Date, or ISO 8601.
 * @param now epoch ms
 * @throws UpsError payload-unknown (a time), config-invalid (`source`, `quantities`)
 */
export function dataQueries(
    known: readonly SeriesInfo[],
    { source, quantities: asked, hours, points }: DataFilter,
    message: { from?: unknown; to?: unknown },
    now: number,
): SeriesQuery[] {
    const to = timeOf('to', message.to) ?? now;
    const from = timeOf('from', message.from) ?? to - hours * HOUR_MS;
    const meant = known.filter(({ owner, ownerName }) => !source || owner === source || ownerName === source);
    if (source && meant.length === 0) throw unknown('source', source, 'aSource', known, ({ ownerName }) => ownerName);
    const all = meant.map(({ quantity }) => quantity);
    const quantities = namesIn(asked, [...new Set(all)], splitList);
    const wrong = quantities.find((wanted) => !all.includes(wanted));
    if (wrong !== undefined && meant.length > 0) {
        throw unknown('quantities', wrong, 'aQuantity', meant, ({ quantity }) => quantity);
    }
    const owners = new Set(
        meant
            .filter(({ quantity }) => quantities.length === 0 || quantities.includes(quantity))
            .map(({ owner }) => owner),
    );
    const wanted = quantities.length > 0 ? { quantities: [...quantities] } : {};
    return [...owners].map((owner) => ({ owner, from, to, points, ...wanted }));
}

/** Reads one query after the other, in slices. */
export async function readTables(
    store: Pick<SeriesStore, 'readSoon'>,
    known: readonly SeriesInfo[],
    queries: readonly SeriesQuery[],
    slices = new Slices(),
): Promise<NamedTable[]> {
    const tables: NamedTable[] = [];
    for (const query of queries) {
        const ownerName = known.find(({ owner }) => owner === query.owner)?.ownerName ?? query.owner;
        tables.push({ ...(await store.readSoon(query, slices)), ownerName });
        await slices.breathe();
    }
    return tables;
}

/** Oldest first; of one time in the order of the sources. Made in slices. */
export async function dataRows(tables: readonly NamedTable[], slices = new Slices()): Promise<DataRow[]> {
    const rows: DataRow[] = [];
    const next = new Int32Array(tables.length);
    for (;;) {
        let oldest = -1;
        let time = Infinity;
        for (const [index, { times }] of tables.entries()) {
            const own = times[next[index]] ?? Infinity;
            if (own < time) [oldest, time] = [index, own];
        }
        if (oldest < 0) return rows;
        rows.push(rowAt(tables[oldest], next[oldest]++));
        if (slices.isOver) await slices.next();
    }
}

function rowAt({ owner, ownerName, times, columns }: NamedTable, index: number): DataRow {
    const row: DataRow = { time: times[index], source: ownerName, sourceId: owner };
    for (const column of columns) {
        put(row, column.quantity, valueOf(column, index));
        put(row, `${column.quantity}Min`, column.min?.[index]);
        put(row, `${column.quantity}Max`, column.max?.[index]);
    }
    return row;
}

/** RFC 4180, oldest first. Made in slices. @param digits those of the site */
export async function dataCsv(
    tables: readonly NamedTable[],
    digits?: SignificantDigits,
    slices = new Slices(),
): Promise<string> {
    const named = tables.flatMap(({ columns }) => columns.flatMap(namesOf));
    const columns: CsvColumn<DataRow>[] = [
        { header: 'time', value: ({ time }) => isoWithZone(time) },
        { header: 'source', value: ({ source }) => source },
        { header: 'sourceId', value: ({ sourceId }) => sourceId },
        ...[...new Set(named)].map((name) => ({ header: name, value: (row: DataRow) => shown(row[name], digits) })),
    ];
    return csvSoon(await dataRows(tables, slices), columns, slices);
}

function shown(value: unknown, digits: SignificantDigits): string | number | undefined {
    return typeof value === 'number' ? inDigits(value, digits) : (value as string | undefined);
}

function namesOf({ quantity, min }: SeriesColumn): string[] {
    return min ? [quantity, `${quantity}Min`, `${quantity}Max`] : [quantity];
}

/** What is not known is not there. */
function put(row: Record<string, unknown>, name: string, value: string | number | undefined): void {
    if (value !== undefined) row[name] = value;
}

function timeOf(name: string, value: unknown): number | undefined {
    if (value === undefined || value === null || value === '') return undefined;
    const at = value instanceof Date ? value.getTime() : typeof value === 'string' ? Date.parse(value) : value;
    if (typeof at === 'number' && Number.isFinite(at)) return at;
    throw new UpsError('payload-unknown', { value: `${name}: ${String(value)}`, expected: said('expected.instant') });
}

function unknown(
    property: string,
    value: string,
    expected: string,
    infos: readonly SeriesInfo[],
    name: (info: SeriesInfo) => string,
): UpsError {
    const known = [...new Set(infos.map(name))].join(', ') || '–';
    return new UpsError('config-invalid', { property, value, expected: said(`expected.${expected}`, { known }) });
}
