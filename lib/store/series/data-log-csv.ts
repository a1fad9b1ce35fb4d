import { csv, isoWithZone, type CsvColumn } from '../csv';
import { valueOf } from './series-csv';
import type { SeriesColumn, SeriesInfo, SeriesStore } from './types';

interface DataRow {
    at: number;
    name: string;
    id: string;
    index: number;
    columns: Map<string, SeriesColumn>;
}

const PHASES = [1, 2, 3] as const;

/** The columns of the data log and the quantities in them. Stable: columns are only ever added at the end. */
const QUANTITIES: readonly (readonly [header: string, quantity: string])[] = [
    ['outputSource', 'outputSource'],
    ['batteryState', 'batteryState'],
    ['chargePercent', 'charge'],
    ['minutesRemaining', 'runtime'],
    ['derivedMinutesRemaining', 'estimatedRuntime'],
    ['secondsOnBattery', 'secondsOnBattery'],
    ['batteryVoltage', 'batteryVoltage'],
    ['batteryCurrent', 'batteryCurrent'],
    ['batteryTemperature', 'batteryTemperature'],
    ...PHASES.flatMap((phase) => same(`inputVoltage${phase}`, `inputFrequency${phase}`)),
    ...same('outputFrequency'),
    ...PHASES.flatMap((phase) =>
        same(`outputVoltage${phase}`, `outputCurrent${phase}`, `outputPower${phase}`, `load${phase}`),
    ),
    ...same('environmentTemperature', 'environmentHumidity', 'alarms'),
];

const COLUMNS: readonly CsvColumn<DataRow>[] = [
    { header: 'time', value: ({ at }) => isoWithZone(at) },
    { header: 'ups', value: ({ name }) => name },
    { header: 'upsId', value: ({ id }) => id },
    ...QUANTITIES.map(([header, quantity]) => ({
        header,
        value: ({ columns, index }: DataRow) => valueOf(columns.get(quantity), index),
    })),
];

/** The first look is so far back for each row that is wanted, ms; then further. */
const FIRST_LOOK_MS = 180_000;
const FARTHER = 8;

/**
 * The newest readings of UPSs as RFC 4180 text, oldest first, a line for each reading. Units: V, A, W, Hz, %, °C, minutes, seconds.
 * @param limit of lines
 */
export function dataLogCsv(
    store: Pick<SeriesStore, 'read' | 'series'>,
    { limit, sourceId }: { limit: number; sourceId?: string },
): string {
    const all = upsIn(store.series(sourceId));
    const oldest = Math.min(...all.map(({ from }) => from));
    const newest = Math.max(...all.map(({ to }) => to));
    let rows: DataRow[] = [];
    for (let look = limit * FIRST_LOOK_MS; all.length > 0; look *= FARTHER) {
        const range = { from: Math.max(newest - look, oldest), to: newest };
        rows = all.flatMap((ups) => rowsOf(store, ups, range));
        if (rows.length >= limit || newest - look <= oldest) break;
    }
    return csv(rows.sort((a, b) => a.at - b.at).slice(-limit), COLUMNS);
}

function upsIn(infos: readonly SeriesInfo[]): SeriesInfo[] {
    const wanted = new Set(QUANTITIES.map(([, quantity]) => quantity));
    const found = new Map<string, SeriesInfo>();
    for (const info of infos) if (wanted.has(info.quantity)) found.set(info.owner, info);
    return [...found.values()];
}

function rowsOf(
    store: Pick<SeriesStore, 'read'>,
    { owner: id, ownerName: name }: SeriesInfo,
    range: { from: number; to: number },
): DataRow[] {
    const quantities = QUANTITIES.map(([, quantity]) => quantity);
    const table = store.read({ owner: id, quantities, ...range, tier: 'fine' });
    const columns = new Map(table.columns.map((column) => [column.quantity, column]));
    return table.times.map((at, index) => ({ at, name, id, index, columns }));
}

function same(...names: string[]): [string, string][] {
    return names.map((name) => [name, name]);
}
