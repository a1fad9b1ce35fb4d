import { rankOf, type IndicatorState } from '../core/status/indicator';

/** Sorts by state, the worst first; among equals by name, as people count. */
export function byWorst(
    a: { state: IndicatorState; name: string },
    b: { state: IndicatorState; name: string },
): number {
    return rankOf(a.state) - rankOf(b.state) || a.name.localeCompare(b.name, undefined, { numeric: true });
}
