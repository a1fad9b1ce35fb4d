import type { Slices } from '../core/turns';
import type { Range, Readings, ReadingsColumn, ReportSources } from './sources';

const DAY_MS = 86_400_000;

/**
 * Reads a long range day by day, in slices. Each piece begins with the last sample of the one before, so that the
 * line across midnight is in it. The first piece begins, and the last one ends, a day outside of the range, for the same reason.
 */
export async function* walk(
    sources: ReportSources,
    owner: string,
    quantities: readonly string[],
    range: Range,
    slices: Slices,
): AsyncGenerator<Readings> {
    let before: Readings | undefined;
    for (let from = range.from - DAY_MS; from < range.to + DAY_MS; from += DAY_MS) {
        // The range of a query includes both of its ends.
        const to = Math.min(from + DAY_MS, range.to + DAY_MS) - 1;
        const piece = await sources.readings({ owner, quantities, from, to, detail: 'fine' }, slices);
        await slices.breathe();
        if (piece.times.length > 0) {
            yield before ? after(before, piece) : piece;
            before = piece;
        }
        await slices.breathe();
    }
}

/** `piece` with the last sample of the piece before it, unless samples stand for buckets. */
function after(before: Readings, piece: Readings): Readings {
    if (piece.bucketMs !== undefined || before.bucketMs !== undefined) return piece;
    const last = before.times.length - 1;
    const names = new Set([...before.columns, ...piece.columns].map(({ quantity }) => quantity));
    const columns = [...names].map((name): ReadingsColumn => {
        const former = before.columns.find(({ quantity }) => quantity === name);
        const next = piece.columns.find(({ quantity }) => quantity === name);
        const values = next?.mean ?? new Array<undefined>(piece.times.length).fill(undefined);
        return { ...(next ?? former)!, min: undefined, max: undefined, mean: [former?.mean[last], ...values] };
    });
    return { ...piece, times: [before.times[last]!, ...piece.times], columns };
}

/** Counts how often a counter of a device went up. A counter that goes back began anew at 0. */
export class CounterReader {
    private last: number | undefined;
    /** Undefined until the counter was seen twice. */
    amount: number | undefined;

    /** Samples in order of time; a sample at or before the one before is skipped. */
    read(value: number | undefined): void {
        if (value === undefined) return;
        if (this.last !== undefined) {
            this.amount = (this.amount ?? 0) + (value >= this.last ? value - this.last : value);
        }
        this.last = value;
    }
}
