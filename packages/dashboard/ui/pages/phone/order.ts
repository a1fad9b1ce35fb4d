import type { UnitTile } from '../../../../../lib/views';

/** They say nothing of the mains yet, and nothing that helps at night. */
const UNREACHED: readonly UnitTile['state'][] = ['never', 'starting', 'disabled'];

/**
 * Which UPSs stand before the failed jobs, and which behind them: what failed, and what one may do about it, is to be seen without scrolling. So
 * beside a failed job only the worst of the UPSs that have answered stands before it.
 * @param units that are shown, the worst first
 */
export function aroundFailures(
    units: readonly UnitTile[],
    hasFailures: boolean,
): { before: UnitTile[]; behind: UnitTile[] } {
    if (!hasFailures) return { before: [...units], behind: [] };
    const worst = units.find(({ state }) => !UNREACHED.includes(state));
    return { before: worst ? [worst] : [], behind: units.filter((unit) => unit !== worst) };
}
