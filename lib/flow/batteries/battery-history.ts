import type { Series } from '../../core/batteries/health/series';
import type { RecordedDischarge } from '../../core/batteries/health/recorded-curves';
import type { DischargeRecord } from '../../core/batteries/discharge/record';
import type { BlockQuantity } from '../../core/batteries/model';
import type { Slices } from '../../core/turns';

/** What is kept of one battery. The series store implements it. Everything is read in slices. */
export interface BatteryHistory {
    /**
     * One quantity of all blocks, module 1 first; blocks of which nothing is kept have no values.
     * @param from epoch ms, as `to`
     * @param points at most so many for each block: older values as means of hours or days
     */
    blocks(query: BlocksQuery, slices: Slices): Promise<Series[]>;
    /** Oldest first, one that lasts included. */
    discharges(): DischargeRecord[];
    /** Undefined: there is none of this id. */
    discharge(id: string, slices: Slices): Promise<RecordedDischarge | undefined>;
}

export interface BlocksQuery {
    quantity: BlockQuantity;
    modules: number;
    from: number;
    to: number;
    points: number;
}

/** Of a battery without a site: nothing is kept. */
export const NO_HISTORY: BatteryHistory = {
    blocks: () => Promise.resolve([]),
    discharges: () => [],
    discharge: () => Promise.resolve(undefined),
};
