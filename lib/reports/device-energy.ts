import { columnOf } from './integrate';
import type { Range, Readings } from './sources';

/** What a counter may have counted before the first reading of a day and after its last one, ms. */
const EDGE_MS = 3_600_000;
export const DEVICE_ENERGY = 'outputEnergy';

/**
 * The energy that the device itself has counted at its output, kWh, for each of several ranges that may contain each other. What it counts between two readings
 * belongs to a range if both are in it, or no more than an hour before it: of a long gap nobody knows on which day it was.
 */
export class DeviceEnergy {
    private readonly sums = new Map<Range, number>();
    private last: { at: number; kilowattHours: number } | undefined;

    constructor(private readonly ranges: readonly Range[]) {}

    /** Pieces in order of time; each may begin with the last reading of the one before. */
    read(piece: Readings): void {
        const column = columnOf(piece, DEVICE_ENERGY);
        const [first, last] = [piece.times[0], piece.times.at(-1)];
        if (!column || first === undefined || last === undefined) return;
        const touched = this.ranges.filter(({ from, to }) => from <= last && to > first);
        for (let index = 0; index < piece.times.length; index++) {
            const at = piece.times[index]!;
            if (this.last && at <= this.last.at) continue;
            // In a bucket the counter went from its least to its greatest value.
            this.note(at, column.min?.[index], touched);
            this.note(at, column.max?.[index] ?? column.mean[index], touched);
        }
    }

    /** Undefined: the device has no such count, or it was not read twice. */
    of(range: Range): number | undefined {
        return this.sums.get(range);
    }

    private note(at: number, kilowattHours: number | undefined, ranges: readonly Range[]): void {
        if (kilowattHours === undefined) return;
        const { last } = this;
        this.last = { at, kilowattHours };
        if (!last) return;
        // A counter that goes back began anew at 0.
        const more = kilowattHours >= last.kilowattHours ? kilowattHours - last.kilowattHours : kilowattHours;
        for (const range of ranges) {
            if (at >= range.from && at < range.to && last.at >= range.from - EDGE_MS)
                this.sums.set(range, (this.sums.get(range) ?? 0) + more);
        }
    }
}
