import type { BlockQuantity } from '../../../../../lib/core/batteries/model';
import { LOOKS } from '../../lib/indicator';
import { isQuantity, type Block } from './blocks';

export type Column = 'module' | 'string' | BlockQuantity | 'state';

/** What the address says: a column, with `-` before it from the highest to the lowest. */
export interface Sorting {
    by: Column;
    descending: boolean;
}

export function sortingOf(text: string | undefined): Sorting {
    const by = text?.replace(/^-/, '');
    const isColumn = by === 'module' || by === 'string' || by === 'state' || isQuantity(by);
    return isColumn ? { by, descending: text!.startsWith('-') } : { by: 'module', descending: false };
}

export function sortingText({ by, descending }: Sorting): string | undefined {
    if (by === 'module' && !descending) return undefined;
    return (descending ? '-' : '') + by;
}

/** Sorted; blocks whose value nobody knows come last both ways, and among equals the lower number first. `state`: the worst first. */
export function sorted(blocks: readonly Block[], { by, descending }: Sorting): Block[] {
    const sign = descending ? -1 : 1;
    const key = ({ module, string, state, values }: Block): number | undefined => {
        if (by === 'module') return module;
        if (by === 'string') return string;
        return by === 'state' ? LOOKS[state].rank : values[by];
    };
    return [...blocks].sort((a, b) => {
        const [one, other] = [key(a), key(b)];
        if (one === undefined || other === undefined)
            return Number(one === undefined) - Number(other === undefined) || a.module - b.module;
        return sign * (one - other) || a.module - b.module;
    });
}
