import { COMPARISONS, limitsOf, type Comparison, type ThresholdLevelConfig } from '../../lib/core/thresholds/config';
import { scale as scales, type Scale } from './temperature';
import { t } from './texts';

export type Level = ThresholdLevelConfig;

/** The limits that a comparison uses. */
export function limitNames(comparison: Comparison | undefined): string[] {
    if (!comparison || !COMPARISONS.includes(comparison)) return [];
    const used = limitsOf({ comparison, low: 0, high: 0 });
    return Object.entries(used).flatMap(([name, limit]) => (limit === undefined ? [] : [name]));
}

/** The text of a level in a label: "below 15", "outside 10 to 34", or "15 or less" if a value at the limit counts. */
export function describeLevel(level: Level | null | undefined, scale: Scale = scales.plain, atLimit = false): string {
    if (!level?.enabled) return '';
    const [low, high] = [level.low, level.high].map((limit) => (isNumber(limit) ? scale.shown(limit) : limit));
    return t(`level.${atLimit ? 'atLimit' : 'short'}.${level.comparison}`, { low, high });
}

function isNumber(value: unknown): value is number {
    return typeof value === 'number' && Number.isFinite(value);
}
