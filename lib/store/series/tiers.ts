import type { Tier } from './types';

/** Seconds */
export const QUARTER = 900;
export const HOUR = 3600;
export const DAY = 86_400;

/** `seldom`: the samples of values that change a few times a day; told as `fine`. */
export type SampledTier = 'fine' | 'recording' | 'seldom';
export type SpanTier = 'quarter' | 'hour' | 'day';
export type StoredTier = SampledTier | SpanTier;

interface TierShape {
    /** As stored. */
    code: number;
    /** Seconds in a block. A block of a tier begins at a multiple of it since 1970 (UTC). */
    block: number;
    /** Seconds between two values, of quarters, hours and days. */
    step: number;
}

/** A week of quarters and a month of hours pack far better than single days of them. */
export const TIERS: Readonly<Record<StoredTier, TierShape>> = {
    fine: { code: 0, block: DAY, step: 0 },
    quarter: { code: 1, block: 7 * DAY, step: QUARTER },
    hour: { code: 2, block: 30 * DAY, step: HOUR },
    recording: { code: 3, block: HOUR, step: 0 },
    day: { code: 4, block: 180 * DAY, step: DAY },
    seldom: { code: 5, block: 360 * DAY, step: 0 },
};

/** Of quantities that are sampled one by one. */
export const SPAN_TIERS = ['quarter', 'hour'] as const satisfies readonly SpanTier[];
/** Of those that are sampled by sheets. */
export const SHEET_SPAN_TIERS = ['hour'] as const satisfies readonly SpanTier[];
export const SAMPLED_TIERS = ['fine', 'recording'] as const satisfies readonly SampledTier[];
export const STORED_TIERS = Object.keys(TIERS) as StoredTier[];

export const isSpanTier = (tier: Tier | StoredTier): tier is SpanTier => TIERS[tier].step > 0;

/** The number of the block that holds this time. @param at seconds */
export function slotOf(tier: StoredTier, at: number): number {
    return Math.floor(at / TIERS[tier].block);
}

/** Seconds */
export function slotStart(tier: StoredTier, slot: number): number {
    return slot * TIERS[tier].block;
}

/** Values in a block of quarters, hours or days. */
export function spansInBlock(tier: SpanTier): number {
    return TIERS[tier].block / TIERS[tier].step;
}
