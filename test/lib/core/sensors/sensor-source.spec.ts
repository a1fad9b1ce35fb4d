import assert from 'node:assert/strict';
import { MemoryJournal } from '../../../../lib/core/journal/memory-journal';
import type { EventInfo } from '../../../../lib/core/messages';
import type { SensorConfig } from '../../../../lib/core/sensors/sensor-config';
import { SensorSource } from '../../../../lib/core/sensors/sensor-source';
import { FakeClock } from '../../../support/fake-clock';

class Bench {
    readonly edges: EventInfo[] = [];
    readonly sensor: SensorSource;

    constructor(
        readonly config: SensorConfig,
        readonly clock = new FakeClock(),
        readonly journal = new MemoryJournal(),
    ) {
        this.sensor = new SensorSource({
            id: 'sensor1',
            name: 'Cellar',
            clock,
            journal,
            config,
            unit: '°C',
            text: (id, active, value) => `${id} ${active} ${value}`,
        });
        this.sensor.subscribe((change) => change.kind === 'edge' && this.edges.push(change.event));
        this.sensor.start();
    }

    take(...values: number[]): this {
        for (const value of values) {
            this.clock.advanceSync(1000);
            this.sensor.take(value);
        }
        return this;
    }

    /** What was told since the last call. */
    told(): string[] {
        return this.edges.splice(0).map(({ id, active }) => `${id} ${active ? 'on' : 'off'}`);
    }

    /** kill -9, and back after `seconds`. */
    restart(seconds: number, config = this.config): Bench {
        return new Bench(config, new FakeClock(this.clock.now() + seconds * 1000), this.journal);
    }
}

const BOTH: SensorConfig = { alarmLow: -5, preAlarmLow: 3, preAlarmHigh: 30, alarmHigh: 40, hysteresis: 1 };

describe('SensorSource', () => {
    it('tells each level on the way up and down, the pre-alarm first, and normal in between', () => {
        const bench = new Bench(BOTH).take(20);
        assert.deepEqual(bench.told(), ['normal on']);
        bench.take(29.9);
        assert.deepEqual(bench.told(), []);
        bench.take(30);
        assert.deepEqual(bench.told(), ['normal off', 'pre-alarm-high on'], 'reached or exceeded');
        bench.take(41);
        assert.deepEqual(bench.told(), ['alarm-high on']);
        bench.take(39.5);
        assert.deepEqual(bench.told(), [], 'within the hysteresis');
        bench.take(38.9, 20);
        assert.deepEqual(bench.told(), ['alarm-high off', 'pre-alarm-high off', 'normal on']);
        bench.take(-6);
        assert.deepEqual(bench.told(), ['normal off', 'pre-alarm-low on', 'alarm-low on']);
        bench.take(-4.5, -4);
        assert.deepEqual(bench.told(), ['alarm-low off']);
    });

    it('trips beyond its limits only, where that is chosen', () => {
        const bench = new Bench({ ...BOTH, atLimit: false }).take(20, 30, 3);
        assert.deepEqual(bench.told(), ['normal on']);
        bench.take(30.1);
        assert.deepEqual(bench.told(), ['normal off', 'pre-alarm-high on']);
        assert.equal(bench.sensor.view().level, 'pre-alarm-high');
    });

    it('stays on at the very limit, and ends inside of it, without a hysteresis', () => {
        const bench = new Bench({ preAlarmHigh: 30, preAlarmLow: 3 }).take(20, 30, 30, 30);
        assert.deepEqual(bench.told(), ['normal on', 'normal off', 'pre-alarm-high on']);
        bench.take(29.9, 3, 3.1);
        assert.deepEqual(bench.told(), [
            'pre-alarm-high off',
            'normal on',
            'normal off',
            'pre-alarm-low on',
            'pre-alarm-low off',
            'normal on',
        ]);
    });

    it('carries the value, the unit and the rule', () => {
        const bench = new Bench(BOTH).take(20, 41);
        const alarm = bench.edges.find(({ id }) => id === 'alarm-high')!;
        assert.equal(alarm.value, 41);
        assert.equal(alarm.unit, '°C');
        assert.equal(alarm.level, 'alarm');
        assert.equal(alarm.evidence!.rule, 'value >= 40');
        assert.equal(bench.edges.find(({ id }) => id === 'pre-alarm-high')!.level, 'warning');
    });

    it('scales, shifts and averages the last readings', () => {
        const bench = new Bench({ scale: 0.1, offset: -2, samples: 3, alarmHigh: 20 });
        bench.take(220);
        assert.equal(bench.sensor.view().value, 20);
        bench.take(230, 240);
        assert.equal(bench.sensor.view().value, 21);
        bench.take(220);
        assert.equal(bench.sensor.view().value, 21, 'the first of four has left the window');
    });

    it('takes a reading outside of its range for none, and loses the connection when nothing else comes', () => {
        const bench = new Bench({ min: -25, max: 100, alarmHigh: 40, timeoutSeconds: 10 }).take(20, 850);
        assert.equal(bench.sensor.view().invalid, true);
        assert.equal(bench.sensor.view().value, 20);
        bench.take(850, 850, NaN, 850, 850, 850, 850, 850);
        assert.deepEqual(bench.told(), ['normal on']);
        bench.take(850, 850);
        assert.deepEqual(bench.told(), ['connection-lost on']);
        assert.equal(bench.sensor.view().value, undefined);
        bench.take(21);
        assert.deepEqual(bench.told(), ['connection-lost off']);
    });

    it('ends nothing and begins nothing while the connection is lost', () => {
        const bench = new Bench({ alarmHigh: 40, seconds: 5, timeoutSeconds: 3 }).take(20, 41);
        bench.clock.advanceSync(60_000);
        assert.deepEqual(bench.told(), ['normal on', 'connection-lost on'], 'one reading is no duration');
        bench.take(41);
        assert.deepEqual(bench.told(), ['connection-lost off', 'normal off', 'alarm-high on']);
        bench.clock.advanceSync(60_000);
        assert.deepEqual(bench.told(), ['connection-lost on']);
    });

    it('waits for the required duration', () => {
        const bench = new Bench({ preAlarmHigh: 30, seconds: 5 }).take(31, 31, 31, 29, 31, 31, 31, 31, 31);
        assert.deepEqual(bench.told(), ['normal on']);
        bench.take(31);
        assert.deepEqual(bench.told(), ['normal off', 'pre-alarm-high on']);
    });

    it('takes recovery values of its own', () => {
        const bench = new Bench({ alarmHigh: 140, alarmHighRecovery: 135, alarmLow: 100, alarmLowRecovery: 107 });
        bench.take(141, 136, 135, 99, 106, 107);
        assert.deepEqual(bench.told(), [
            'alarm-high on',
            'alarm-high off',
            'normal on',
            'normal off',
            'alarm-low on',
            'alarm-low off',
            'normal on',
        ]);
    });

    it('keeps a latched alarm over a restart, and ends it by a reset alone', () => {
        const latched = { ...BOTH, latchLow: true, latchHigh: true };
        const bench = new Bench(latched).take(20, 41, 20);
        assert.deepEqual(bench.told(), ['normal on', 'normal off', 'pre-alarm-high on', 'alarm-high on']);
        const after = bench.restart(3600);
        assert.deepEqual(
            after.sensor
                .activeEvents()
                .map(({ id }) => id)
                .sort(),
            ['alarm-high', 'pre-alarm-high'],
        );
        after.take(20);
        assert.deepEqual(after.told(), []);
        assert.equal(after.sensor.view().latched, true);
        assert.equal(after.sensor.reset(), true);
        assert.deepEqual(after.told(), ['alarm-high off', 'pre-alarm-high off', 'normal on']);
    });

    for (const [side, held, free] of [
        ['latchLow', 'alarm-low', 'alarm-high'],
        ['latchHigh', 'alarm-high', 'alarm-low'],
    ] as const) {
        it(`${side} holds its side, and the other recovers by itself (RMCU manual, "Alarm Setup")`, () => {
            const bench = new Bench({ alarmLow: 10, alarmHigh: 40, [side]: true }).take(20, 5, 20, 45, 20);
            const told = bench.told();
            assert.ok(told.includes(`${held} on`) && !told.includes(`${held} off`), told.join());
            assert.ok(told.includes(`${free} on`) && told.includes(`${free} off`), told.join());
            assert.equal(bench.sensor.reset(), true);
            assert.deepEqual(bench.told(), [`${held} off`, 'normal on']);
        });
    }

    it('does not come on twice over a restart, and ends what has ended meanwhile', () => {
        const bench = new Bench(BOTH).take(20, 41);
        const episode = bench.edges.at(-1)!.episode;
        const after = bench.restart(60);
        assert.equal(after.sensor.stateOf('alarm-high').confirmed, false);
        after.take(42);
        assert.deepEqual(after.told(), []);
        assert.equal(after.sensor.stateOf('alarm-high').episode, episode);
        const again = after.restart(60).take(20);
        assert.deepEqual(again.told(), ['alarm-high off', 'pre-alarm-high off', 'normal on']);
    });

    it('ends what was on when its limit is taken away', () => {
        const bench = new Bench(BOTH).take(41);
        const after = bench.restart(1, { preAlarmHigh: 30 });
        assert.deepEqual(
            after.sensor.activeEvents().map(({ id }) => id),
            ['pre-alarm-high'],
        );
    });

    it('leaves no timer behind', () => {
        const bench = new Bench({ ...BOTH, seconds: 5, timeoutSeconds: 10 }).take(41);
        bench.sensor.destroy();
        assert.equal(bench.clock.pending, 0);
    });

    it('is lost if no value ever comes after the start', () => {
        const bench = new Bench({ ...BOTH, timeoutSeconds: 60 });
        bench.clock.advanceSync(59_000);
        assert.deepEqual(bench.told(), []);
        bench.clock.advanceSync(2000);
        assert.deepEqual(bench.told(), ['connection-lost on']);
    });
});
