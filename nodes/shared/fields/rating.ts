import { invalid, type FieldFault } from '../../../lib/core/settings';

/** Checks that the load is not above the rated power. Both in VA. */
export function loadFault(loadVA: number | undefined, ratedVA: number | undefined): FieldFault | undefined {
    if (loadVA === undefined || ratedVA === undefined || loadVA <= ratedVA) return undefined;
    return invalid('withinRating', loadVA, { max: ratedVA });
}
