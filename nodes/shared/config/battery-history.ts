import type { Series } from '../../../lib/core/batteries/health/series';
import { NO_HISTORY, type BatteryHistory } from '../../../lib/flow/batteries/battery-history';
import { blockQuantity, type SeriesStore } from '../../../lib/store/series';

/** So many blocks are read at once: what is on its way stays small. */
const TOGETHER = 32;
const NOTHING: Series = { times: [], values: [] };

/** What the site keeps of a battery. @param owner its node id */
export function batteryHistory(series: SeriesStore | undefined, owner: string): BatteryHistory {
    if (!series) return NO_HISTORY;
    return {
        blocks: async ({ quantity, modules, from, to, points }, slices) => {
            const all: Series[] = [];
            for (let first = 1; first <= modules; first += TOGETHER) {
                const count = Math.min(TOGETHER, modules - first + 1);
                const quantities = Array.from({ length: count }, (_, i) => blockQuantity(quantity, first + i));
                const table = await series.readSoon({ owner, quantities, from, to, points }, slices);
                const times = Float64Array.from(table.times);
                const columns = new Map(table.columns.map((column) => [column.quantity, column.mean]));
                for (const name of quantities) {
                    const mean = columns.get(name);
                    all.push(mean ? { times, values: Float64Array.from(mean, (value) => value ?? NaN) } : NOTHING);
                    await slices.breathe();
                }
            }
            return all;
        },
        discharges: () => series.discharges(owner),
        discharge: (id, slices) => series.discharge(owner, id, slices),
    };
}
