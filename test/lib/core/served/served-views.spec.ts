import assert from 'node:assert/strict';
import { ServedViews } from '../../../../lib/core/served/served-views';
import { UNIT_DEFAULTS } from '../../../../lib/core/unit/unit-config';
import { onBattery, onMains, UnitBench } from '../../../support/fake-ups';

describe('what servers tell of UPSs, over deploys', () => {
    let bench: UnitBench;
    let views: ServedViews;
    beforeEach(() => {
        bench = new UnitBench();
        views = new ServedViews(bench.clock);
    });
    afterEach(() => {
        views.destroy();
        bench.unit.destroy();
    });
    const of = (unit: UnitBench['unit'] | undefined) => views.of('unit1', unit);

    it('is made once for all clients, and tells a change at the next request', () => {
        bench.readFor(3, onMains);
        const first = of(bench.unit);
        assert.equal(of(bench.unit), first);
        bench.driver.read(onBattery());
        assert.equal(of(bench.unit)!.onBattery, true);
    });

    it('counts down without news', () => {
        bench.readFor(3, onBattery);
        const before = of(bench.unit)!.remainingSeconds!;
        bench.clock.advanceSync(10_000);
        assert.ok(of(bench.unit)!.remainingSeconds! <= before - 9);
    });

    it('stands in while a deploy replaces the UPS, until its device has answered, and no longer than silence may last', () => {
        bench.readFor(3, onMains);
        of(bench.unit);
        bench.unit.destroy();
        assert.equal(of(undefined)!.onBattery, false);
        bench = new UnitBench({}, bench.clock);
        assert.equal(of(bench.unit)!.knowledge, 'live');
        bench.readFor(1, onBattery);
        assert.equal(of(bench.unit)!.onBattery, true);
    });

    it('stands in in an outage, too, with its low battery: a deploy confirms nothing', () => {
        const low = () => onBattery({ battery: { state: 'low', chargePercent: 8, minutesRemaining: 2 } });
        bench.readFor(5, low);
        of(bench.unit);
        bench.unit.destroy();
        bench = new UnitBench({}, bench.clock, bench.journal);
        assert.deepEqual([of(bench.unit)!.knowledge, of(bench.unit)!.batteryLow], ['live', true]);
        bench.readFor(5, onMains);
        assert.deepEqual([of(bench.unit)!.onBattery, of(bench.unit)!.batteryLow], [false, false]);
    });

    it('does not stand in for another UPS that has got the name', () => {
        bench.readFor(3, onBattery);
        of(bench.unit);
        const other = Object.create(new UnitBench({}, bench.clock).unit, {
            id: { value: 'unit2' },
        }) as UnitBench['unit'];
        assert.equal(of(other)!.knowledge, 'none');
    });

    it('knows nothing any more when no device answers the new one', () => {
        bench.readFor(3, onMains);
        of(bench.unit);
        bench.unit.destroy();
        bench = new UnitBench({}, bench.clock);
        bench.clock.advanceSync((UNIT_DEFAULTS.staleSeconds + 1) * 1000);
        assert.notEqual(of(bench.unit)!.knowledge, 'live');
        assert.equal(of(undefined), undefined);
    });
});
