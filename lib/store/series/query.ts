import { blocksOf, joined, sheetExtent, type Extent } from './extent';
import type { DamagedBlock } from './packer';
import { readSamples, readSpanTable, sampledTier, type PartTable, type SheetRows } from './reader';
import type { Owner, Part, Series, SeriesDatabase } from './series-database';
import { foundIn, longer, tableOf, type Found } from './table';
import { DAY, HOUR, isSpanTier, slotOf, TIERS, type SampledTier, type SpanTier } from './tiers';
import type { SeriesQuery, SeriesTable, Tier } from './types';
import { union } from './union';

export const DEFAULT_POINTS = 10_000;
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

/** What the parts of a sheet, or a part of none, have of a tier, looked up once for a query. */
type ExtentOf = (database: SeriesDatabase, parts: readonly Part[], tier: Tier) => Extent | undefined;

function extents(damaged: DamagedBlock): ExtentOf {
    // In a query the first part stands for its sheet.
    const known = new Map<Part, Map<Tier, Extent | undefined>>();
    return (database, parts, tier) => {
        const tiers = known.get(parts[0]!) ?? new Map<Tier, Extent | undefined>();
        known.set(parts[0]!, tiers);
        if (!tiers.has(tier)) tiers.set(tier, sheetExtent(database, parts, tier, damaged));
        return tiers.get(tier);
    };
}

/** With fewer steps, quarters or hours are laid out without a look at where there are any. */
const FEW_STEPS = 5000;

/** How a query is answered. */
export interface QueryPlan {
    tier: Tier;
    /** So many hours or days make one. */
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
    return tableOf(wanted.owner, find(databases, wanted, damaged));
}

/** As `query`, without making numbers of all: for what writes them one by one. */
export function find(databases: readonly SeriesDatabase[], wanted: SeriesQuery, damaged: DamagedBlock): Found {
    const { points = DEFAULT_POINTS, tier } = wanted;
    const search = searchFor(databases, wanted, damaged);
    const { sources, asked } = search;
    if (tier)
        return foundIn(readTier(sources, tier, asked, damaged), {
            tier,
            together: togetherOf(wanted),
        });
    // Before all are read, nobody knows quite how many samples there are.
    const plan = planFor(search, wanted, points * 1.1 + 50);
    const read = readTier(sources, plan.tier, asked, damaged);
    if (plan.tier !== 'fine' || read.times.length <= points) return foundIn(read, plan);
    const coarser = planFor(search, wanted, 0);
    return foundIn(readTier(sources, coarser.tier, asked, damaged), coarser);
}

/** How a query will be answered. Nothing of what it asks for is read. @param mostSamples see `planFor` */
export function planOf(
    databases: readonly SeriesDatabase[],
    wanted: SeriesQuery,
    damaged: DamagedBlock,
    mostSamples = wanted.points ?? DEFAULT_POINTS,
): QueryPlan {
    const search = searchFor(databases, wanted, damaged);
    const { tier } = wanted;
    if (!tier) return planFor(search, wanted, mostSamples);
    const { sources, asked } = search;
    const together = togetherOf(wanted);
    const rows = isSpanTier(tier) ? stepsIn(asked, TIERS[tier].step) / together : estimate(sources, tier, asked);
    return { tier, together, rows };
}

/** Of a tier that was asked for. */
function togetherOf({ tier, together = 1 }: SeriesQuery): number {
    return tier === 'hour' || tier === 'day' ? together : 1;
}

function stepsIn({ from, to }: Range, step: number): number {
    return Math.max(0, Math.floor(to / step) - Math.floor(from / step) + 1);
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
    const asked: Range = {
        from: Math.max(Math.ceil(from / 1000), cut),
        to: Math.floor(to / 1000),
    };
    return { sources, asked, lookUp: extents(damaged) };
}

/**
 * The finest tier that fits, of a query that asks for none.
 * @param mostSamples about so many samples at most; else quarters or hours
 */
function planFor(
    { sources, asked, lookUp }: Search,
    { points = DEFAULT_POINTS, together }: SeriesQuery,
    mostSamples: number,
): QueryPlan {
    const all = extentIn(sources, ['fine', 'quarter', 'hour', 'day'], lookUp);
    const begin = Math.max(asked.from, all?.from ?? asked.from);
    const end = Math.min(asked.to, all?.to ?? asked.to);
    const steps = ({ step }: { step: number }) => stepsIn({ from: begin, to: end }, step);
    const plan = (chosen: Tier, rows: number, factor = 1) => ({
        tier: chosen,
        rows: rows / factor,
        together: factor,
    });
    // Of numbered values there are days, and no quarters.
    const hasDays = sources.some(({ wanted }) => wanted.some(({ part }) => part.sheet));
    const longest = hasDays ? TIERS.day : TIERS.hour;
    const hasAll = (which: Tier) => reaches(extentIn(sources, [which, 'fine'], lookUp), begin, longest.step);
    if (!all || hasAll('fine')) {
        const rows = estimate(sources, 'fine', asked);
        if (!all || rows <= mostSamples) return plan('fine', rows);
    }
    const quarters = steps(TIERS.quarter);
    if (!hasDays && quarters <= points && hasAll('quarter')) return plan('quarter', quarters);
    const hours = steps(TIERS.hour);
    const fits = (count: number) => (count <= points ? 1 : Math.ceil(count / Math.max(1, points - 1)));
    if (hasDays && !(hours <= points && hasAll('hour'))) {
        const days = steps(TIERS.day);
        return plan('day', days, together ?? fits(days));
    }
    return plan('hour', hours, together ?? fits(hours));
}

function wantedIn({ parts }: Owner, quantities: readonly string[] | undefined): Source['wanted'] {
    const names = quantities && new Set(quantities);
    return parts
        .map((part) => ({
            part,
            series: names ? part.series.filter(({ quantity }) => names.has(quantity)) : part.series,
        }))
        .filter(({ series }) => series.length > 0);
}

function extentIn(sources: readonly Source[], tiers: readonly Tier[], lookUp: ExtentOf): Extent | undefined {
    return joined(
        sources.flatMap(({ database, wanted }) =>
            sheetsOf(wanted).flatMap((parts) => tiers.map((tier) => lookUp(database, parts, tier))),
        ),
    );
}

/** Parts that are sampled together, and all others one by one. */
function sheetsOf(wanted: Source['wanted']): Part[][] {
    const sheets = new Map<number, Part[]>();
    const single: Part[][] = [];
    for (const { part } of wanted) {
        const together = part.sheet && sheets.get(part.sheet.id);
        if (together) together.push(part);
        else if (part.sheet) sheets.set(part.sheet.id, [part]);
        else single.push([part]);
    }
    return [...sheets.values(), ...single];
}

/** Whether there is all from `begin` on: the first hour or day of an owner (`step` seconds) begins before its first sample. */
function reaches(extent: Extent | undefined, begin: number, step: number): boolean {
    return extent !== undefined && Math.floor(extent.from / step) * step <= begin;
}

/** About how many samples there are: blocks at the ends count as far as the range reaches into them. */
function estimate(sources: readonly Source[], asked: SampledTier, { from, to }: Range): number {
    let most = 0;
    for (const { database, wanted } of sources) {
        const sheets = new Set<number>();
        for (const { part } of wanted) {
            // The parts of a sheet are sampled together.
            if (part.sheet && sheets.has(part.sheet.id)) continue;
            if (part.sheet) sheets.add(part.sheet.id);
            const tier = sampledTier(part, asked);
            const { code, block } = TIERS[tier];
            const rows = database.db.all(
                'SELECT slot, n FROM block WHERE tier = ? AND series = ? AND slot BETWEEN ? AND ?',
                [code, part.times.id, slotOf(tier, from), slotOf(tier, to)],
            );
            const packed = rows.reduce((sum, { slot, n }) => {
                const start = Number(slot) * block;
                const inside = Math.min(to, start + block) - Math.max(from, start);
                return sum + (Number(n) * Math.max(0, inside)) / block;
            }, 0);
            most = Math.max(most, packed + database.countLive(part, tier, from, to));
        }
    }
    return most;
}

function readTier(sources: readonly Source[], tier: Tier, asked: Range, damaged: DamagedBlock): PartTable {
    // A search has one database for each source, so that the rows of their sheets are not mixed up.
    const known = new Map<SeriesDatabase, SheetRows>(sources.map(({ database }) => [database, new Map()]));
    if (!isSpanTier(tier)) {
        return union(
            sources.flatMap(({ database, wanted }) =>
                wanted.map(({ part, series }) =>
                    readSamples(database, part, series, tier, asked, damaged, known.get(database)),
                ),
            ),
        );
    }
    const range =
        stepsIn(asked, TIERS[tier].step) <= FEW_STEPS ? asked : whereSomethingIs(sources, tier, asked, damaged);
    return union(
        sources.flatMap(({ database, wanted }) =>
            wanted.map(({ part, series }) => {
                if (tier !== 'day' || part.sheet) {
                    return readSpanTable(database, part, series, tier, range, damaged, known.get(database));
                }
                const from = Math.floor(range.from / DAY) * DAY;
                const to = Math.floor(range.to / DAY) * DAY + DAY - 1;
                return daysOf(readSpanTable(database, part, series, 'hour', { from, to }, damaged));
            }),
        ),
    );
}

/** Of what is not sampled by sheets, days are not kept: they are made of hours. */
function daysOf(hours: PartTable): PartTable {
    return hours.times.length > 0 ? longer(hours, HOUR, DAY / HOUR) : hours;
}

/** Hours are kept for ever, and a query may ask for all time. */
function whereSomethingIs(sources: readonly Source[], tier: SpanTier, asked: Range, damaged: DamagedBlock): Range {
    const extent = joined([
        extentIn(sources, ['fine'], extents(damaged)),
        ...sources.flatMap(({ database, wanted }) => wanted.map(({ part }) => blocksOf(database, part, tier))),
    ]);
    if (!extent) return { from: 0, to: -1 };
    return {
        from: Math.max(asked.from, Math.floor(extent.from / TIERS.hour.step) * TIERS.hour.step),
        to: Math.min(asked.to, extent.to),
    };
}
