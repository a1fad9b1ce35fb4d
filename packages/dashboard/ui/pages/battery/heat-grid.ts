import type { Table } from '../data/tables';
import type { TimeRange } from '../data/time-range';

/** One quantity of blocks over time: `cells[row * columns + column]`, NaN: not known. */
export interface HeatGrid {
    columns: number;
    /** Modules, from the first. */
    rows: number;
    cells: Float64Array;
}

const OWN = /\.(\d+)$/;

/**
 * Each cell has the last value of its time, or else that of the sample before, unless a gap lies between.
 * @param tables of `<quantity>.<module>`, each of some of the blocks
 */
export function heatGrid(tables: readonly Table[], { from, to }: TimeRange, columns: number, rows: number): HeatGrid {
    const cells = new Float64Array(columns * rows).fill(NaN);
    for (const { times, gapMs, columns: quantities } of tables) {
        const sampleAt = samplesOf(times, gapMs, { from, to }, columns);
        for (const { quantity, mean } of quantities) {
            const row = Number(OWN.exec(quantity)?.[1]) - 1;
            if (!(row >= 0 && row < rows)) continue;
            for (let column = 0; column < columns; column++) {
                const value = mean[sampleAt[column]!];
                if (typeof value === 'number') cells[row * columns + column] = value;
            }
        }
    }
    return { columns, rows, cells };
}

/** The moment of a column, in its middle. */
export function momentOfColumn({ from, to }: TimeRange, columns: number, column: number): number {
    return from + ((to - from) * (column + 0.5)) / columns;
}

/** For each column the sample that it shows; -1: none. */
function samplesOf(times: readonly number[], gapMs: number, range: TimeRange, columns: number): Int32Array {
    const found = new Int32Array(columns).fill(-1);
    const half = (range.to - range.from) / columns / 2;
    let sample = -1;
    for (let column = 0; column < columns; column++) {
        const middle = momentOfColumn(range, columns, column);
        while (sample + 1 < times.length && times[sample + 1]! < middle + half) sample++;
        if (sample >= 0 && middle - times[sample]! <= Math.max(gapMs, half)) found[column] = sample;
    }
    return found;
}

/** The span of colours: one of a hundred may be beyond it at each end, so that a single fault does not hide all else. Undefined: nothing is known. */
export function spanOf(cells: Float64Array): { from: number; to: number } | undefined {
    const known = cells.filter((value) => !Number.isNaN(value)).sort();
    if (known.length === 0) return undefined;
    const at = (part: number) => known[Math.round(part * (known.length - 1))]!;
    const [from, to] = [at(0.01), at(0.99)];
    const least = Math.max(Math.abs(to) * 0.005, 1e-3);
    const room = Math.max(0, least - (to - from)) / 2;
    return { from: from - room, to: to + room };
}

/** Viridis, which the colour-blind and printers can read too: from low to high. */
export const COLOURS: readonly (readonly [number, number, number])[] = [
    [68, 1, 84],
    [59, 82, 139],
    [33, 145, 140],
    [94, 201, 98],
    [253, 231, 37],
];

/** @param part 0 … 1 */
export function colourAt(part: number): [number, number, number] {
    const place = Math.min(1, Math.max(0, part)) * (COLOURS.length - 1);
    const index = Math.min(COLOURS.length - 2, Math.floor(place));
    const [one, other] = [COLOURS[index]!, COLOURS[index + 1]!];
    const mix = (n: 0 | 1 | 2) => Math.round(one[n] + (other[n] - one[n]) * (place - index));
    return [mix(0), mix(1), mix(2)];
}
