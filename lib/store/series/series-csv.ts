import { csv, isoWithZone, type CsvColumn } from '../csv';
import { DAY } from './tiers';
import type { SeriesColumn, SeriesInfo, SeriesQuery, SeriesStore, SeriesTable } from './types';

type Reading = Pick<SeriesStore, 'read' | 'series'>;

interface Row {
    table: SeriesTable;
    index: number;
    columns: Map<string, SeriesColumn>;
}

/** Days of samples, or months of quarters and hours, that are read in one step. */
const DAYS_AT_ONCE = { fine: 1, recording: 1, quarter: 30, hour: 120 } as const;

/** The table of a query as RFC 4180 text, made in slices with a turn of the event loop between them. */
export async function seriesCsv(store: Reading, query: SeriesQuery): Promise<string> {
    const known = store.series(query.owner).filter(({ quantity }) => query.quantities?.includes(quantity) ?? true);
    const points = query.points ?? Infinity;
    // One quantity is enough to see which tier it is.
    const { tier, gapMs } = store.read({
        ...query,
        points,
        quantities: known.slice(0, 1).map((info) => info.quantity),
    });
    const columns = columnsOf(known, tier);
    const pieces = [csv([], columns)];
    const from = Math.max(query.from, Math.min(...known.map((info) => info.from)));
    const to = Math.min(query.to, Math.max(...known.map((info) => info.to)));
    const merged = gapMs > 1500 * 3600;
    const step = merged ? Infinity : DAYS_AT_ONCE[tier] * DAY * 1000;
    for (let begin = from; begin <= to; begin += step) {
        const end = Math.min(to, begin + step - 1);
        const part = merged ? { ...query, points } : { ...query, from: begin, to: end, tier };
        pieces.push(withoutHeader(csv(rowsOf(store.read(part)), columns)));
        await new Promise((resolve) => setImmediate(resolve));
    }
    return pieces.join('');
}

function withoutHeader(text: string): string {
    return text.slice(text.indexOf('\r\n') + 2);
}

function rowsOf(table: SeriesTable): Row[] {
    const columns = new Map(table.columns.map((column) => [nameOf(column), column]));
    return table.times.map((_, index) => ({ table, index, columns }));
}

function nameOf({ quantity, unit }: { quantity: string; unit: string }): string {
    return unit ? `${quantity} (${unit})` : quantity;
}

function columnsOf(known: readonly SeriesInfo[], tier: SeriesTable['tier']): CsvColumn<Row>[] {
    const names = new Map(known.map((info) => [nameOf(info), info]));
    return [
        { header: 'time', value: ({ table, index }) => isoWithZone(table.times[index]) },
        ...[...names].flatMap(([name, { kind }]): CsvColumn<Row>[] => {
            const mean: CsvColumn<Row> = {
                header: name,
                value: ({ columns, index }) => valueOf(columns.get(name), index),
            };
            if (kind === 'state' || (tier !== 'quarter' && tier !== 'hour')) return [mean];
            return [
                mean,
                { header: `${name} min`, value: ({ columns, index }) => columns.get(name)?.min?.[index] },
                { header: `${name} max`, value: ({ columns, index }) => columns.get(name)?.max?.[index] },
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
