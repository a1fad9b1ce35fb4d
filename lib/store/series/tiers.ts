import type { Tier } from './types';

/** Seconds */
export const QUARTER = 900;
export const HOUR = 3600;
export const DAY = 86_400;

export type SampledTier = 'fine' | 'recording';
export type SpanTier = 'quarter' | 'hour';

interface TierShape {
    /** As stored. */
    code: number;
    /** Seconds in a block. A block of a tier begins at a multiple of it since 1970 (UTC). */
    block: number;
    /** Seconds between two values, of quarters and hours. */
    step: number;
}

/** A week of quarters and a month of hours pack far better than single days of them. */
export const TIERS: Readonly<Record<Tier, TierShape>> = {
    fine: { code: 0, block: DAY, step: 0 },
    quarter: { code: 1, block: 7 * DAY, step: QUARTER },
    hour: { code: 2, block: 30 * DAY, step: HOUR },
    recording: { code: 3, block: HOUR, step: 0 },
};

export const SPAN_TIERS: readonly SpanTier[] = ['quarter', 'hour'];
export const SAMPLED_TIERS: readonly SampledTier[] = ['fine', 'recording'];

/** The number of the block that holds this time. @param at seconds */
export function slotOf(tier: Tier, at: number): number {
    return Math.floor(at / TIERS[tier].block);
}

/** Seconds */
export function slotStart(tier: Tier, slot: number): number {
    return slot * TIERS[tier].block;
}

/** Values in a block of quarters or hours. */
export function spansInBlock(tier: SpanTier): number {
    return TIERS[tier].block / TIERS[tier].step;
}
