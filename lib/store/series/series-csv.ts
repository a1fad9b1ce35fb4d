import { inDigits, type SignificantDigits } from '../../core/units/digits';
import { csv, csvRows, isoWithZone, turn, type CsvColumn } from '../csv';
import type { QueryPlan } from './query';
import { DAY, HOUR } from './tiers';
import type { SeriesColumn, SeriesInfo, SeriesQuery, SeriesStore, SeriesTable, Tier } from './types';

interface Reading extends Pick<SeriesStore, 'read' | 'series'> {
    plan(query: SeriesQuery): QueryPlan;
}

/** Read in one step: days of samples, a block of quarters or hours. */
const WINDOW: Readonly<Record<Tier, number>> = { fine: DAY, recording: HOUR, quarter: 7 * DAY, hour: 30 * DAY };
/** Values that are read, and that are written as text, in one step of some milliseconds. */
const READ_AT_ONCE = 16_000;
const WRITTEN_AT_ONCE = 2000;

/** One time, with its place in each of the tables that were read. */
interface Row {
    at: number;
    places: Int32Array;
}

/**
 * The table of a query as RFC 4180 text, made in slices with a turn of the event loop between them.
 * @param digits those of the site
 */
export async function seriesCsv(store: Reading, query: SeriesQuery, digits?: SignificantDigits): Promise<string> {
    const known = store.series(query.owner).filter(({ quantity }) => query.quantities?.includes(quantity) ?? true);
    if (known.length === 0)
        return csv(
            [],
            columnsOf([], 'fine', digits, () => undefined),
        );
    const plan = store.plan({ ...query, points: query.points ?? Infinity });
    const { tier, together } = plan;
    const from = Math.max(query.from, Math.min(...known.map((info) => info.from)));
    const to = Math.min(query.to, Math.max(...known.map((info) => info.to)));
    const step = windowMs(tier, together);
    const pieces = [
        csv(
            [],
            columnsOf(known, tier, digits, () => undefined),
        ),
    ];
    for (let begin = from; begin <= to; begin = (Math.floor(begin / step) + 1) * step) {
        const end = Math.min(to, (Math.floor(begin / step) + 1) * step - 1);
        const rows = (plan.rows * Math.min(1, (end - begin + 1) / Math.max(1, to - from))) | 0;
        const tables: SeriesTable[] = [];
        for (const quantities of groups(known, Math.max(1, Math.floor(READ_AT_ONCE / Math.max(1, rows))))) {
            tables.push(store.read({ owner: query.owner, quantities, from: begin, to: end, tier, together }));
            await turn();
        }
        const columns = columnsOf(known, tier, digits, (name) => placeOf(tables, name));
        const all = rowsOf(tables);
        const most = Math.max(1, Math.floor(WRITTEN_AT_ONCE / columns.length));
        for (let done = 0; done < all.length; done += most) {
            pieces.push(csvRows(all.slice(done, done + most), columns));
            await turn();
        }
    }
    return pieces.join('');
}

/** Windows begin at multiples of it since 1970, so that spans that are put together are whole. */
function windowMs(tier: Tier, together: number): number {
    const span = HOUR * together;
    const seconds = tier === 'hour' ? Math.ceil(WINDOW.hour / span) * span : WINDOW[tier];
    return seconds * 1000;
}

function groups(known: readonly SeriesInfo[], size: number): string[][] {
    const names = [...new Set(known.map(({ quantity }) => quantity))];
    return Array.from({ length: Math.ceil(names.length / size) }, (_, n) => names.slice(n * size, (n + 1) * size));
}

/** All times, ascending; of one that a table has more than once, as often as any has it. */
function rowsOf(tables: readonly SeriesTable[]): Row[] {
    const next = new Int32Array(tables.length);
    const rows: Row[] = [];
    for (;;) {
        const at = Math.min(...tables.map(({ times }, table) => times[next[table]] ?? Infinity));
        if (at === Infinity) return rows;
        const places = new Int32Array(tables.length);
        tables.forEach(({ times }, table) => (places[table] = times[next[table]] === at ? next[table]++ : -1));
        rows.push({ at, places });
    }
}

interface Place {
    table: number;
    column: SeriesColumn;
}

function placeOf(tables: readonly SeriesTable[], name: string): Place | undefined {
    for (const [table, { columns }] of tables.entries()) {
        const column = columns.find((each) => nameOf(each) === name);
        if (column) return { table, column };
    }
    return undefined;
}

function nameOf({ quantity, unit }: { quantity: string; unit: string }): string {
    return unit ? `${quantity} (${unit})` : quantity;
}

function columnsOf(
    known: readonly SeriesInfo[],
    tier: Tier,
    digits: SignificantDigits,
    find: (name: string) => Place | undefined,
): CsvColumn<Row>[] {
    const names = new Map(known.map((info) => [nameOf(info), info]));
    return [
        { header: 'time', value: ({ at }) => isoWithZone(at) },
        ...[...names].flatMap(([name, { kind }]): CsvColumn<Row>[] => {
            const place = find(name);
            const value = (of: (column: SeriesColumn, index: number) => string | number | undefined) => (row: Row) =>
                place && row.places[place.table] >= 0 ? of(place.column, row.places[place.table]) : undefined;
            const shown = (number: number | undefined) => (number === undefined ? undefined : inDigits(number, digits));
            const mean: CsvColumn<Row> = {
                header: name,
                value: value((column, index) => shownValue(column, index, digits)),
            };
            if (kind === 'state' || (tier !== 'quarter' && tier !== 'hour')) return [mean];
            return [
                mean,
                { header: `${name} min`, value: value(({ min }, index) => shown(min?.[index])) },
                { header: `${name} max`, value: value(({ max }, index) => shown(max?.[index])) },
            ];
        }),
    ];
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
