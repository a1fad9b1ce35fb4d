import assert from 'node:assert/strict';
import { ScalableClock } from '../../../../lib/core/clock';
import { MemoryJournal } from '../../../../lib/core/journal/memory-journal';
import { UNIT_DEFAULTS } from '../../../../lib/core/unit/unit-config';
import { UpsUnit } from '../../../../lib/core/unit/ups-unit';
import { SimulatedDriver } from '../../../../lib/simulation/simulated-driver';
import { SimulatedUps } from '../../../../lib/simulation/simulated-ups';
import { FakeClock } from '../../../support/fake-clock';

const SPEED = 60;

/** A simulated UPS as `ups-simulator` runs it: the unit's clock is as fast as the UPS lives. */
class FastUps {
    readonly machine = new FakeClock();
    readonly told: string[] = [];
    readonly ups: SimulatedUps;
    readonly unit: UpsUnit;

    constructor(journal = new MemoryJournal()) {
        const clock = new ScalableClock(this.machine);
        this.unit = new UpsUnit({
            id: 'unit1',
            name: 'UPS 1',
            config: { ...UNIT_DEFAULTS, staleSeconds: 30 },
            clock,
            journal,
            log: { append: () => {} },
            text: (id, active) => `${id} ${active ? 'on' : 'off'}`,
            problem: (error) => assert.fail(String(error)),
        });
        this.unit.subscribe((change) => {
            if (change.kind === 'edge') this.told.push(`${change.event.id} ${change.event.active ? 'on' : 'off'}`);
        });
        this.unit.start();
        clock.setSpeed(SPEED);
        this.ups = new SimulatedUps(clock, {});
        const ignore = () => {};
        this.unit.addDriver('simulator', new SimulatedDriver(this.ups, clock, 1000), ignore, ignore, {
            intervalSeconds: 1,
        });
        this.machine.advanceSync(1000);
    }
}

describe('a UPS that lives 60 times as fast as life', () => {
    it('is not silent because the process stood still for a second', () => {
        const { machine, told, unit } = new FastUps();
        for (let time = 0; time < 5; time++) {
            machine.stall(1000);
            machine.advanceSync(300);
        }
        assert.deepEqual(told, []);
        assert.equal(unit.isSilent, false);
    });

    it('is silent after staleSeconds of real time, and then at once heard again', () => {
        const { machine, told, ups } = new FastUps();
        ups.silent = true;
        machine.advanceSync(29_000);
        assert.deepEqual(told, []);
        machine.advanceSync(2000);
        assert.deepEqual(told, ['communication-lost on']);
        ups.silent = false;
        machine.advanceSync(100);
        assert.deepEqual(told, ['communication-lost on', 'communication-lost off']);
    });

    it('in an outage counts its runtime down at its own speed, also before it counts as silent', () => {
        const { machine, ups, unit } = new FastUps();
        ups.setMains(false);
        machine.advanceSync(1000);
        const before = unit.remainingSeconds('smaller')!;
        ups.silent = true;
        machine.advanceSync(10_000);
        assert.equal(unit.isSilent, false);
        const gone = before - unit.remainingSeconds('smaller')!;
        assert.ok(Math.abs(gone - 10 * SPEED) < 2, `${gone} s of runtime gone in ${10 * SPEED} s`);
    });
});
