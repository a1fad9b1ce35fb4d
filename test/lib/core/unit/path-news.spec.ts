import assert from 'node:assert/strict';
import type { DriverState } from '../../../../lib/core/driver';
import type { UpsStatus } from '../../../../lib/core/status/status';
import { pathIndicator, unitIndicator } from '../../../../lib/core/unit/unit-indicator';
import { FakeDriver, onBattery, onMains, UnitBench } from '../../../support/fake-ups';

const SILENT: DriverState = { state: 'waiting', code: 'device-silent', reason: '' };

/** A unit with one more path, to which a device node listens. */
class Bench extends UnitBench {
    readonly device = new FakeDriver();
    readonly states: string[] = [];
    readonly readings: UpsStatus[] = [];
    checks = 0;

    constructor(broken = false) {
        super();
        this.unit.subscribe(({ kind }) => kind === 'check' && this.checks++);
        this.unit.addDriver(
            'device',
            this.device,
            ({ state }) => {
                this.states.push(state.state);
                if (broken) throw new Error('state');
            },
            (status) => {
                this.readings.push(status);
                if (broken) throw new Error('reading');
            },
        );
    }
}

describe('the device node of a path', () => {
    it('is told each state and each reading', () => {
        const bench = new Bench();
        bench.device.read(onMains());
        assert.deepEqual(bench.states, ['ready', 'ready']);
        assert.equal(bench.readings.at(-1)?.output.source, 'normal');
        bench.device.enter(SILENT);
        assert.deepEqual(bench.states, ['ready', 'ready', 'waiting']);
    });

    it('stops neither the unit nor the other callback if it throws, and the fault is reported', () => {
        const bench = new Bench(true);
        bench.device.read(onMains());
        bench.device.read(onBattery());
        assert.deepEqual(bench.told, ['power-fail on']);
        assert.equal(bench.readings.length, 2);
        assert.ok(bench.problems.length >= 4);
    });
});

describe('the followers of a unit', () => {
    it('are asked to look when one of its paths has another state, and only then', () => {
        const bench = new Bench();
        bench.device.enter(SILENT);
        assert.equal(bench.checks, 1);
        assert.equal(unitIndicator(bench.unit), 'never', 'what they then see');
        bench.device.enter(SILENT);
        assert.equal(bench.checks, 1);
    });
});

describe('the indicator of a path', () => {
    const pathOf = (bench: UnitBench) => pathIndicator(bench.unit.pathViews[0]! as never);

    it('shows nothing wrong while it is contacted for the first time', () => {
        const bench = new UnitBench();
        bench.driver.enter({ state: 'connecting' } as DriverState);
        assert.equal(pathOf(bench), 'starting');
    });
});
