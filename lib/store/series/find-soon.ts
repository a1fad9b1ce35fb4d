import { Slices } from '../../core/turns';
import type { Spans } from './block-codec';
import { DEFAULT_POINTS } from './query';
import type { Series } from './series-database';
import { knownPlaces, type Found, type FoundColumn } from './table';
import type { SeriesQuery } from './types';
import { union } from './union';
import { windowsOf, type SeriesSteps } from './windows';

/** As `find`, in slices, window by window. What is packed meanwhile is read from where it is. Undefined: there is nothing of this owner. */
export async function findSoon(
    steps: SeriesSteps,
    query: SeriesQuery,
    slices = new Slices(),
): Promise<Found | undefined> {
    const { owner, from, to, quantities, points = DEFAULT_POINTS } = query;
    const names = quantities && new Set(quantities);
    const known = steps.series(owner, names);
    if (known.length === 0) return steps.find(query)[0];
    // Before all are read, nobody knows quite how many samples there are.
    for (const mostSamples of [points * 1.1 + 50, 0]) {
        const { tier, together } = steps.plan(query, mostSamples);
        await slices.breathe();
        const pieces: Found[] = [];
        for (const { query: window, groups } of windowsOf(steps, { owner, from, to, tier, together }, known)) {
            const tables: Found[] = [];
            for (const group of groups) {
                tables.push(...steps.find({ ...window, quantities: group }));
                await slices.breathe();
            }
            pieces.push(...sideBySide(tables));
        }
        const rows = pieces.reduce((sum, { times }) => sum + times.length, 0);
        const isTooMuch = query.tier === undefined && tier === 'fine' && rows > points;
        if (!isTooMuch || mostSamples === 0) return oneAfterTheOther(pieces, slices);
    }
    return undefined;
}

/** The quantities of one window. */
function sideBySide(tables: readonly Found[]): Found[] {
    const [first, ...others] = tables;
    if (!first || others.length === 0) return tables.slice(0, 1);
    const { times, columns } = union(
        tables.map((table) => ({
            times: table.times,
            columns: new Map(table.columns.map(({ series, spans }) => [series, spans])),
        })),
    );
    return [
        withKnown(
            first,
            times,
            [...columns].map(([series, spans]) => ({ series, spans })),
        ),
    ];
}

/** The windows of a query. A quantity that is new in the last of them is unknown in the others. */
async function oneAfterTheOther(pieces: readonly Found[], slices: Slices): Promise<Found | undefined> {
    const [first, ...others] = pieces;
    if (!first || others.length === 0) return first;
    const length = pieces.reduce((sum, { times }) => sum + times.length, 0);
    const times = new Float64Array(length);
    const columns = new Map<string, { series: Series; parts: (Spans | undefined)[] }>();
    let place = 0;
    for (const [n, piece] of pieces.entries()) {
        times.set(piece.times, place);
        for (const { series, spans } of piece.columns) {
            const name = JSON.stringify([series.quantity, series.unit, series.kind]);
            const { parts } = columns.get(name) ?? { parts: [] };
            parts[n] = spans;
            columns.set(name, { series, parts });
        }
        place += piece.times.length;
    }
    const lengths = pieces.map((piece) => piece.times.length);
    const made: FoundColumn[] = [];
    for (const { series, parts } of columns.values()) {
        await slices.breathe();
        made.push({ series, spans: joinedSpans(parts, lengths, length) });
    }
    return withKnown(first, times, made);
}

/** Spans one after the other; unknown where a part is missing. */
function joinedSpans(parts: readonly (Spans | undefined)[], lengths: readonly number[], length: number): Spans {
    const plane = (which: keyof Spans) => {
        const values = new Float64Array(length);
        let place = 0;
        for (const [n, count] of lengths.entries()) {
            const part = parts[n]?.[which];
            if (part) values.set(part, place);
            else values.fill(NaN, place, place + count);
            place += count;
        }
        return values;
    };
    const hasRange = parts.some((part) => part?.min);
    return { mean: plane('mean'), ...(hasRange && { min: plane('min'), max: plane('max') }) };
}

function withKnown(found: Found, times: Float64Array, columns: readonly FoundColumn[]): Found {
    return { ...found, times, columns, known: knownPlaces(times.length, columns) };
}
