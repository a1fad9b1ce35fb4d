import type { Range, Readings, ReadingsColumn } from './sources';

/** A stretch of time with a value at its begin and its end, ms and the unit of the quantity. */
export interface Segment extends Range {
    start: number;
    end: number;
}

/**
 * The stretches in which a quantity is known: straight lines between two samples, or steps where a sample stands for its whole bucket. A gap
 * and an unknown value leave a hole.
 */
export function segmentsOf(readings: Readings, column: ReadingsColumn): Segment[] {
    const segments: Segment[] = [];
    eachSegment(readings, column, (from, to, start, end) => segments.push({ from, to, start, end }));
    return segments;
}

/** Calls `take` for each of `segmentsOf`: of a year there are too many to keep. */
export function eachSegment(
    { times, gapMs, bucketMs }: Readings,
    { mean }: ReadingsColumn,
    take: (from: number, to: number, start: number, end: number) => void,
): void {
    for (let index = 0; index < times.length; index++) {
        const from = times[index]!;
        const start = mean[index];
        if (start === undefined) continue;
        if (bucketMs !== undefined) {
            take(from, from + bucketMs, start, start);
            continue;
        }
        const to = times[index + 1];
        const end = mean[index + 1];
        if (to === undefined || end === undefined || to <= from || to - from > gapMs) continue;
        take(from, to, start, end);
    }
}

/** The part of a segment that lies in a range; undefined: none. */
export function clip(segment: Segment, range: Range): Segment | undefined {
    const from = Math.max(segment.from, range.from);
    const to = Math.min(segment.to, range.to);
    if (to <= from) return undefined;
    return { from, to, start: valueAt(segment, from), end: valueAt(segment, to) };
}

function valueAt({ from, to, start, end }: Segment, at: number): number {
    return start + ((end - start) * (at - from)) / (to - from);
}

export interface Integral {
    /** Unit of the quantity times hours. */
    amount: number;
    /** For how long the quantity is known, ms. */
    knownMs: number;
}

const HOUR_MS = 3_600_000;

/** The area below a quantity in a range, by trapezoids. */
export function integrate(segments: Iterable<Segment>, range: Range): Integral {
    let amount = 0;
    let knownMs = 0;
    for (const segment of segments) {
        const part = clip(segment, range);
        if (!part) continue;
        const ms = part.to - part.from;
        amount += (((part.start + part.end) / 2) * ms) / HOUR_MS;
        knownMs += ms;
    }
    return { amount, knownMs };
}

/** As `integrate` of the stretches in which a quantity is known. */
export function integrateColumn(readings: Readings, column: ReadingsColumn, range: Range): Integral {
    let amount = 0;
    let knownMs = 0;
    eachSegment(readings, column, (begin, finish, first, last) => {
        const from = Math.max(begin, range.from);
        const to = Math.min(finish, range.to);
        if (to <= from) return;
        const valueOf = (at: number) => first + ((last - first) * (at - begin)) / (finish - begin);
        const ms = to - from;
        amount += (((valueOf(from) + valueOf(to)) / 2) * ms) / HOUR_MS;
        knownMs += ms;
    });
    return { amount, knownMs };
}

/** Ranges in order of time, joined where they touch or overlap. */
export function union(ranges: readonly Range[]): Range[] {
    const joined: Range[] = [];
    for (const { from, to } of ranges.toSorted((a, b) => a.from - b.from)) {
        const last = joined.at(-1);
        if (to <= from) continue;
        if (last && from <= last.to) last.to = Math.max(last.to, to);
        else joined.push({ from, to });
    }
    return joined;
}

/** `range` without `others`. */
export function without(range: Range, others: readonly Range[]): Range[] {
    const left: Range[] = [];
    let from = range.from;
    for (const other of union(others)) {
        if (other.to <= from) continue;
        if (other.from >= range.to) break;
        if (other.from > from) left.push({ from, to: other.from });
        from = other.to;
    }
    if (from < range.to) left.push({ from, to: range.to });
    return left;
}

/** The part of `range` that lies in `other`; undefined: none. */
export function overlap(range: Range, other: Range): Range | undefined {
    const from = Math.max(range.from, other.from);
    const to = Math.min(range.to, other.to);
    return to > from ? { from, to } : undefined;
}

export function lengthOf(ranges: readonly Range[]): number {
    return ranges.reduce((sum, { from, to }) => sum + to - from, 0);
}

/** The stretches in which something is known. */
export function observed({ times, columns, gapMs, bucketMs }: Readings): Range[] {
    const isKnown = (index: number) => columns.some(({ mean }) => mean[index] !== undefined);
    const known: Range[] = [];
    for (let index = 0; index < times.length; index++) {
        const from = times[index]!;
        const next = times[index + 1];
        const isJoined = next !== undefined && next - from <= gapMs && isKnown(index + 1);
        const to = bucketMs !== undefined ? from + bucketMs : isJoined ? next : from;
        if (!isKnown(index) || to <= from) continue;
        const last = known.at(-1);
        if (last?.to === from) last.to = to;
        else known.push({ from, to });
    }
    return union(known);
}

export function columnOf({ columns }: Readings, quantity: string): ReadingsColumn | undefined {
    return columns.find((column) => column.quantity === quantity);
}
