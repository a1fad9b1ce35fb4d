export interface Summary {
    count: number;
    min: number;
    median: number;
    p99: number;
    max: number;
}

/** Nearest-rank percentiles, rounded to `digits`. @throws Error without values */
export function summarize(values: readonly number[], digits = 1): Summary {
    if (!values.length) throw new Error('nothing was measured');
    const sorted = [...values].sort((a, b) => a - b);
    const rank = (share: number) => round(sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)], digits);
    return { count: sorted.length, min: rank(0), median: rank(0.5), p99: rank(0.99), max: rank(1) };
}

export function round(value: number, digits = 1): number {
    return Number(value.toFixed(digits));
}
