import type { Values } from '../model';
import { inAlarmDelay } from './voltage';
import type { Rule } from './rule';

/**
 * The voltage of each block minus that of the others in its string, V (CS141 manual, "Enable Max Voltage Difference"; its event speaks of a difference "within
 * one or more battery strings"). That of the others is their median [ours]: one dead block makes none of its neighbours stand out. Where every string is
 * one block, the others are all blocks.
 */
export const voltageDifference: Rule = {
    judged({ view, layout }) {
        const { voltage } = view.blocks;
        if (!voltage) return undefined;
        const judged = new Float64Array(voltage.length).fill(NaN);
        const step = layout.perString > 1 ? layout.perString : layout.modules;
        for (let from = 0; from < voltage.length; from += step) compare(voltage, judged, from, from + step);
        return judged;
    },
    held: (input) => inAlarmDelay(input, 'low'),
};

function compare(values: Values, judged: Values, from: number, to: number): void {
    const sorted = values.slice(from, to).filter(Number.isFinite).sort();
    if (sorted.length < 2) return;
    for (let i = from; i < Math.min(to, values.length); i++) judged[i] = values[i]! - medianWithout(sorted, values[i]!);
}

/** The median of `sorted` without one `value` of it. */
function medianWithout(sorted: Values, value: number): number {
    const others = sorted.length - 1;
    const at = (rank: number) => (value > sorted[rank]! ? sorted[rank]! : sorted[rank + 1]!);
    const middle = others >> 1;
    return others % 2 === 1 ? at(middle) : (at(middle - 1) + at(middle)) / 2;
}
