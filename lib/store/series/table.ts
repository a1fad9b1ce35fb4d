import type { Slices } from '../../core/turns';
import type { Spans } from './block-codec';
import type { PartTable } from './reader';
import type { Series } from './series-database';
import { longerSpans } from './spans';
import { TIERS } from './tiers';
import type { SeriesColumn, SeriesTable, Tier } from './types';

/** Between recorded values there are at most 5 s, and what a slow device needs. */
const RECORDING_GAP_MS = 15_000;
/** With fewer than two times nobody knows how far apart they should be. */
const UNKNOWN_GAP_MS = 600_000;
/** To sort each distance of a long chart would take longer than to read it. */
const MOST_DISTANCES = 2000;

/** What answers a query, as it is read: scaled values, NaN = unknown. */
export interface Found {
    tier: Tier;
    /** So many hours or days are one. */
    together: number;
    /** Seconds, ascending. */
    times: Float64Array;
    columns: readonly FoundColumn[];
    /** The places at which any column has a value. */
    known: Int32Array;
}

export interface FoundColumn {
    series: Series;
    spans: Spans;
}

/** What answers a query of an owner that has nothing yet. */
export function nothingIn(tier: Tier = 'fine'): Found {
    return { tier, together: 1, times: new Float64Array(0), columns: [], known: new Int32Array(0) };
}

/** Puts so many spans together, and finds the times at which something is known. */
export function foundIn(read: PartTable, { tier, together }: Pick<Found, 'tier' | 'together'>): Found {
    const { step } = TIERS[tier];
    const table = together > 1 && read.times.length > 0 ? longer(read, step, together) : read;
    const columns = [...byName(table.columns).values()];
    return { tier, together, times: table.times, columns, known: knownPlaces(table.times.length, columns) };
}

/** Leaves out times at which nothing is known. */
export function tableOf(owner: string, found: Found): SeriesTable {
    const { tier, times, gapMs } = timesOf(found);
    return { owner, tier, times, columns: found.columns.map((column) => columnOf(column, found.known)), gapMs };
}

/** As `tableOf`, in slices. */
export async function tableSoon(owner: string, found: Found, slices: Slices): Promise<SeriesTable> {
    const { tier, times, gapMs } = timesOf(found);
    const columns: SeriesColumn[] = [];
    for (const column of found.columns) {
        await slices.breathe();
        columns.push(columnOf(column, found.known));
    }
    return { owner, tier, times, columns, gapMs };
}

/** Of what is known: its times, epoch ms, and how far apart two of them are over a gap. */
export function timesOf({ tier, together, times: all, known }: Found): Pick<SeriesTable, 'tier' | 'times' | 'gapMs'> {
    const { step } = TIERS[tier];
    const times = new Array<number>(known.length);
    for (let n = 0; n < known.length; n++) times[n] = all[known[n]] * 1000;
    const gapMs = step > 0 ? 1500 * step * together : tier === 'recording' ? RECORDING_GAP_MS : usualGap(times);
    return { tier, times, gapMs };
}

/** The places at which any column has a value. */
export function knownPlaces(length: number, columns: readonly FoundColumn[]): Int32Array {
    const is = new Uint8Array(length);
    let count = 0;
    for (const { spans } of columns) {
        // Nearly always the first one has a value everywhere.
        if (count === length) break;
        for (let i = 0; i < length; i++) {
            if (is[i] || Number.isNaN(spans.mean[i])) continue;
            is[i] = 1;
            count++;
        }
    }
    const places = new Int32Array(count);
    for (let i = 0, at = 0; i < length; i++) if (is[i]) places[at++] = i;
    return places;
}

/** Puts so many spans together. @param step their length, seconds */
export function longer({ times, columns }: PartTable, step: number, factor: number): PartTable {
    const offset = (times[0] / step) % factor;
    const first = times[0] - offset * step;
    const wide = new Map(
        [...columns].map(([series, spans]) => [series, longerSpans(series.kind, spans, factor, offset)]),
    );
    const count = Math.ceil((times.length + offset) / factor);
    return { times: Float64Array.from({ length: count }, (_, i) => first + i * factor * step), columns: wide };
}

/** One column for each quantity and unit, also where two databases have it. */
function byName(columns: Map<Series, Spans>): Map<string, FoundColumn> {
    const named = new Map<string, FoundColumn>();
    for (const [series, spans] of columns) {
        const name = JSON.stringify([series.quantity, series.unit, series.kind]);
        const known = named.get(name);
        if (!known) named.set(name, { series, spans });
        else named.set(name, known.series.kind === 'state' ? joinStates(known, { series, spans }) : over(known, spans));
    }
    return named;
}

function over({ series, spans }: FoundColumn, other: Spans): FoundColumn {
    const pick = (a: Float64Array, b: Float64Array) => a.map((value, i) => (Number.isNaN(value) ? b[i] : value));
    const mean = pick(spans.mean, other.mean);
    if (!spans.min || !spans.max || !other.min || !other.max) return { series, spans: { mean } };
    return { series, spans: { mean, min: pick(spans.min, other.min), max: pick(spans.max, other.max) } };
}

/** Two databases may have different codes for the same states. */
function joinStates(a: FoundColumn, b: FoundColumn): FoundColumn {
    const states = [...new Set([...a.series.states, ...b.series.states])];
    const recoded = b.spans.mean.map((code) => (Number.isNaN(code) ? NaN : states.indexOf(b.series.states[code])));
    return over({ series: { ...a.series, states }, spans: a.spans }, { mean: recoded });
}

function columnOf({ series, spans }: FoundColumn, known: Int32Array): SeriesColumn {
    const { quantity, unit, kind, states, decimals } = series;
    const scale = 10 ** decimals;
    const pick = (values: Float64Array) => {
        const picked = new Array<number | undefined>(known.length);
        for (let n = 0; n < known.length; n++) {
            const value = values[known[n]];
            picked[n] = Number.isNaN(value) ? undefined : value / scale;
        }
        return picked;
    };
    return {
        quantity,
        unit,
        kind,
        ...(kind === 'state' ? { states: [...states] } : {}),
        mean: pick(spans.mean),
        ...(spans.min && spans.max ? { min: pick(spans.min), max: pick(spans.max) } : {}),
    };
}

/** Two and a half times the usual distance, by some thousands of them: one sample may be missing. */
function usualGap(times: readonly number[]): number {
    if (times.length < 2) return UNKNOWN_GAP_MS;
    const each = Math.ceil((times.length - 1) / MOST_DISTANCES);
    const distances = new Float64Array(Math.floor((times.length - 2) / each) + 1);
    for (let i = 0; i < distances.length; i++) distances[i] = times[i * each + 1] - times[i * each];
    distances.sort();
    return Math.max(2.5 * distances[distances.length >> 1], 5000);
}
