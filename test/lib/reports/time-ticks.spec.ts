import assert from 'node:assert/strict';
import { timeTicks } from '../../../lib/reports/time-ticks';
import { zoneOf } from '../../../lib/zones/temporal-zone';

const BERLIN = zoneOf('Europe/Berlin');
const ticks = (from: string, to: string) =>
    timeTicks(BERLIN, { from: Date.parse(from), to: Date.parse(to) }).map((at) =>
        new Date(at).toISOString().slice(11, 16),
    );

describe('times under the curves of a report', () => {
    it('are round times of the clock on the wall', () => {
        assert.deepEqual(ticks('2026-01-15T01:10:00Z', '2026-01-15T10:00:00Z'), ['03:00', '05:00', '07:00', '09:00']);
    });

    it('stay round where the clocks change', () => {
        // Local 00:10 to 10:00, in 8 h 50 min: 02:00 does not exist.
        assert.deepEqual(ticks('2026-03-28T23:10:00Z', '2026-03-29T08:00:00Z'), ['02:00', '04:00', '06:00', '08:00']);
        // Local 22:10 to 06:00, in 8 h 50 min: between 02:00 and 04:00 are three hours.
        assert.deepEqual(ticks('2026-10-24T20:10:00Z', '2026-10-25T05:00:00Z'), ['22:00', '00:00', '03:00', '05:00']);
    });

    it('are there in the hour that comes twice, too', () => {
        assert.deepEqual(ticks('2026-10-25T01:10:00Z', '2026-10-25T01:50:00Z'), [
            '01:10',
            '01:20',
            '01:30',
            '01:40',
            '01:50',
        ]);
    });
});
