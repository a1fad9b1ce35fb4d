import type { BlockQuantity } from '../../../../../lib/core/batteries/model';
import type { BlockLimit } from '../../../../../lib/views';

/** From the foot of a bar to its top, in the unit of the quantity. */
export interface Scale {
    from: number;
    to: number;
}

/** Blocks that are alike look alike: a scale reaches at least so far around their middle. A part of it, or K. */
const LEAST: Readonly<Partial<Record<BlockQuantity, (middle: number) => number>>> = {
    voltage: (middle) => middle * 0.03,
    impedance: (middle) => middle * 0.25,
    temperature: () => 5,
};
/** Room beyond the outermost limit, as a part of the span between the limits: a block far beyond it ends there. */
const BEYOND = 0.3;

/**
 * The scale of all bars of a battery: its limits and its values are in it, but no block that is far beyond a limit may make all the others flat.
 * @param values those that are known
 */
export function scaleOf(quantity: BlockQuantity, values: readonly number[], limits: readonly BlockLimit[]): Scale {
    const least = LEAST[quantity];
    if (!least) return { from: 0, to: 100 };
    const bounds = limits.map(({ value }) => value);
    const sorted = [...values].sort((a, b) => a - b);
    const middle = sorted[sorted.length >> 1] ?? bounds[0] ?? 0;
    const around = least(Math.abs(middle)) || 1;
    const low = limits.filter(({ side }) => side === 'low').map(({ value }) => value);
    const high = limits.filter(({ side }) => side === 'high').map(({ value }) => value);
    const inner = { from: Math.min(middle - around, ...bounds), to: Math.max(middle + around, ...bounds) };
    const room = (inner.to - inner.from) * BEYOND;
    const lowest = Math.min(inner.from, ...sorted.slice(0, 1));
    const highest = Math.max(inner.to, ...sorted.slice(-1));
    const from = low.length > 0 ? Math.max(lowest, inner.from - room) : lowest;
    const to = high.length > 0 ? Math.min(highest, inner.to + room) : highest;
    const margin = (to - from) * 0.08;
    // What is never negative has no scale below zero.
    return { from: quantity === 'temperature' ? from - margin : Math.max(0, from - margin), to: to + margin };
}

/** Where a value is on a scale, 0 … 1; what is beyond it is at its end. */
export function placeOn({ from, to }: Scale, value: number): number {
    return to > from ? Math.min(1, Math.max(0, (value - from) / (to - from))) : 0.5;
}
