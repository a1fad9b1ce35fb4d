import type { QueryPlan } from './query';
import type { Found } from './table';
import { nameOf, NUMBERS_IN_PART } from './sheets';
import { DAY, HOUR, isSpanTier } from './tiers';
import type { SeriesInfo, SeriesQuery, Tier } from './types';

/** What an answer is made of, step by step: each takes a millisecond or two. */
export interface SeriesSteps {
    /** What is known of an owner; of some of its quantities the times are theirs. */
    series(owner: string, quantities?: ReadonlySet<string>): SeriesInfo[];
    /** How a query will be answered; with samples only if there are about so many at most. */
    plan(query: SeriesQuery, mostSamples?: number): QueryPlan;
    /** About so many rows the answer to a query with a tier has. */
    rows(query: SeriesQuery): number;
    /** What there is; empty if the history is closed. */
    find(query: SeriesQuery): Found[];
}

/** A query of exactly one tier. */
export type TierQuery = Pick<SeriesQuery, 'owner' | 'quantities' | 'from' | 'to'> & { tier: Tier; together: number };

/** A part of the time of a query, with the quantities that are read together: no more values than one step should have. */
export interface Window {
    query: TierQuery;
    groups: string[][];
}

/** Values that are read in one step. */
const READ_AT_ONCE = 10_000;
/** Of numbered quantities, of which some dozens are kept, and so read, together. */
const NUMBERED_AT_ONCE = 45_000;
/** Windows are made of whole ones of these: a day of samples, a block of quarters or hours. Seconds. */
const LEAST: Readonly<Record<Tier, number>> = {
    fine: DAY,
    recording: HOUR,
    quarter: 7 * DAY,
    hour: 30 * DAY,
    day: 180 * DAY,
};
/** What is recorded may be newer than the newest sample. */
const MARGIN_MS = DAY * 1000;

/** The windows of a query, oldest first, as far as there is anything. @param known the quantities that are wanted */
export function* windowsOf(
    { rows }: Pick<SeriesSteps, 'rows'>,
    query: TierQuery,
    known: readonly SeriesInfo[],
): Generator<Window> {
    const from = Math.max(query.from, Math.min(...known.map((info) => info.from)) - MARGIN_MS);
    const to = Math.min(query.to, Math.max(...known.map((info) => info.to)) + MARGIN_MS);
    const names = [...new Set(known.map(({ quantity }) => quantity))];
    const isNumbered = names.every((name) => nameOf(name));
    const values = (window: TierQuery) => Math.max(1, valuesOf(rows(window), query));
    const all = values({ ...query, quantities: names, from, to });
    // What is kept together is read together: the blocks of some tiers hold some dozens of numbers, for a long time.
    const steps = isNumbered
        ? Math.max(1, (all * Math.min(names.length, NUMBERS_IN_PART)) / NUMBERED_AT_ONCE)
        : Math.max(1, (all * names.length) / READ_AT_ONCE);
    const least = leastMs(query);
    const length = Math.max(1, Math.floor((to - from) / steps / least)) * least;
    for (let begin = from; begin <= to; begin = (Math.floor(begin / length) + 1) * length) {
        const start = Math.floor(begin / length) * length;
        const end = start + length - 1;
        const window = { ...query, quantities: names, from: begin, to: Math.min(to, end) };
        // A block is unpacked as a whole, also where little of it is wanted.
        const unpacked = values({ ...window, from: start, to: end });
        yield { query: window, groups: groupsOf(names, unpacked, isNumbered) };
    }
}

/** A window begins at a multiple of it since 1970, so that spans that are put together are whole. */
function leastMs({ tier, together }: TierQuery): number {
    const span = (tier === 'day' ? DAY : HOUR) * together;
    const isPut = tier === 'hour' || tier === 'day';
    const seconds = isPut ? Math.ceil(LEAST[tier] / span) * span : LEAST[tier];
    return seconds * 1000;
}

function valuesOf(rows: number, { tier, together }: TierQuery): number {
    return rows * together * (isSpanTier(tier) ? 3 : 1);
}

function groupsOf(names: readonly string[], values: number, isNumbered: boolean): string[][] {
    const usual = Math.max(1, Math.floor(READ_AT_ONCE / values));
    const groups = Math.max(1, Math.floor(NUMBERED_AT_ONCE / values / NUMBERS_IN_PART));
    const size = isNumbered ? groups * NUMBERS_IN_PART : usual;
    return Array.from({ length: Math.ceil(names.length / size) }, (_, n) => names.slice(n * size, (n + 1) * size));
}
