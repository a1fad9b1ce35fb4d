import type { Spans } from './block-codec';
import { blocksOf, extentOf, joined, type Extent } from './extent';
import type { DamagedBlock } from './packer';
import { readSamples, readSpanTable, type PartTable } from './reader';
import type { Owner, Part, Series, SeriesDatabase } from './series-database';
import { longerSpans } from './spans';
import { slotOf, TIERS } from './tiers';
import type { SeriesColumn, SeriesQuery, SeriesTable, Tier } from './types';

export const DEFAULT_POINTS = 10_000;
/** Between recorded values there are at most 5 s, and what a slow device needs. */
const RECORDING_GAP_MS = 15_000;
/** With fewer than two times nobody knows how far apart they should be. */
const UNKNOWN_GAP_MS = 600_000;

interface Range {
    from: number;
    to: number;
}

/** One owner as one database has it. */
interface Source {
    database: SeriesDatabase;
    owner: Owner;
    wanted: { part: Part; series: Series[] }[];
}

/** What a part has of a tier, looked up once for a query. */
type ExtentOf = (database: SeriesDatabase, part: Part, tier: Tier) => Extent | undefined;

function extents(damaged: DamagedBlock): ExtentOf {
    const known = new Map<Part, Map<Tier, Extent | undefined>>();
    return (database, part, tier) => {
        const tiers = known.get(part) ?? new Map<Tier, Extent | undefined>();
        known.set(part, tiers);
        if (!tiers.has(tier)) tiers.set(tier, extentOf(database, part, tier, damaged));
        return tiers.get(tier);
    };
}

/** How a query is answered. */
export interface QueryPlan {
    tier: Tier;
    /** So many hours make one. */
    together: number;
    /** About so many rows. */
    rows: number;
}

/** A query, with where its answer is. */
interface Search {
    sources: Source[];
    asked: Range;
    lookUp: ExtentOf;
}

/** Answers a query from all databases that have something of the owner. */
export function query(databases: readonly SeriesDatabase[], wanted: SeriesQuery, damaged: DamagedBlock): SeriesTable {
    const { owner, points = DEFAULT_POINTS } = wanted;
    const search = searchFor(databases, wanted, damaged);
    const { sources, asked } = search;
    // Before all are read, nobody knows quite how many samples there are.
    const plan = planFor(search, wanted, points * 1.1 + 50);
    const read = readTier(sources, plan.tier, asked, damaged);
    if (wanted.tier || plan.tier !== 'fine' || read.times.length <= points) {
        return tableOf(owner, plan.tier, read, plan.together);
    }
    const coarser = planFor(search, wanted, 0);
    return tableOf(owner, coarser.tier, readTier(sources, coarser.tier, asked, damaged), coarser.together);
}

/** How a query will be answered. Nothing of what it asks for is read. */
export function planOf(databases: readonly SeriesDatabase[], wanted: SeriesQuery, damaged: DamagedBlock): QueryPlan {
    return planFor(searchFor(databases, wanted, damaged), wanted, wanted.points ?? DEFAULT_POINTS);
}

function searchFor(
    databases: readonly SeriesDatabase[],
    { owner, quantities, from, to }: SeriesQuery,
    damaged: DamagedBlock,
): Search {
    const sources = databases.flatMap((database): Source[] => {
        const found = database.owners.get(owner);
        return found ? [{ database, owner: found, wanted: wantedIn(found, quantities) }] : [];
    });
    const cut = Math.max(...sources.map((source) => source.owner.cut ?? -Infinity), -Infinity);
    const asked: Range = { from: Math.max(Math.ceil(from / 1000), cut), to: Math.floor(to / 1000) };
    return { sources, asked, lookUp: extents(damaged) };
}

/** @param mostSamples about so many samples at most; else quarters or hours */
function planFor(
    { sources, asked, lookUp }: Search,
    { tier, points = DEFAULT_POINTS, together }: SeriesQuery,
    mostSamples: number,
): QueryPlan {
    const all = extentIn(sources, ['fine', 'quarter', 'hour'], lookUp);
    const begin = Math.max(asked.from, all?.from ?? asked.from);
    const end = Math.min(asked.to, all?.to ?? asked.to);
    const spans = ({ step }: { step: number }) => Math.max(0, Math.floor(end / step) - Math.floor(begin / step) + 1);
    const plan = (chosen: Tier, rows: number, factor = 1) => ({ tier: chosen, rows: rows / factor, together: factor });
    const wants = (which: Tier) =>
        tier === undefined ? reaches(extentIn(sources, [which, 'fine'], lookUp), begin) : tier === which;
    if (tier === 'recording') return plan(tier, 0);
    if (!all || wants('fine')) {
        const rows = estimate(sources, asked);
        if (!all || tier || rows <= mostSamples) return plan('fine', rows);
    }
    const quarters = spans(TIERS.quarter);
    if (wants('quarter') && (tier || quarters <= points)) return plan('quarter', quarters);
    const hours = spans(TIERS.hour);
    const fits = tier || hours <= points ? 1 : Math.ceil(hours / Math.max(1, points - 1));
    return plan('hour', hours, together ?? fits);
}

function wantedIn({ parts }: Owner, quantities: readonly string[] | undefined): Source['wanted'] {
    return parts
        .map((part) => ({
            part,
            series: part.series.filter(({ quantity }) => !quantities || quantities.includes(quantity)),
        }))
        .filter(({ series }) => series.length > 0);
}

function extentIn(sources: readonly Source[], tiers: readonly Tier[], lookUp: ExtentOf): Extent | undefined {
    return joined(
        sources.flatMap(({ database, wanted }) =>
            wanted.flatMap(({ part }) => tiers.map((tier) => lookUp(database, part, tier))),
        ),
    );
}

/** Whether there is all from `begin` on: the first hour of an owner begins before its first sample. */
function reaches(extent: Extent | undefined, begin: number): boolean {
    const { step } = TIERS.hour;
    return extent !== undefined && Math.floor(extent.from / step) * step <= begin;
}

/** About how many samples there are: blocks at the ends count as far as the range reaches into them. */
function estimate(sources: readonly Source[], { from, to }: Range): number {
    const { code, block } = TIERS.fine;
    let most = 0;
    for (const { database, wanted } of sources) {
        for (const { part } of wanted) {
            const rows = database.db.all(
                'SELECT slot, n FROM block WHERE tier = ? AND series = ? AND slot BETWEEN ? AND ?',
                [code, part.times.id, slotOf('fine', from), slotOf('fine', to)],
            );
            const packed = rows.reduce((sum, { slot, n }) => {
                const start = Number(slot) * block;
                const inside = Math.min(to, start + block) - Math.max(from, start);
                return sum + (Number(n) * Math.max(0, inside)) / block;
            }, 0);
            most = Math.max(most, packed + database.countLive(part.id, 'fine', from, to));
        }
    }
    return most;
}

function readTier(sources: readonly Source[], tier: Tier, asked: Range, damaged: DamagedBlock): PartTable {
    if (tier === 'fine' || tier === 'recording') {
        return union(
            sources.flatMap(({ database, wanted }) =>
                wanted.map(({ part, series }) => readSamples(database, part, series, tier, asked, damaged)),
            ),
        );
    }
    // Hours are kept for ever, and a query may ask for all time: only where there is something.
    const extent = joined([
        extentIn(sources, ['fine'], extents(damaged)),
        ...sources.flatMap(({ database, wanted }) => wanted.map(({ part }) => blocksOf(database, part, tier))),
    ]);
    if (!extent) return { times: new Float64Array(), columns: new Map() };
    const range = {
        from: Math.max(asked.from, Math.floor(extent.from / TIERS.hour.step) * TIERS.hour.step),
        to: Math.min(asked.to, extent.to),
    };
    return union(
        sources.flatMap(({ database, wanted }) =>
            wanted.map(({ part, series }) => readSpanTable(database, part, series, tier, range, damaged)),
        ),
    );
}

/** Puts the tables of several parts side by side, by time. Those that a part has at one time more than once are rows of their own. */
function union(tables: readonly PartTable[]): PartTable {
    if (tables.length === 0) return { times: new Float64Array(), columns: new Map() };
    if (tables.length === 1) return tables[0];
    const times = mergedTimes(tables.map((table) => table.times));
    const columns = new Map<Series, Spans>();
    for (const table of tables) {
        const places = placesIn(times, table.times);
        const spread = (values: Float64Array) => {
            const wide = new Float64Array(times.length).fill(NaN);
            values.forEach((value, i) => (wide[places[i]] = value));
            return wide;
        };
        for (const [series, { mean, min, max }] of table.columns) {
            const wide = { mean: spread(mean), ...(min && max ? { min: spread(min), max: spread(max) } : {}) };
            columns.set(series, wide);
        }
    }
    return { times, columns };
}

function mergedTimes(all: readonly Float64Array[]): Float64Array {
    const counts = new Map<number, number>();
    for (const times of all) {
        for (let i = 0; i < times.length;) {
            let end = i;
            while (end < times.length && times[end] === times[i]) end++;
            counts.set(times[i], Math.max(counts.get(times[i]) ?? 0, end - i));
            i = end;
        }
    }
    const merged: number[] = [];
    for (const at of Float64Array.from(counts.keys()).sort()) {
        for (let n = counts.get(at)!; n > 0; n--) merged.push(at);
    }
    return Float64Array.from(merged);
}

/** Where the times of one table are among all; both ascending. */
function placesIn(all: Float64Array, times: Float64Array): Int32Array {
    const places = new Int32Array(times.length);
    let place = 0;
    for (let i = 0; i < times.length; i++) {
        while (all[place] !== times[i]) place++;
        places[i] = place++;
    }
    return places;
}

/** Leaves out times at which nothing is known, and puts so many spans together. */
function tableOf(owner: string, tier: Tier, read: PartTable, factor: number): SeriesTable {
    const { step } = TIERS[tier];
    const isSpan = step > 0;
    const table = factor > 1 && read.times.length > 0 ? longer(read, step, factor) : read;
    const columns = byName(table.columns);
    const known = knownPlaces(table.times.length, [...columns.values()]);
    const times = Array.from(known, (i) => table.times[i] * 1000);
    const gapMs = isSpan ? 1500 * step * factor : tier === 'recording' ? RECORDING_GAP_MS : usualGap(times);
    return { owner, tier, times, columns: [...columns.values()].map((column) => columnOf(column, known)), gapMs };
}

/** The places at which any column has a value. */
function knownPlaces(length: number, columns: readonly Column[]): Int32Array {
    const is = new Uint8Array(length);
    for (const { spans } of columns) {
        for (let i = 0; i < length; i++) if (!Number.isNaN(spans.mean[i])) is[i] = 1;
    }
    const places = new Int32Array(length);
    let count = 0;
    for (let i = 0; i < length; i++) if (is[i]) places[count++] = i;
    return places.subarray(0, count);
}

function longer({ times, columns }: PartTable, step: number, factor: number): PartTable {
    const offset = (times[0] / step) % factor;
    const first = times[0] - offset * step;
    const wide = new Map(
        [...columns].map(([series, spans]) => [series, longerSpans(series.kind, spans, factor, offset)]),
    );
    const count = Math.ceil((times.length + offset) / factor);
    return { times: Float64Array.from({ length: count }, (_, i) => first + i * factor * step), columns: wide };
}

interface Column {
    series: Series;
    spans: Spans;
}

/** One column for each quantity and unit, also where two databases have it. */
function byName(columns: Map<Series, Spans>): Map<string, Column> {
    const named = new Map<string, Column>();
    for (const [series, spans] of columns) {
        const name = JSON.stringify([series.quantity, series.unit, series.kind]);
        const known = named.get(name);
        if (!known) named.set(name, { series, spans });
        else named.set(name, known.series.kind === 'state' ? joinStates(known, { series, spans }) : over(known, spans));
    }
    return named;
}

function over({ series, spans }: Column, other: Spans): Column {
    const pick = (a: Float64Array, b: Float64Array) => a.map((value, i) => (Number.isNaN(value) ? b[i] : value));
    const mean = pick(spans.mean, other.mean);
    if (!spans.min || !spans.max || !other.min || !other.max) return { series, spans: { mean } };
    return { series, spans: { mean, min: pick(spans.min, other.min), max: pick(spans.max, other.max) } };
}

/** Two databases may have different codes for the same states. */
function joinStates(a: Column, b: Column): Column {
    const states = [...new Set([...a.series.states, ...b.series.states])];
    const recoded = b.spans.mean.map((code) => (Number.isNaN(code) ? NaN : states.indexOf(b.series.states[code])));
    return over({ series: { ...a.series, states }, spans: a.spans }, { mean: recoded });
}

function columnOf({ series, spans }: Column, known: Int32Array): SeriesColumn {
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

/** Two and a half times the usual distance: one sample may be missing. */
function usualGap(times: readonly number[]): number {
    if (times.length < 2) return UNKNOWN_GAP_MS;
    const distances = new Float64Array(times.length - 1);
    for (let i = 0; i < distances.length; i++) distances[i] = times[i + 1] - times[i];
    distances.sort();
    return Math.max(2.5 * distances[distances.length >> 1], 5000);
}
