import type { IndicatorState } from '../core/status/indicator';

/** The order in which pages list states: what a person must know first comes first. */
export const WORST_FIRST: readonly IndicatorState[] = [
    'outage',
    'alarm',
    'lost',
    'warning',
    'testing',
    'never',
    'starting',
    'ok',
    'disabled',
];

/** Sorts by state, the worst first; among equals by name, as people count. */
export function byWorst(
    a: { state: IndicatorState; name: string },
    b: { state: IndicatorState; name: string },
): number {
    return rank(a.state) - rank(b.state) || a.name.localeCompare(b.name, undefined, { numeric: true });
}

/** 0 is the worst. */
export function rank(state: IndicatorState): number {
    return WORST_FIRST.indexOf(state);
}
