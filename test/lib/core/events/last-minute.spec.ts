import assert from 'node:assert/strict';
import { onBattery, onMains, UnitBench } from '../../../support/fake-ups';

const lasting = (minutesRemaining: number) => () =>
    onBattery({ battery: { state: 'normal', chargePercent: 20, minutesRemaining } });
const SLOW = { confirmSeconds: 30, shutdownSeconds: 120 };

describe('an outage in which the runtime is about to end', () => {
    it('is not confirmed for long first: it begins at once, and the shutdown with it', () => {
        const bench = new UnitBench(SLOW);
        bench.driver.read(onMains());
        bench.readFor(2, lasting(1));
        assert.deepEqual(bench.told, ['power-fail on', 'system-shutdown on']);
    });

    it('begins as soon as the runtime falls to the limit, and counts from the first reading that showed it', () => {
        const bench = new UnitBench(SLOW);
        bench.driver.read(onMains());
        const failedAt = bench.clock.now();
        bench.readFor(10, lasting(10));
        assert.deepEqual(bench.told, []);
        bench.readFor(2, lasting(2));
        assert.deepEqual(bench.told, ['power-fail on', 'system-shutdown on'], '120 s are no more than the limit');
        assert.equal(bench.edges[0]!.since, failedAt);
    });

    it('is confirmed as usual if no limit is set', () => {
        const bench = new UnitBench({ ...SLOW, shutdownSeconds: undefined });
        bench.driver.read(onMains());
        bench.readFor(29, lasting(1));
        assert.deepEqual(bench.told, []);
        bench.readFor(3, lasting(1));
        assert.deepEqual(bench.told, ['power-fail on']);
    });

    it('does not begin again if it is over before it would have been confirmed', () => {
        const bench = new UnitBench({ ...SLOW, staleSeconds: 60 });
        bench.driver.read(onMains());
        bench.readFor(1, lasting(1));
        bench.readFor(1, onMains);
        bench.clock.advanceSync(40_000);
        assert.deepEqual(bench.told, ['power-fail on', 'system-shutdown on', 'power-fail off', 'system-shutdown off']);
    });

    it('begins the shutdown in silence, before anybody is shown so little runtime', () => {
        const bench = new UnitBench({ shutdownSeconds: 120 });
        const shown: [minutes: number, shutsDown: boolean][] = [];
        bench.unit.onStatus(({ battery }) =>
            shown.push([battery.minutesRemaining!, bench.unit.stateOf('system-shutdown').active]),
        );
        bench.driver.read(onMains());
        bench.readFor(3, lasting(10));
        bench.clock.advanceSync(9 * 60_000);
        assert.deepEqual(bench.told, ['power-fail on', 'communication-lost on', 'system-shutdown on']);
        assert.ok(shown.some(([minutes]) => minutes <= 2));
        assert.deepEqual(
            shown.filter(([minutes, shutsDown]) => minutes <= 2 && !shutsDown),
            [],
        );
    });
});
