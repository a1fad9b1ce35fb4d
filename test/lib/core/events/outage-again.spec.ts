import assert from 'node:assert/strict';
import type { PartialStatus } from '../../../../lib/core/status/status';
import { onBattery, onMains, UnitBench } from '../../../support/fake-ups';

/** The card names the mains, beside a dead input and a charge of so many percent. */
const late = (charge: number): PartialStatus =>
    onMains({
        battery: { state: 'normal', chargePercent: charge, secondsOnBattery: 0 },
        input: { lines: [{ voltage: 0 }] },
    });
const back = (charge: number): PartialStatus =>
    onMains({ battery: { state: 'normal', chargePercent: charge, secondsOnBattery: 0 } });

describe('an outage soon after another one, of a card that names the battery late', () => {
    it('is seen when the charge has fallen by 2 points from where it stood with the mains', () => {
        const bench = new UnitBench();
        bench.readFor(5, () => onMains());
        bench.readFor(20, () => onBattery({ battery: { state: 'normal', chargePercent: 30, secondsOnBattery: 9 } }));
        bench.readFor(1, () => back(30));
        assert.deepEqual(bench.told, ['power-fail on', 'power-fail off']);
        for (const charge of [30, 29]) bench.readFor(1, () => late(charge));
        assert.deepEqual(bench.told, ['power-fail on', 'power-fail off']);
        bench.readFor(1, () => late(28));
        assert.deepEqual(bench.told.slice(2), ['power-fail on']);
    });
});
