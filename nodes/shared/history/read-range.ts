import type { Range } from '../../../lib/reports';

const LONGEST_MS = 400 * 86_400_000;

/** A range from two values of a message, each epoch ms, a Date or ISO 8601; undefined: they are none, or too far apart. */
export function readRange(from: unknown, to: unknown): Range | undefined {
    const range = { from: stamp(from), to: stamp(to) };
    const length = range.to - range.from;
    return length > 0 && length <= LONGEST_MS ? range : undefined;
}

function stamp(value: unknown): number {
    if (typeof value === 'number') return value;
    if (value instanceof Date) return value.getTime();
    return typeof value === 'string' && value.trim() !== '' ? new Date(value).getTime() : NaN;
}
