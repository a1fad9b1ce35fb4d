import assert from 'node:assert/strict';
import { energyReport } from '../../../lib/reports';
import { storeSources, type SeriesReader } from '../../../lib/reports/store-sources';
import { at, BERLIN } from './samples';

const QUARTER = 900_000;

describe('readings of a report', () => {
    /** A kilowatt all the time: by quarters for ever, each three minutes since a border. */
    function seriesSince(border: number): SeriesReader {
        const steps = { fine: 180_000, quarter: QUARTER } as Partial<Record<string, number>>;
        return {
            recordings: () => [],
            read: ({ from, to, tier }) => {
                const step = steps[tier];
                const times: number[] = [];
                const first = tier === 'fine' ? Math.max(from, border) : Math.floor(from / QUARTER) * QUARTER;
                if (step) for (let time = first; time <= to; time += step) times.push(time);
                const mean = times.map(() => 1000);
                return {
                    times,
                    gapMs: 2.5 * (step ?? 0),
                    columns: [{ quantity: 'outputPower1', unit: 'W', kind: 'number', mean }],
                };
            },
        };
    }

    it('of a day whose samples are forgotten in part are its quarters: no hour of it is missing', async () => {
        // Samples go by days of UTC, which end in the middle of a day in Berlin.
        const [from, to] = [at('2026-05-31T22:00:00Z'), at('2026-06-03T22:00:00Z')];
        const store = { logEntries: () => [], episodes: () => [] };
        const sources = storeSources(store, seriesSince(at('2026-06-02T00:00:00Z')));
        const request = {
            site: { name: 'Site' },
            unit: { id: 'u', name: 'UPS' },
            now: at('2027-07-01T00:00:00Z'),
            zone: BERLIN,
        };
        const { days } = await energyReport(sources, request, { from, to });
        assert.deepEqual(
            days.map(({ kilowattHours, coverage }) => [kilowattHours?.toFixed(2), coverage.toFixed(3)]),
            [1, 2, 3].map(() => ['24.00', '1.000']),
        );
    });
});
