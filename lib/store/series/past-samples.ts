import type { Sample, SeriesOwner, SeriesStore, SeriesTable } from './types';

/** What was measured at a time in the past. */
export interface PastSamples {
    /** Epoch ms. */
    at: number;
    samples: readonly Sample[];
}

/** So many rows are kept before others have their turn. */
const SLICE = 100;
/** And rows at most so far apart, ms: of the history between them, all is read. A clock that jumps by years must not read years each time. */
const LONGEST_SLICE = 5 * 24 * 3600_000;

/**
 * Keeps samples that have times of their own, such as the rows of a device's log, the oldest first. What the history has already is not kept again, so that a
 * process may do it once more after it was killed. Resolves when all is on the disk.
 */
export async function keepPast(
    series: Pick<SeriesStore, 'sample' | 'read' | 'flush'>,
    owner: SeriesOwner,
    rows: readonly PastSamples[],
): Promise<void> {
    for (const slice of slicesOf(rows)) {
        keepSlice(series, owner, slice);
        await new Promise<void>((resolve) => setImmediate(resolve));
    }
    await series.flush();
}

function* slicesOf(rows: readonly PastSamples[]): Generator<readonly PastSamples[]> {
    let [begin, from, to] = [0, Infinity, -Infinity];
    for (const [index, { at }] of rows.entries()) {
        [from, to] = [Math.min(from, at), Math.max(to, at)];
        if (index - begin === SLICE || to - from > LONGEST_SLICE) {
            yield rows.slice(begin, index);
            [begin, from, to] = [index, at, at];
        }
    }
    if (begin < rows.length) yield rows.slice(begin);
}

function keepSlice(
    series: Pick<SeriesStore, 'sample' | 'read'>,
    owner: SeriesOwner,
    rows: readonly PastSamples[],
): void {
    const times = rows.map(({ at }) => at);
    const [from, to] = [Math.min(...times), Math.max(...times)];
    const known = quantitiesByTime(
        series.read({ owner: owner.id, from: secondOf(from), to: secondOf(to), tier: 'fine' }),
    );
    for (const { at, samples } of rows) {
        const before = known.get(secondOf(at)) ?? new Set();
        if (samples.some(({ quantity }) => before.has(quantity))) continue;
        series.sample(owner, at, samples);
        for (const { quantity } of samples) before.add(quantity);
        known.set(secondOf(at), before);
    }
}

/** The history keeps times to the second, see `SeriesStore`. */
function secondOf(at: number): number {
    return Math.round(at / 1000) * 1000;
}

function quantitiesByTime({ times, columns }: SeriesTable): Map<number, Set<string>> {
    return new Map(
        times.map((at, index) => [
            at,
            new Set(columns.filter(({ mean }) => mean[index] !== undefined).map(({ quantity }) => quantity)),
        ]),
    );
}
