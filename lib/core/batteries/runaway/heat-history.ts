import type { Values } from '../model';

/** Six buckets make up the time over which a rise is measured. */
const BUCKETS = 6;
/** Of that time so much has to be there before a rise is known. */
const LEAST_SPAN = 0.6;
/** A slow sweep has few readings in that time: it is prolonged until it has so many [ours]. */
const ENOUGH_READINGS = 12;
/** But no further back than this. */
const LONGEST_MS = 90 * 60_000;
/** K: what one reading is uncertain by at least, with its steps of 0.5 °C. A few readings that lie on a line by chance are no proof of a rise [ours]. */
const READING_ERROR = 0.3;
const MS_PER_HOUR = 3_600_000;

interface Bucket {
    start: number;
    times: Mean;
    median: Mean;
    ambient: Mean;
    sums: Float64Array;
    counts: Uint32Array;
}

interface Mean {
    sum: number;
    count: number;
}

/** JSON: the means of one bucket, for some blocks. */
export interface StoredBucket {
    /** ms before the state was taken */
    ageMs: number;
    /** Sweeps in it. */
    readings?: number;
    median?: number;
    ambient?: number;
    /** °C by module */
    blocks: Record<string, number>;
}

/** K per hour. */
export interface Rise {
    /** By itself, or against what it is compared with: the smaller one. A block that only stays warm while its surroundings cool does not rise. */
    perHour: number;
    /** Standard error: steps of the sensor, noise and few readings make it large. */
    error: number;
}

/** Temperatures of the last half hour or so, as means of a few minutes: 0.5 °C of resolution, and noise, tell no rise. */
export class HeatHistory {
    private buckets: Bucket[] = [];
    private readonly bucketMs: number;

    constructor(
        private readonly modules: number,
        riseMinutes: number,
    ) {
        this.bucketMs = (riseMinutes * 60_000) / BUCKETS;
    }

    /** @param now monotonic ms @param temperatures °C by block, NaN for those that are not judged */
    add(now: number, temperatures: Values, median: number | undefined, ambient: number | undefined): void {
        const bucket = this.bucketAt(now);
        count(bucket.times, now);
        count(bucket.median, median);
        count(bucket.ambient, ambient);
        for (let index = 0; index < this.modules; index++) {
            const value = temperatures[index]!;
            if (Number.isNaN(value)) continue;
            bucket.sums[index]! += value;
            bucket.counts[index]!++;
        }
    }

    /** After a jump of its sensor nothing is known of how a block rose. @param module from 1 */
    forget(module: number): void {
        for (const bucket of this.buckets) bucket.counts[module - 1] = bucket.sums[module - 1] = 0;
    }

    /** Undefined while too little of the time is known. @param module from 1 */
    rise(module: number, reference: 'median' | 'ambient'): Rise | undefined {
        const known = this.window(module);
        const times = known.map(({ times }) => mean(times)!);
        const span = (times.at(-1) ?? 0) - (times[0] ?? 0);
        if (span < LEAST_SPAN * BUCKETS * this.bucketMs) return undefined;
        const value = ({ sums, counts }: Bucket) => sums[module - 1]! / counts[module - 1]!;
        const readings = (buckets: readonly Bucket[]) =>
            buckets.reduce((sum, { counts }) => sum + counts[module - 1]!, 0) / buckets.length;
        const own = slope(times, known.map(value), readings(known));
        const compared = known.filter((bucket) => bucket[reference].count > 0);
        if (compared.length < 3) return own;
        const against = slope(
            compared.map((bucket) => mean(bucket.times)!),
            compared.map((bucket) => value(bucket) - mean(bucket[reference])!),
            readings(compared),
        );
        return against.perHour < own.perHour ? against : own;
    }

    state(now: number, modules: readonly number[]): StoredBucket[] {
        return this.buckets.map(({ times, median, ambient, sums, counts }) => ({
            ageMs: now - mean(times)!,
            readings: times.count,
            median: mean(median),
            ambient: mean(ambient),
            blocks: Object.fromEntries(
                modules
                    .filter((module) => counts[module - 1]! > 0)
                    .map((module) => [module, sums[module - 1]! / counts[module - 1]!]),
            ),
        }));
    }

    /** @param now monotonic ms, at which the stored buckets are older by `awayMs` */
    restore(stored: readonly StoredBucket[], now: number, awayMs: number): void {
        for (const { ageMs, readings = 1, median, ambient, blocks } of stored) {
            const at = now - ageMs - awayMs;
            if (ageMs + awayMs > Math.max((BUCKETS + 1) * this.bucketMs, LONGEST_MS)) continue;
            const bucket = this.bucketAt(at);
            bucket.times.sum += at * readings;
            bucket.times.count += readings;
            count(bucket.median, median);
            count(bucket.ambient, ambient);
            for (const [module, value] of Object.entries(blocks)) {
                const index = Number(module) - 1;
                if (!(index >= 0 && index < this.modules)) continue;
                bucket.sums[index] = value * readings;
                bucket.counts[index] = readings;
            }
        }
    }

    private bucketAt(now: number): Bucket {
        const start = Math.floor(now / this.bucketMs) * this.bucketMs;
        const last = this.buckets.at(-1);
        if (last?.start === start) return last;
        const bucket: Bucket = {
            start,
            times: { sum: 0, count: 0 },
            median: { sum: 0, count: 0 },
            ambient: { sum: 0, count: 0 },
            sums: new Float64Array(this.modules),
            counts: new Uint32Array(this.modules),
        };
        const kept = this.buckets.filter(({ start: from }, index) => {
            const age = start - from;
            if (age <= BUCKETS * this.bucketMs) return true;
            const later = this.buckets.slice(index + 1).reduce((sum, { times }) => sum + times.count, 0);
            return age <= LONGEST_MS && later < ENOUGH_READINGS;
        });
        this.buckets = [...kept, bucket];
        return bucket;
    }

    /** The latest buckets with this module: those of the time of a rise, and of older ones as many as it takes for enough readings. */
    private window(module: number): Bucket[] {
        const newest = this.buckets.at(-1)?.start ?? 0;
        let readings = 0;
        const found: Bucket[] = [];
        for (const bucket of this.buckets.toReversed()) {
            const many = bucket.counts[module - 1]!;
            if (newest - bucket.start > BUCKETS * this.bucketMs && readings >= ENOUGH_READINGS) break;
            if (many === 0) continue;
            found.unshift(bucket);
            readings += many;
        }
        return found;
    }
}

function count(to: Mean, value: number | undefined): void {
    if (value === undefined || Number.isNaN(value)) return;
    to.sum += value;
    to.count++;
}

function mean({ sum, count: many }: Mean): number | undefined {
    return many ? sum / many : undefined;
}

/** By least squares. @param times ms @param readings in each value, on average */
function slope(times: readonly number[], values: readonly number[], readings: number): Rise {
    const middle = times.reduce((sum, time) => sum + time, 0) / times.length;
    const level = values.reduce((sum, value) => sum + value, 0) / values.length;
    let above = 0;
    let below = 0;
    times.forEach((time, index) => {
        above += (time - middle) * (values[index]! - level);
        below += (time - middle) ** 2;
    });
    if (below === 0) return { perHour: 0, error: Infinity };
    const perMs = above / below;
    const rest = times.reduce((sum, time, index) => sum + (values[index]! - level - perMs * (time - middle)) ** 2, 0);
    const seen = times.length > 2 ? Math.sqrt(rest / (times.length - 2)) : 0;
    const error = Math.max(seen, READING_ERROR / Math.sqrt(readings)) / Math.sqrt(below);
    return { perHour: perMs * MS_PER_HOUR, error: error * MS_PER_HOUR };
}
