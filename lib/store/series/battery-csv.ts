import { BLOCK_UNITS, STRING_UNITS, type BlockQuantity } from '../../core/batteries/model';
import { Slices } from '../../core/turns';
import { inDigits, type SignificantDigits } from '../../core/units/digits';
import { isoWithZone, LINE_END, TextPieces } from '../csv';
import { blockQuantity } from './battery-sampler';
import type { Curve } from './discharge-codec';
import type { DischargeHistory, SeriesStore, Tier } from './types';

/** What is written of the history of a battery. */
export interface BatteryCsvQuery {
    /** Node id of the battery. */
    owner: string;
    quantity: BlockQuantity;
    /** From 1. */
    modules: readonly number[];
    /** Epoch ms, both inclusive. */
    from: number;
    to: number;
    /** Default: the finest that reaches back to `from`. */
    tier?: Tier;
}

/**
 * One quantity of some blocks as RFC 4180 text: a line for each time, a column for each block (of hours and days three: mean, lowest, highest). Made in
 * slices.
 * @param digits those of the site
 * @returns UTF-8 in pieces
 */
export function batteryCsv(
    series: Pick<SeriesStore, 'csv'>,
    { owner, quantity, modules, from, to, tier }: BatteryCsvQuery,
    digits?: SignificantDigits,
    slices?: Slices,
): Promise<Uint8Array[]> {
    const quantities = modules.map((module) => blockQuantity(quantity, module));
    return series.csv({ owner, quantities, from, to, ...(tier && { tier }) }, digits, slices);
}

const COLUMNS: readonly (readonly [curve: Curve, name: string, unit: string])[] = [
    ['voltage', 'voltage', BLOCK_UNITS.voltage],
    ['temperature', 'temperature', BLOCK_UNITS.temperature],
    ['current', 'string-current', STRING_UNITS.current],
];

/**
 * The curves of a discharge as RFC 4180 text: a line for each reading, with its time, the seconds since the onset, its phase, and the values of all
 * modules and strings. Made in slices.
 * @param digits those of the site
 * @returns UTF-8 in pieces
 */
export async function dischargeCsv(
    history: DischargeHistory,
    digits?: SignificantDigits,
    slices = new Slices(),
): Promise<Uint8Array[]> {
    const { record, atMs, phases } = history;
    const pieces = new TextPieces();
    const columns = COLUMNS.flatMap(([curve, name, unit]) =>
        history[curve].map((values, i) => ({ title: `${name}.${i + 1} (${unit})`, values })),
    );
    pieces.add(['time', 'seconds (s)', 'phase', ...columns.map(({ title }) => title)].join(',') + LINE_END);
    for (let row = 0; row < atMs.length; row++) {
        const at = atMs[row]!;
        const values = columns.map((column) => {
            const value = column.values[row]!;
            return Number.isNaN(value) ? '' : String(inDigits(value, digits));
        });
        pieces.add([isoWithZone(record.onset + at), String(at / 1000), phases[row], ...values].join(',') + LINE_END);
        if (slices.isOver) await slices.next();
    }
    return pieces.take();
}
