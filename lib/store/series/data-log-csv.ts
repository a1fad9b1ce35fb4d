import { csv, isoWithZone, type CsvColumn } from '../csv';
import type { SignificantDigits } from '../../core/units/digits';
import { shownValue } from './series-csv';
import { CHANNEL_QUANTITY } from './status-samples';
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
    ...same('dcInputVoltage', 'dcOutputVoltage', 'dcOutputCurrent', 'dcTemperature'),
];

/** Behind the stable columns those of the channels, each with its unit. */
function columnsOf(channels: readonly Named[], digits: SignificantDigits): CsvColumn<DataRow>[] {
    const fixed = QUANTITIES.map(([header, quantity]): Named & { header: string } => ({ header, quantity }));
    return [
        { header: 'time', value: ({ at }) => isoWithZone(at) },
        { header: 'ups', value: ({ name }) => name },
        { header: 'upsId', value: ({ id }) => id },
        ...[...fixed, ...channels.map((channel) => ({ ...channel, header: titleOf(channel) }))].map((column) => ({
            header: column.header,
            value: ({ columns, index }: DataRow) => shownValue(columns.get(keyOf(column)), index, digits),
        })),
    ];
}

interface Named {
    quantity: string;
    /** Of a channel: two devices may tell one name in two units. */
    unit?: string;
}

const isChannel = ({ quantity }: Named) => quantity.startsWith(CHANNEL_QUANTITY);
const keyOf = ({ quantity, unit }: Named) => (isChannel({ quantity }) ? titleOf({ quantity, unit }) : quantity);
const titleOf = ({ quantity, unit }: Named) => (unit ? `${quantity} (${unit})` : quantity);

/** The first look is so far back for each row that is wanted, ms; then further. */
const FIRST_LOOK_MS = 180_000;
const FARTHER = 8;

/**
 * The newest readings of UPSs as RFC 4180 text, oldest first, a line for each reading. Units: V, A, W, Hz, %, °C, minutes, seconds.
 * @param limit of lines
 * @param digits those of the site
 */
export function dataLogCsv(
    store: Pick<SeriesStore, 'read' | 'series'>,
    { limit, sourceId, digits }: { limit: number; sourceId?: string; digits?: SignificantDigits },
): string {
    const known = store.series(sourceId);
    const all = upsIn(known);
    const channels = [...new Map(known.filter(isChannel).map((info) => [keyOf(info), info])).values()];
    const oldest = Math.min(...all.map(({ from }) => from));
    const newest = Math.max(...all.map(({ to }) => to));
    let rows: DataRow[] = [];
    for (let look = limit * FIRST_LOOK_MS; all.length > 0; look *= FARTHER) {
        const range = { from: Math.max(newest - look, oldest), to: newest };
        rows = all.flatMap((ups) => rowsOf(store, ups, channels, range));
        if (rows.length >= limit || newest - look <= oldest) break;
    }
    return csv(rows.sort((a, b) => a.at - b.at).slice(-limit), columnsOf(channels, digits));
}

function upsIn(infos: readonly SeriesInfo[]): SeriesInfo[] {
    const wanted = new Set(QUANTITIES.map(([, quantity]) => quantity));
    const found = new Map<string, SeriesInfo>();
    for (const info of infos) if (wanted.has(info.quantity) || isChannel(info)) found.set(info.owner, info);
    return [...found.values()];
}

function rowsOf(
    store: Pick<SeriesStore, 'read'>,
    { owner: id, ownerName: name }: SeriesInfo,
    channels: readonly Named[],
    range: { from: number; to: number },
): DataRow[] {
    const named = [...QUANTITIES.map(([, quantity]) => quantity), ...channels.map(({ quantity }) => quantity)];
    const quantities = [...new Set(named)];
    const table = store.read({ owner: id, quantities, ...range, tier: 'fine' });
    const columns = new Map(table.columns.map((column) => [keyOf(column), column]));
    return table.times.map((at, index) => ({ at, name, id, index, columns }));
}

function same(...names: string[]): [string, string][] {
    return names.map((name) => [name, name]);
}
