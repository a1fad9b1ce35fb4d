import assert from 'node:assert/strict';
import type { BatterySource } from '../../../lib/core/batteries/battery-source';
import type { SeriesStore } from '../../../lib/store/series';
import { blockHistory, type HistoryRequest } from '../../../nodes/batteries/block-history';
import { DAY, HOUR, MINUTE, SeriesBench } from '../../lib/store/series/support';

const BATTERY = { id: 'b1', name: 'Battery 1' };

describe('the history of blocks for a chart', () => {
    let bench: SeriesBench;
    let store: SeriesStore;
    let start: number;
    beforeEach(() => {
        bench = new SeriesBench();
        start = bench.clock.now();
        store = bench.open();
        for (let n = 0; n < 4 * 24; n++) {
            // Block 3 tells nothing from the second hour on.
            const values = Float64Array.of(13.5, 13.6 + (n % 4) / 100, n < 4 ? 13.7 : NaN);
            store.sampleNumbered(BATTERY, start + n * 15 * MINUTE, [{ quantity: 'voltage', unit: 'V', values }]);
        }
    });
    afterEach(() => bench.dispose());

    const ask = (request: HistoryRequest, modules: number | undefined = 3) => {
        const layout = modules === undefined ? {} : { layout: { modules } };
        const battery = { id: 'b1', clock: bench.clock, view: () => layout } as unknown as BatterySource;
        return blockHistory(battery, store, { from: start, to: start + DAY, ...request });
    };

    it('is each sample of chosen blocks, null where nothing is known', async () => {
        const { unit, tier, times, blocks } = await ask({
            quantity: 'voltage',
            modules: '2-3',
            to: start + 75 * MINUTE,
        });
        assert.deepEqual([unit, tier, times.length], ['V', 'fine', 6]);
        assert.deepEqual(times.slice(0, 2), [start, start + 15 * MINUTE]);
        assert.deepEqual(blocks, [
            { module: 2, values: [13.6, 13.61, 13.62, 13.63, 13.6, 13.61] },
            { module: 3, values: [13.7, 13.7, 13.7, 13.7, null, null] },
        ]);
    });

    it('is hours or days where fewer points are wanted, with lowest and highest', async () => {
        const hours = await ask({ quantity: 'voltage', modules: [2], points: 24 });
        assert.deepEqual([hours.tier, hours.times[1]], ['hour', start + HOUR]);
        assert.deepEqual(
            [hours.blocks[0]?.values[0], hours.blocks[0]?.lowest?.[0], hours.blocks[0]?.highest?.[0]],
            [13.62, 13.6, 13.63],
        );
        const days = await ask({ quantity: 'voltage', points: 2 });
        assert.deepEqual([days.tier, days.times], ['day', [start]]);
        assert.deepEqual(
            days.blocks.map(({ module, lowest, highest }) => [module, lowest?.[0], highest?.[0]]),
            [
                [1, 13.5, 13.5],
                [2, 13.6, 13.63],
                [3, 13.7, 13.7],
            ],
        );
    });

    it('is all blocks that the history knows where the monitor has told nothing yet, and nothing of what it does not know', async () => {
        assert.deepEqual(
            (await ask({ quantity: 'voltage' }, undefined)).blocks.map(({ module }) => module),
            [1, 2, 3],
        );
        assert.deepEqual(await ask({ quantity: 'impedance' }), {
            quantity: 'impedance',
            unit: 'mΩ',
            tier: 'fine',
            times: [],
            blocks: [],
        });
    });
});
