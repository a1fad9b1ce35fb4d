import assert from 'node:assert/strict';
import { onBattery, UnitBench } from '../../../support/fake-ups';

describe('UpsUnit after a restart', () => {
    it('takes the outage for confirmed by no reading that tells nothing of it', () => {
        const bench = new UnitBench({ staleSeconds: 30 });
        bench.readFor(10, onBattery);
        const again = bench.restart(600_000, { staleSeconds: 30 });
        // A contact for the battery alone, heard before the card: what fell due must not fire on this.
        const blind = () => ({ alarms: [], alarmsTold: ['low-battery' as const], output: { lines: [] } });
        again.readFor(29, blind);
        assert.equal(again.unit.stateOf('power-fail').active, true);
        assert.equal(again.unit.stateOf('power-fail').confirmed, false);
        again.readFor(3, blind);
        assert.equal(again.unit.stateOf('power-fail').confirmed, true, 'as if it were silent: nobody says otherwise');
        assert.deepEqual(again.told, []);
    });
});
