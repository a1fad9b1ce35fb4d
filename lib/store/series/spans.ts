import { commonZeros, type Spans } from './block-codec';

/**
 * Mean, lowest and highest value of each span of `step` seconds, for `count` spans from `start`. Of a state, the code that most samples
 * had. The mean is rounded to the resolution of the values, so that it packs as well as they do.
 * @param times seconds, ascending
 * @param values scaled whole numbers; NaN = unknown, as for a span without a value
 */
export function spansOf(
    kind: 'number' | 'state',
    times: ArrayLike<number>,
    values: Float64Array,
    { start, step, count }: { start: number; step: number; count: number },
): Spans {
    const spans = emptySpans(kind, count);
    const unit = 10 ** commonZeros([values]);
    for (let i = 0; i < times.length;) {
        const span = Math.floor((times[i] - start) / step);
        let end = i;
        while (end < times.length && Math.floor((times[end] - start) / step) === span) end++;
        if (span >= 0 && span < count) {
            if (kind === 'state') spans.mean[span] = commonest(values, i, end);
            else range(spans, span, values, i, end, unit);
        }
        i = end;
    }
    return spans;
}

/** Spans of `factor` times the length. @param offset how many spans the first long one lacks at its beginning */
export function longerSpans(kind: 'number' | 'state', spans: Spans, factor: number, offset: number): Spans {
    const count = Math.ceil((spans.mean.length + offset) / factor);
    const longer = emptySpans(kind, count);
    for (let at = 0; at < count; at++) {
        const from = Math.max(0, at * factor - offset);
        const to = Math.min(spans.mean.length, (at + 1) * factor - offset);
        if (kind === 'state') longer.mean[at] = commonest(spans.mean, from, to);
        else merge(longer, at, spans, from, to);
    }
    return longer;
}

/** Puts the known spans of `source` into `target`, from the place `at`. */
export function overlay(target: Spans, source: Spans, at: number): void {
    for (let i = 0; i < source.mean.length; i++) {
        const place = at + i;
        if (Number.isNaN(source.mean[i]) || place < 0 || place >= target.mean.length) continue;
        target.mean[place] = source.mean[i];
        if (target.min && source.min) target.min[place] = source.min[i];
        if (target.max && source.max) target.max[place] = source.max[i];
    }
}

/** Puts all spans of `source` into `target`, where nothing is known yet, from the place `at`. */
export function layIn(target: Spans, source: Spans, at: number): void {
    const [from, to] = [Math.max(0, -at), Math.min(source.mean.length, target.mean.length - at)];
    if (from >= to) return;
    target.mean.set(source.mean.subarray(from, to), at + from);
    if (target.min && source.min) target.min.set(source.min.subarray(from, to), at + from);
    if (target.max && source.max) target.max.set(source.max.subarray(from, to), at + from);
}

export function emptySpans(kind: 'number' | 'state', count: number): Spans {
    const unknown = () => new Float64Array(count).fill(NaN);
    return kind === 'state' ? { mean: unknown() } : { mean: unknown(), min: unknown(), max: unknown() };
}

function range(spans: Spans, at: number, values: Float64Array, from: number, to: number, unit: number): void {
    let [sum, known, min, max] = [0, 0, Infinity, -Infinity];
    for (let i = from; i < to; i++) {
        const value = values[i];
        if (Number.isNaN(value)) continue;
        sum += value;
        known++;
        if (value < min) min = value;
        if (value > max) max = value;
    }
    if (known === 0) return;
    spans.mean[at] = Math.round(sum / known / unit) * unit;
    spans.min![at] = min;
    spans.max![at] = max;
}

function merge(longer: Spans, at: number, { mean, min, max }: Spans, from: number, to: number): void {
    let [sum, known, lowest, highest] = [0, 0, Infinity, -Infinity];
    for (let i = from; i < to; i++) {
        if (Number.isNaN(mean[i])) continue;
        sum += mean[i];
        known++;
        lowest = Math.min(lowest, min![i]);
        highest = Math.max(highest, max![i]);
    }
    if (known === 0) return;
    longer.mean[at] = Math.round(sum / known);
    longer.min![at] = lowest;
    longer.max![at] = highest;
}

/** The code that occurs most often; of two the one that comes first. */
function commonest(codes: Float64Array, from: number, to: number): number {
    const counts = new Map<number, number>();
    for (let i = from; i < to; i++) {
        if (!Number.isNaN(codes[i])) counts.set(codes[i], (counts.get(codes[i]) ?? 0) + 1);
    }
    let [best, most] = [NaN, 0];
    for (const [code, count] of counts) if (count > most) [best, most] = [code, count];
    return best;
}
