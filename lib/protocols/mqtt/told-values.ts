import { QUANTITIES, type Metric, type MetricValue, type MetricValues, type Quantity } from './metrics';

/** By how much a number has to differ from the last that was told; 0: by anything. */
export type DeadbandOf = (metric: Metric) => number;

/** The deadbands of quantities, with those that a person has set, by key of a metric or by quantity. */
export function deadbandsWith(chosen: readonly { metric: string; deadband: number }[]): DeadbandOf {
    const own = new Map(chosen.map(({ metric, deadband }) => [metric, deadband]));
    return ({ key, quantity }) =>
        own.get(key) ?? (quantity ? (own.get(quantity) ?? QUANTITIES[quantity as Quantity].deadband) : 0);
}

/** What was last told of one UPS. */
export interface ToldValues extends MetricValues {
    values: MetricValue[];
}

export interface Difference {
    told: ToldValues;
    /** There are metrics that were not there before. */
    hasGrown: boolean;
    /** Places in `told` of the values that differ from what was told. */
    changed: number[];
}

/**
 * What has to be told now, after what was told before. A metric stays from the first time on that it was told; unknown now, it is undefined.
 * Values within their deadband stay as they were told, so that a slow drift is told as soon as it exceeds it.
 */
export function difference(before: ToldValues | undefined, now: MetricValues, deadbandOf: DeadbandOf): Difference {
    if (!before) {
        const changed = now.values.flatMap((value, index) => (value === undefined ? [] : [index]));
        return { told: { metrics: now.metrics, values: [...now.values] }, hasGrown: true, changed };
    }
    const isSame =
        now.metrics === before.metrics ||
        (now.metrics.length === before.metrics.length &&
            now.metrics.every((metric, index) => metric === before.metrics[index]));
    const { metrics, old, fresh } = isSame
        ? { metrics: before.metrics, old: before.values, fresh: now.values }
        : merged(before, now);
    const changed: number[] = [];
    const values = old.map((was, index) => {
        const value = fresh[index];
        if (!differs(was, value, metrics[index]!, deadbandOf)) return was;
        changed.push(index);
        return value;
    });
    return { told: { metrics, values }, hasGrown: metrics.length > before.metrics.length, changed };
}

function differs(was: MetricValue, value: MetricValue, metric: Metric, deadbandOf: DeadbandOf): boolean {
    if (typeof was !== 'number' || typeof value !== 'number') return was !== value;
    if (was === value) return false;
    const deadband = deadbandOf(metric);
    // The ends of a range are always told: a battery that is full has 100 %, not 99.6.
    return deadband === 0 || Math.abs(was - value) >= deadband || value === 0 || (metric.unit === '%' && value === 100);
}

/** Both in the order of the ids; what one of them lacks is undefined there. */
function merged(before: ToldValues, now: MetricValues) {
    const metrics: Metric[] = [];
    const old: MetricValue[] = [];
    const fresh: MetricValue[] = [];
    let a = 0;
    let b = 0;
    while (a < before.metrics.length || b < now.metrics.length) {
        const first = before.metrics[a]?.id ?? Infinity;
        const second = now.metrics[b]?.id ?? Infinity;
        metrics.push(first <= second ? before.metrics[a]! : now.metrics[b]!);
        old.push(first <= second ? before.values[a++] : undefined);
        fresh.push(second <= first ? now.values[b++] : undefined);
    }
    return { metrics, old, fresh };
}
