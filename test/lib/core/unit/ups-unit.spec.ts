import assert from 'node:assert/strict';
import type { PartialStatus } from '../../../../lib/core/status/status';
import { onBattery, onMains, UnitBench, FakeDriver } from '../../../support/fake-ups';

describe('UpsUnit', () => {
    it('tells an outage and its end, with one episode, the onset and the evidence', () => {
        const bench = new UnitBench();
        bench.driver.read(onMains());
        bench.clock.advanceSync(10_000);
        const failedAt = bench.clock.now();
        bench.driver.read(onBattery());
        bench.clock.advanceSync(5000);
        bench.driver.read(onMains());

        assert.deepEqual(bench.told, ['power-fail on', 'power-fail off']);
        const [on, off] = bench.edges;
        assert.equal(on.since, failedAt);
        assert.equal(on.at, failedAt);
        assert.equal(on.level, 'alarm');
        assert.equal(on.evidence?.rule, 'alarm on-battery');
        assert.equal(on.evidence?.values['output.source'], 'battery');
        assert.equal(off.episode, on.episode);
        assert.equal(off.since, failedAt);
        assert.equal(off.at, failedAt + 5000);
        assert.deepEqual(
            bench.entries.map(({ kind, level, text }) => [kind, level, text]),
            [
                ['event', 'alarm', 'power-fail on'],
                ['event', 'info', 'power-fail off'],
            ],
        );
    });

    it('waits for a flag to persist, and then counts from its onset', () => {
        const bench = new UnitBench({ confirmSeconds: 5 });
        bench.driver.read(onMains());
        const failedAt = bench.clock.now();
        bench.readFor(4, onBattery);
        bench.driver.read(onMains());
        bench.clock.advanceSync(10_000);
        assert.deepEqual(bench.told, [], 'four seconds are not enough');
        const again = bench.clock.now();
        bench.readFor(6, onBattery);
        assert.deepEqual(bench.told, ['power-fail on']);
        assert.equal(bench.edges[0].since, again);
        assert.equal(bench.edges[0].at, again + 5000);
        assert.notEqual(again, failedAt);
        assert.ok(Math.abs(bench.unit.secondsOnBattery() - 6) < 0.01);
    });

    it('on mains, silence is lost communication and nothing else', () => {
        const bench = new UnitBench({ staleSeconds: 30 });
        bench.driver.read(onMains());
        bench.clock.advanceSync(29_000);
        assert.deepEqual(bench.told, []);
        bench.clock.advanceSync(2000);
        assert.deepEqual(bench.told, ['communication-lost on']);
        bench.driver.read(onMains());
        assert.deepEqual(bench.told, ['communication-lost on', 'communication-lost off']);
    });

    it('tells lost communication when no device ever answers', () => {
        const bench = new UnitBench({ staleSeconds: 30 });
        bench.clock.advanceSync(31_000);
        assert.deepEqual(bench.told, ['communication-lost on']);
    });

    it('takes an agent that has lost its UPS for silence, whatever values it repeats', () => {
        const bench = new UnitBench({ staleSeconds: 30 });
        bench.readFor(3, onBattery);
        bench.readFor(40, () => onMains({ alarms: ['communications-lost'] }));
        assert.deepEqual(bench.told, ['power-fail on', 'communication-lost on']);
        assert.equal(bench.unit.stateOf('power-fail').active, true);
    });

    it('presumes that an outage goes on in silence, counting runtime and charge down', () => {
        const bench = new UnitBench({ staleSeconds: 30, ratedVA: 1000, loadVA: 1000, holdMinutes: 60 });
        const full = () => onBattery({ output: { source: 'battery', lines: [{ load: 100 }] } });
        bench.driver.read(onMains());
        bench.driver.read(
            onBattery({
                battery: { chargePercent: 80, minutesRemaining: 48 },
                output: { source: 'battery', lines: [{ load: 100 }] },
            }),
        );
        assert.ok(full());
        bench.clock.advanceSync(12 * 60_000);
        assert.deepEqual(bench.told, ['power-fail on', 'communication-lost on']);
        const state = bench.unit.stateOf('power-fail');
        assert.equal(state.active, true);
        assert.equal(state.confirmed, true);
        assert.equal(state.held, false);
        assert.ok(Math.abs(state.elapsedMs! - 720_000) < 1500);
        const status = bench.unit.status()!;
        assert.ok(Math.abs(status.battery.minutesRemaining! - 36) < 0.1, `${status.battery.minutesRemaining}`);
        assert.ok(Math.abs(status.battery.chargePercent! - 60) < 0.5, `${status.battery.chargePercent}`);
        assert.ok(Math.abs(bench.unit.remainingSeconds('smaller')! - 36 * 60) < 5);
        assert.equal(bench.unit.ageSeconds, 720);
        bench.driver.read(onMains());
        assert.deepEqual(bench.told.slice(2).sort(), ['communication-lost off', 'power-fail off']);
    });

    it('holds the outage in silence if told so', () => {
        const bench = new UnitBench({ onSilence: 'hold' });
        bench.readFor(3, onBattery);
        bench.clock.advanceSync(60_000);
        assert.equal(bench.unit.stateOf('power-fail').held, true);
        assert.equal(bench.unit.stateOf('communication-lost').held, false);
        assert.equal(bench.unit.status()!.battery.chargePercent, 90, 'nothing is counted down');
    });

    it('goes on confirming an outage that was seen just before the silence', () => {
        const bench = new UnitBench({ confirmSeconds: 60, staleSeconds: 30 });
        bench.driver.read(onMains());
        bench.driver.read(onBattery());
        bench.clock.advanceSync(61_000);
        assert.deepEqual(bench.told, ['communication-lost on', 'power-fail on']);
    });

    describe('tests and calibrations', () => {
        const testing = () =>
            onBattery({
                input: { lines: [{ voltage: 230 }] },
                alarms: ['on-battery', 'test-in-progress'],
                test: { result: 'in-progress' },
            });

        it('are not outages', () => {
            const bench = new UnitBench();
            bench.driver.read(onMains());
            bench.readFor(60, testing);
            bench.driver.read(onMains({ test: { result: 'passed' } }));
            assert.deepEqual(bench.told, ['test-in-progress on', 'test-in-progress off', 'test-passed on']);
        });

        const untold = () => ({ ...testing(), input: { lines: [] } });

        it('cannot hide an outage for longer than they may last, where no input is told', () => {
            const bench = new UnitBench({ testMaxMinutes: 2 });
            bench.driver.read(onMains({ input: { lines: [] } }));
            bench.readFor(119, untold);
            assert.deepEqual(bench.told, ['test-in-progress on']);
            bench.readFor(3, untold);
            assert.deepEqual(bench.told, ['test-in-progress on', 'power-fail on']);
        });

        it('take as long as the battery, and to its end, while the input is seen alive', () => {
            const bench = new UnitBench({ testMaxMinutes: 2 });
            bench.driver.read(onMains());
            bench.readFor(600, testing);
            bench.readFor(60, () => ({ ...testing(), battery: { state: 'low', chargePercent: 12 } }));
            assert.ok(!bench.told.includes('power-fail on'), bench.told.join());
            bench.readFor(3, () => ({ ...testing(), input: { lines: [{ voltage: 0 }] } }));
            assert.ok(bench.told.includes('power-fail on'), 'the mains fail in the test');
        });

        it('are none before the device says so, where one was asked for, nor while it goes back to the mains', async () => {
            const bench = new UnitBench();
            const untoldTest = () => ({ ...onBattery({ alarms: ['on-battery'] }), input: onMains().input });
            bench.readFor(3, onMains);
            await bench.unit.execute({ type: 'test', test: 'quick' });
            bench.readFor(5, untoldTest);
            bench.readFor(100, testing);
            bench.readFor(3, () => ({ ...untoldTest(), test: { result: 'passed' } }));
            assert.ok(!bench.told.includes('power-fail on'), bench.told.join());
            bench.readFor(10, () => ({ ...untoldTest(), test: { result: 'passed' } }));
            assert.ok(bench.told.includes('power-fail on'), 'it does not go back');
        });

        it('end an outage as soon as the input is seen alive', () => {
            const bench = new UnitBench();
            bench.readFor(3, onMains);
            bench.readFor(3, onBattery);
            bench.readFor(3, () => ({ ...testing(), input: { lines: [{ voltage: 0 }] } }));
            assert.ok(!bench.told.includes('power-fail off'));
            bench.readFor(3, testing);
            assert.ok(bench.told.includes('power-fail off'));
        });

        it('that an outage has cut short say nothing of the battery', () => {
            const bench = new UnitBench();
            const at = (voltage: number, reading: PartialStatus) => ({ ...reading, battery: { voltage } });
            bench.readFor(3, () => at(27.3, onMains()));
            bench.readFor(3, () => at(25.6, testing()));
            bench.readFor(3, () => at(24.2, onBattery()));
            bench.readFor(3, () => at(24.3, onMains()));
            assert.ok(!bench.told.some((edge) => edge.startsWith('battery-bad')), bench.told.join());
        });

        it('cannot hide a dead input, nor, where no input is told, a battery that runs low', () => {
            const dead = new UnitBench();
            dead.driver.read(onMains());
            dead.driver.read(testing());
            dead.driver.read({ ...testing(), input: { lines: [{ voltage: 0 }] } });
            assert.ok(dead.told.includes('power-fail on'));
            const low = new UnitBench();
            low.driver.read(onMains({ input: { lines: [] } }));
            low.driver.read(untold());
            low.driver.read({ ...untold(), battery: { state: 'low' } });
            assert.ok(low.told.includes('power-fail on'));
        });

        it('tell a bad battery by its voltage where the device gives no result', () => {
            const bench = new UnitBench({ healthPercent: 10 });
            bench.driver.read(onMains());
            bench.driver.read(testing());
            bench.driver.read(onMains({ battery: { voltage: 47, state: 'normal' } }));
            assert.ok(bench.told.includes('battery-bad on'), bench.told.join());
            const healthy = new UnitBench({ healthPercent: 10 });
            healthy.driver.read(onMains());
            healthy.driver.read(testing());
            healthy.driver.read(onMains({ battery: { voltage: 50, state: 'normal' } }));
            assert.ok(!healthy.told.includes('battery-bad on'));
        });

        it('do not clear a bad battery by beginning', () => {
            const bench = new UnitBench({ healthPercent: 10 });
            for (let test = 0; test < 2; test++) {
                bench.driver.read(onMains());
                bench.driver.read(testing());
                bench.driver.read(onMains({ battery: { voltage: 47, state: 'normal' } }));
            }
            const told = bench.told.filter((edge) => edge.startsWith('battery-bad'));
            assert.deepEqual(told, ['battery-bad on']);
        });

        it('take an old result at the first reading for no news', () => {
            const bench = new UnitBench();
            bench.readFor(3, () => onMains({ test: { result: 'passed' } }));
            assert.deepEqual(bench.told, []);
        });
    });

    describe('cards that say "battery" on mains', () => {
        const lying = () =>
            onMains({ output: { source: 'battery', lines: [] }, alarms: undefined, battery: { secondsOnBattery: 0 } });

        it('are not believed without a sign of a discharge', () => {
            const bench = new UnitBench();
            bench.readFor(10, lying);
            assert.deepEqual(bench.told, []);
            bench.driver.read({ ...lying(), battery: { secondsOnBattery: 3 } });
            assert.deepEqual(bench.told, ['power-fail on']);
        });

        it('are believed at once if they have ever said otherwise', () => {
            const bench = new UnitBench();
            bench.driver.read(onMains());
            bench.driver.read(lying());
            assert.deepEqual(bench.told, ['power-fail on']);
        });
    });

    it('does not end an outage because the empty UPS has switched its output off', () => {
        const bench = new UnitBench();
        bench.driver.read(onBattery());
        bench.driver.read(
            onBattery({ output: { source: 'none', lines: [] }, alarms: ['depleted-battery', 'ups-output-off'] }),
        );
        assert.ok(!bench.told.includes('power-fail off'));
        bench.driver.read(onMains());
        assert.ok(bench.told.includes('power-fail off'));
    });

    it('tells the system shutdown when the configured runtime is left, once', () => {
        const bench = new UnitBench({ shutdownSeconds: 120 });
        bench.driver.read(onBattery({ battery: { minutesRemaining: 5 } }));
        bench.driver.read(onBattery({ battery: { minutesRemaining: 2 } }));
        bench.driver.read(onBattery({ battery: { minutesRemaining: 4 } }));
        assert.deepEqual(bench.told, ['power-fail on', 'system-shutdown on']);
        bench.driver.read(onMains());
        assert.deepEqual(bench.told.slice(2).sort(), ['power-fail off', 'system-shutdown off']);
    });

    it('tells a battery that is too old, by months of 30 days', () => {
        const bench = new UnitBench({ batteryInstalledOn: '2025-01-01', batteryMaxAgeMonths: 12 });
        bench.driver.read(onMains());
        assert.deepEqual(bench.told, ['battery-too-old on']);
        const young = new UnitBench({ batteryInstalledOn: '2025-06-01', batteryMaxAgeMonths: 12 });
        young.driver.read(onMains());
        assert.deepEqual(young.told, []);
    });

    it('takes the age of the battery from the device where none is set, and lets the setting decide where one is', () => {
        const device = (installedOn: string) => onMains({ battery: { installedOn } });
        const bench = new UnitBench({ batteryMaxAgeMonths: 12 });
        bench.driver.read(device('2025-06-01'));
        assert.deepEqual(bench.told, []);
        bench.driver.read(device('2025-01-01'));
        assert.deepEqual(bench.told, ['battery-too-old on']);
        bench.driver.read(device('2025-06-01'));
        assert.deepEqual(bench.told, ['battery-too-old on', 'battery-too-old off']);
        const replaced = new UnitBench({ batteryInstalledOn: '2025-06-01', batteryMaxAgeMonths: 12 });
        replaced.driver.read(device('2019-01-01'));
        assert.deepEqual(replaced.told, []);
    });

    it('polls faster while an alarm is on', () => {
        const bench = new UnitBench();
        bench.driver.read(onMains());
        assert.equal(bench.driver.urgent, false);
        bench.driver.read(onBattery());
        assert.equal(bench.driver.urgent, true);
        bench.driver.read(onMains());
        assert.equal(bench.driver.urgent, false);
    });

    it('lets a second device take over without an event', () => {
        const bench = new UnitBench({ staleSeconds: 30 });
        const spare = new FakeDriver();
        bench.addPath('driver2', spare);
        bench.driver.read(onBattery());
        for (let second = 0; second < 60; second++) {
            spare.read(onBattery({ alarms: undefined }));
            bench.clock.advanceSync(1000);
        }
        assert.deepEqual(bench.told, ['power-fail on']);
        spare.read(onMains({ alarms: undefined }));
        assert.deepEqual(bench.told, ['power-fail on', 'power-fail off']);
    });

    describe('after kill -9', () => {
        it('goes on with the same episode from its true onset', () => {
            const before = new UnitBench();
            before.driver.read(onMains());
            const onset = before.clock.now();
            before.readFor(100, onBattery);
            const after = before.restart(20_000);
            assert.equal(after.unit.stateOf('power-fail').active, true);
            assert.equal(after.unit.stateOf('power-fail').confirmed, false);
            after.driver.read(onBattery());
            const state = after.unit.stateOf('power-fail');
            assert.equal(state.confirmed, true);
            assert.equal(state.episode, before.edges[0].episode);
            assert.ok(Math.abs(state.elapsedMs! - 120_000) < 10, `${state.elapsedMs}`);
            assert.deepEqual(after.told, [], 'no second on edge');
            after.driver.read(onMains());
            assert.deepEqual(after.told, ['power-fail off']);
            assert.equal(after.edges[0].episode, before.edges[0].episode);
            assert.equal(after.edges[0].since, onset);
        });

        it('is not moved by a clock that was set while the outage lasted', () => {
            const before = new UnitBench();
            before.driver.read(onMains());
            before.readFor(50, onBattery);
            before.clock.jumpWall(3_600_000);
            before.readFor(50, onBattery);
            const after = before.restart(10_000);
            after.driver.read(onBattery());
            assert.ok(Math.abs(after.unit.stateOf('power-fail').elapsedMs! - 110_000) < 10);
        });

        it('presumes the outage to go on when nobody answers, and counts the runtime down from the last reading', () => {
            const before = new UnitBench({ holdMinutes: 60, loadVA: 1000, ratedVA: 1000 });
            before.driver.read(onMains());
            before.readFor(60, () =>
                onBattery({
                    battery: { chargePercent: 50, minutesRemaining: 30 },
                    output: { source: 'battery', lines: [{ load: 100 }] },
                }),
            );
            const after = before.restart(9 * 60_000, { holdMinutes: 60, loadVA: 1000, ratedVA: 1000 });
            assert.equal(after.unit.stateOf('power-fail').confirmed, false);
            after.clock.advanceSync(31_000);
            assert.equal(after.unit.stateOf('power-fail').confirmed, true);
            assert.deepEqual(after.told, ['communication-lost on']);
            const left = after.unit.remainingSeconds('smaller')! / 60;
            assert.ok(left > 20 && left < 21, `${left} min left`);
        });

        it('killed in the first second of an outage: counts down from its own first reading, not from that of the last outage', () => {
            const plate = { holdMinutes: 60, loadVA: 1000, ratedVA: 1000 };
            const output = { source: 'battery' as const, lines: [{ load: 100 }] };
            const before = new UnitBench(plate);
            before.readFor(60, () => onBattery({ battery: { chargePercent: 10, minutesRemaining: 6 }, output }));
            before.readFor(3600, () => onMains({ battery: { chargePercent: 100, minutesRemaining: 60 } }));
            before.driver.read(onBattery({ battery: { chargePercent: 100, minutesRemaining: 60 }, output }));
            const after = before.restart(60_000, plate);
            after.clock.advanceSync(31_000);
            assert.equal(after.unit.stateOf('power-fail').confirmed, true);
            const left = after.unit.remainingSeconds('smaller')! / 60;
            assert.ok(left > 58 && left < 59, `${left} min left`);
            assert.ok(after.unit.status()!.battery.chargePercent! > 90);
        });

        it('killed while nobody had answered for a while: the reading is as old as it was', () => {
            const plate = { holdMinutes: 60, loadVA: 1000, ratedVA: 1000, staleSeconds: 600 };
            const before = new UnitBench(plate);
            before.driver.read(onBattery({ battery: { chargePercent: 50, minutesRemaining: 30 } }));
            before.clock.advanceSync(5 * 60_000);
            const after = before.restart(5 * 60_000, plate);
            const age = after.unit.ageSeconds!;
            assert.ok(Math.abs(age - 600) < 1, `${age} s`);
        });
    });

    it('tells everybody, though one follower throws', () => {
        const bench = new UnitBench();
        const told: string[] = [];
        const fault = new Error('a follower fails');
        bench.unit.subscribe(() => {
            throw fault;
        });
        bench.unit.onStatus(() => {
            throw fault;
        });
        bench.unit.subscribe((change) => {
            if (change.kind === 'edge') told.push(change.event.id);
        });
        bench.driver.read(onBattery());
        assert.deepEqual(told, ['power-fail']);
        assert.ok(bench.problems.length > 0 && bench.problems.every((problem) => problem === fault));
        assert.equal(bench.driver.urgent, true, 'and the unit goes on');
    });

    it('leaves no timer behind', async () => {
        const bench = new UnitBench({ confirmSeconds: 5 });
        bench.driver.read(onMains());
        bench.driver.read(onBattery());
        await bench.unit.removeDriver('driver1');
        bench.unit.destroy();
        assert.equal(bench.clock.pending, 0);
        assert.equal(bench.driver.stopped, true);
    });
});
