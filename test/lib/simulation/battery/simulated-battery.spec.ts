import assert from 'node:assert/strict';
import type { BatteryFlags, BatterySweep } from '../../../../lib/core/batteries/model';
import { SYSTEM_STATES } from '../../../../lib/simulation/battery/monitor/states';
import { SimulatedBattery, type SimulatedBatteryOptions } from '../../../../lib/simulation/battery/simulated-battery';
import { SimulatedBatteryDriver } from '../../../../lib/simulation/battery/simulated-battery-driver';
import { SimulatedUps } from '../../../../lib/simulation/simulated-ups';
import { FakeClock } from '../../../support/fake-clock';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** 03:00 UTC */
const NIGHT = Date.UTC(2026, 3, 15, 3, 0, 0);

function near(value: number | undefined, wanted: number, by: number): void {
    assert.ok(value !== undefined && Math.abs(value - wanted) <= by, `${value} is not ${wanted} ± ${by}`);
}

/** Eight blocks of 12 V and 100 Ah in two strings, in a room of 20 °C. */
function setUp(options: SimulatedBatteryOptions = {}) {
    const clock = new FakeClock(NIGHT);
    const bank = { modules: 8, strings: 2, ambient: 20, dailyKelvin: 0, yearlyKelvin: 0, ...options.bank };
    const battery = new SimulatedBattery(clock, { ...options, bank });
    const on = () => battery.flags().states;
    const block = (what: keyof BatterySweep['blocks'], module: number) => battery.sweep().blocks[what]![module - 1];
    const string = (what: keyof BatterySweep['byString'], n: number) => battery.sweep().byString[what]![n - 1];
    return { clock, battery, on, block, string, modulesIn: (state: string) => battery.sweep().moduleStates.get(state) };
}

describe('A simulated battery with its card', () => {
    it('tells what it measures as the card does: mV, half degrees, 0.01 mΩ and A', () => {
        const { battery, on } = setUp();
        const { blocks, byString } = battery.sweep();
        for (const volts of blocks.voltage!) {
            near(volts, 13.5, 0.02);
            assert.equal(volts, Math.round(volts * 1000) / 1000);
        }
        for (const celsius of blocks.temperature!) assert.ok([20, 20.5, 21].includes(celsius), String(celsius));
        // 6 cells · 83.3 mΩ·Ah / 100 Ah = 5 mΩ, 2 % more at 20 °C.
        for (const milliohms of blocks.impedance!) near(milliohms, 5.1, 0.6);
        assert.ok(blocks.charge!.every((percent) => percent === 100));
        near(byString.voltage![0], 54, 0.1);
        near(byString.average![1], 13.5, 0.01);
        near(byString.ripple![0], 0.4, 0.05);
        assert.deepEqual([...on()].sort(), [
            'connected',
            'equalizing',
            'float-charging',
            'monitoring-started',
            'polling',
        ]);
    });

    it('knows no impedance in the first 15 minutes after a start, refines it for 45, and then measures at 08:00 and 20:00', () => {
        const { clock, battery, on, block } = setUp({ warm: false });
        const measured = () => battery.monitor.measured.impedances;
        assert.ok(on().has('searching') && Number.isNaN(block('voltage', 1)));
        clock.advanceSync(2 * MINUTE);
        assert.ok(on().has('initializing') && !on().has('monitoring-started'));
        clock.advanceSync(MINUTE);
        assert.ok(on().has('monitoring-started'));
        near(block('voltage', 1), 13.5, 0.1);
        clock.advanceSync(11.9 * MINUTE);
        assert.ok(Number.isNaN(block('impedance', 1)), 'after 14.9 minutes');
        clock.advanceSync(0.3 * MINUTE);
        near(block('impedance', 1), 5.1, 0.6);
        clock.advanceSync(45 * MINUTE);
        battery.catchUp();
        assert.equal(measured(), 10, 'at 15, 20, … 60 minutes');
        clock.advanceSync(3.9 * HOUR);
        battery.catchUp();
        assert.equal(measured(), 10);
        clock.advanceSync(0.2 * HOUR);
        battery.catchUp();
        assert.equal(measured(), 11, '08:00');
        clock.advanceSync(12 * HOUR);
        battery.catchUp();
        assert.equal(measured(), 12, '20:00');
    });

    it('replays to the same values by the same seed, however often it is read', () => {
        const course = (reads: number) => {
            const { clock, battery } = setUp();
            battery.setLoad({ watts: 800 });
            battery.setMains(false);
            for (let i = 0; i < reads; i++) {
                clock.advanceSync((10 * MINUTE) / reads);
                battery.sweep();
            }
            const { blocks, byString } = battery.sweep();
            return [...blocks.voltage!, ...byString.current!];
        };
        const once = course(1);
        assert.deepEqual(course(1), once);
        course(60).forEach((value, i) => near(value, once[i]!, 0.05));
    });

    it('discharges, stops, charges and floats, with the flags of each', () => {
        const { clock, battery, on, block, string } = setUp();
        battery.setLoad({ amps: 40 });
        battery.setMains(false);
        clock.advanceSync(5000);
        assert.ok(on().has('discharging') && !on().has('equalizing') && !on().has('float-charging'));
        clock.advanceSync(HOUR);
        near(string('current', 1)! + string('current', 2)!, -40, 0.2);
        near(block('charge', 1), 80, 2);
        assert.equal(battery.monitor.discharges, 1);
        battery.setMains(true);
        clock.advanceSync(20_000);
        assert.ok(on().has('charging') && !on().has('discharging'));
        assert.ok(Number.isNaN(block('charge', 1)), 'an arrow stands there while more than 1 A charge');
        let edges = 0;
        battery.on('change', ({ state }) => (edges += state === 'charging' ? 1 : 0));
        clock.advanceSync(20 * HOUR);
        assert.ok(on().has('float-charging') && !on().has('charging'));
        assert.equal(edges, 1, 'noise does not let the charge begin anew');
        near(block('charge', 1), 99, 1);
    });

    it('tells no charge and no current without a current sensor, and sees a discharge by the modules', () => {
        const { clock, battery, on, block, string } = setUp({ monitor: { currentSensors: 'none' } });
        assert.ok(Number.isNaN(block('charge', 1)) && Number.isNaN(string('current', 1)));
        battery.setLoad({ amps: 100 });
        battery.setMains(false);
        clock.advanceSync(5000);
        assert.ok(!on().has('discharging'), 'the voltage is still above 12 V');
        clock.advanceSync(HOUR);
        assert.ok(on().has('discharging'));
    });

    it('shows each fault of a block in values and flags, and no longer when it ends', () => {
        const { clock, battery, on, block, modulesIn } = setUp();
        const wait = (hours = 0.01) => clock.advanceSync(hours * HOUR);

        battery.setFault('module-lost', 3, true);
        assert.ok(Number.isNaN(block('voltage', 3)) && on().has('module-lost') && on().has('system-alarm'));
        assert.deepEqual(modulesIn('module-lost'), [3]);
        battery.setFault('module-lost', 3, false);
        assert.ok(!on().has('system-alarm') && !on().has('general-alarm'));

        battery.setDuplicate(2, 5, true);
        assert.deepEqual(modulesIn('module-lost'), [2, 5]);
        battery.setDuplicate(2, 5, false);

        battery.setFault('fuse', 4, true);
        assert.equal(block('voltage', 4), 0);
        assert.deepEqual(modulesIn('voltage-low-alarm'), [4]);
        assert.ok(on().has('voltage-out-of-range') && on().has('general-alarm') && !on().has('equalizing'));
        battery.setFault('fuse', 4, false);

        battery.setFault('revision', 6, true);
        assert.deepEqual(modulesIn('module-revision'), [6]);
        battery.setFault('revision', 6, false);

        battery.setFault('temperature-offset', 1, true, 13);
        near(block('temperature', 1), 33.5, 1);
        assert.deepEqual(modulesIn('temperature-high-warning'), [1]);
        battery.setFault('temperature-offset', 1, false);

        battery.setFault('voltage-stuck', 2, true, 12.345);
        wait();
        assert.equal(block('voltage', 2), 12.345);
        battery.setFault('voltage-stuck', 2, false);
        wait();
        near(block('voltage', 2), 13.5, 0.05);

        battery.setFault('shorted-cell', 5, true);
        wait(6);
        near(block('voltage', 5), 11.6, 0.4);
        battery.setFault('shorted-cell', 5, false);

        battery.setFault('loose-connector', 7, true, 3);
        battery.setFault('sulphated', 8, true);
        wait(24);
        near(block('impedance', 7), 8.1, 0.6);
        near(block('impedance', 8), 5.1, 0.5);
        assert.deepEqual(modulesIn('impedance-high-alarm'), [7]);
        battery.setLoad({ amps: 20 });
        battery.setMains(false);
        wait(5);
        const volts = [...battery.sweep().blocks.voltage!];
        assert.equal(volts.indexOf(Math.min(...volts)), 7, `the sulphated block is the lowest: ${volts.join(' ')}`);
        assert.deepEqual(
            battery.faults.list().map(({ fault, module }) => `${fault} ${module}`),
            ['loose-connector 7', 'sulphated 8'],
        );
    });

    it('has strings with faults: an open breaker, a lost sensor', () => {
        const { clock, battery, on, string } = setUp({
            monitor: { limits: { deviationDischarge: { warning: 20, alarm: 50 } } },
        });
        battery.setBreaker(2, true);
        clock.advanceSync(HOUR);
        near(string('current', 2), 0, 0.1);
        assert.ok(on().has('breaker-open'));
        battery.setLoad({ amps: 30 });
        battery.setMains(false);
        clock.advanceSync(MINUTE);
        near(string('current', 1), -30, 0.2);
        assert.deepEqual(battery.flags().strings!.get('current-deviation-discharge-alarm'), [1, 2]);
        battery.setBreaker(2, false);
        battery.setCurrentSensor(1, true);
        clock.advanceSync(MINUTE);
        assert.ok(Number.isNaN(string('current', 1)) && on().has('current-sensor-lost') && !on().has('breaker-open'));
    });

    it('tells a runaway of a string half an hour before 60 °C', () => {
        const { clock, battery, on, block } = setUp({
            monitor: { limits: { runaway: { kelvin: 8, amps: NaN, minutes: 5 } } },
        });
        battery.setFault('runaway', 6, true);
        let told = NaN;
        for (let minutes = 0; block('temperature', 6)! < 60 && minutes < 1440; minutes++) {
            clock.advanceSync(MINUTE);
            if (on().has('thermal-runaway') && Number.isNaN(told)) told = minutes;
            if (block('temperature', 6)! >= 60) assert.ok(minutes - told >= 30, `told at ${told}, 60 °C at ${minutes}`);
        }
        assert.deepEqual(battery.flags().strings!.get('thermal-runaway'), [2]);
    });

    it('pauses equalizing for hours and resumes it, at once by hand', () => {
        const { clock, battery, on, block } = setUp();
        const most = () => Math.max(...battery.sweep().blocks.equalizing!);
        assert.ok(most() > 0);
        battery.pauseEqualizing(2);
        clock.advanceSync(MINUTE);
        assert.ok(!on().has('equalizing') && most() === 0);
        clock.advanceSync(1.9 * HOUR);
        assert.ok(!on().has('equalizing'));
        clock.advanceSync(0.2 * HOUR);
        assert.ok(on().has('equalizing'));
        battery.pauseEqualizing(2);
        battery.resumeEqualizing();
        assert.ok(on().has('equalizing'));
        near(block('voltage', 1), 13.5, 0.1);
    });

    it('stops equalizing for all when one block leaves the range, and gives up a string after four days without effect', () => {
        const { clock, battery, on } = setUp({ monitor: { scanSeconds: 600 } });
        battery.setFault('voltage-stuck', 1, true, 12.7);
        assert.ok(!on().has('equalizing'), '12.7 V is outside of 12.9 to 14.52 V');
        battery.setFault('voltage-stuck', 1, false);
        clock.advanceSync(10 * MINUTE);
        assert.ok(on().has('equalizing'));
        // A block that takes three times the current that a module can lead past the others.
        battery.bank.blocks.float[1] = 12;
        clock.advanceSync(3.9 * 24 * HOUR);
        assert.ok(on().has('equalizing') && !on().has('equalizing-deactivated'));
        clock.advanceSync(0.3 * 24 * HOUR);
        assert.ok(on().has('equalizing-deactivated') && on().has('equalizing'), 'the other string goes on');
        assert.equal(battery.bank.equalizing[0], 0);
        battery.resumeEqualizing();
        assert.ok(!on().has('equalizing-deactivated'));
    });

    it('begins to equalize once after a discharge, though a weak block comes back into the range slowly', () => {
        const { clock, battery } = setUp({ bank: { modules: 40, strings: 2, capacityAh: 18 } });
        const told: string[] = [];
        battery.on('change', ({ state, on }) => state === 'equalizing' && told.push(on ? 'on' : 'off'));
        battery.start();
        battery.setFault('weak', 17, true, 0.5);
        battery.setLoad({ watts: 5000 });
        battery.setMains(false);
        clock.advanceSync(20 * MINUTE);
        battery.setMains(true);
        battery.setLoad(undefined);
        clock.advanceSync(12 * HOUR);
        battery.stop();
        assert.deepEqual(told, ['off', 'on']);
    });

    it('stands still while addressing, until the watchdog starts it anew after 15 minutes', () => {
        const { clock, battery, on, block } = setUp();
        const before = block('voltage', 1);
        battery.setAddressing(true);
        clock.advanceSync(14 * MINUTE);
        assert.ok(on().has('addressing') && !on().has('polling'));
        assert.equal(block('voltage', 1), before);
        clock.advanceSync(1.2 * MINUTE);
        assert.ok(on().has('searching') && !on().has('addressing'));
        assert.ok(Number.isNaN(block('voltage', 1)));
    });

    it('has inputs and outputs of as many GX_R_AUX as there are, and loses them', () => {
        const { battery, on } = setUp({ monitor: { auxDevices: 1 } });
        battery.setInput(1, 3, true);
        battery.setOutput(1, 2, true);
        assert.deepEqual(battery.flags().inputs!.slice(0, 5), [false, false, true, false, undefined]);
        assert.deepEqual(battery.flags().outputs!.slice(0, 5), [false, true, false, false, undefined]);
        battery.setAuxLost(true);
        assert.ok(on().has('gx-r-aux-lost'));
        assert.equal(battery.flags().inputs![2], undefined);
        assert.throws(() => battery.setInput(1, 5, true), { code: 'out-of-range' });
    });

    it('sets any flag on and off, whatever the values say', () => {
        const { battery, on, modulesIn } = setUp();
        for (const state of SYSTEM_STATES) {
            battery.force(state, true);
            assert.ok(on().has(state), `${state} on`);
            battery.force(state, false);
            assert.ok(!on().has(state), `${state} off`);
            battery.release(state);
        }
        battery.force('voltage-low-alarm', true, [3, 8]);
        battery.force('string-voltage-low-alarm', true, [], [2]);
        assert.deepEqual(modulesIn('voltage-low-alarm'), [3, 8]);
        assert.deepEqual(battery.flags().strings!.get('string-voltage-low-alarm'), [2]);
        assert.ok(on().has('general-alarm'));
        battery.release();
        assert.ok(!on().has('general-alarm') && !on().has('string-voltage-low-alarm'));
    });

    it('feeds the load of a simulated UPS while that is on battery', () => {
        const { clock, battery, on, string } = setUp();
        const ups = new SimulatedUps(clock, { loadVA: 1000, powerFactor: 0.93, holdMinutes: 120 });
        battery.start();
        battery.follow(ups);
        ups.setMains(false);
        clock.advanceSync(MINUTE);
        assert.ok(on().has('discharging'));
        // 930 W of load and 7 % of losses are 1000 W.
        const watts = -(string('current', 1)! + string('current', 2)!) * string('voltage', 1)!;
        near(watts, 1000, 15);
        ups.setLoad(500);
        clock.advanceSync(2 * MINUTE);
        near(-(string('current', 1)! + string('current', 2)!) * string('voltage', 1)!, 500, 15);
        ups.setMains(true);
        clock.advanceSync(MINUTE);
        assert.ok(!on().has('discharging') && battery.bank.charging);
        battery.stop();
        ups.destroy();
        assert.equal(clock.pending, 0);
    });

    it('is read in-process by a driver: flags every second, a sweep at its interval and at once when a flag changes', async () => {
        const { clock, battery } = setUp();
        const driver = new SimulatedBatteryDriver(battery, clock, 10_000);
        const seen = { flags: [] as BatteryFlags[], sweeps: 0, states: [] as string[] };
        driver.start({
            flags: (flags) => seen.flags.push(flags),
            sweep: () => seen.sweeps++,
            identity: ({ serial }) => assert.equal(serial, '14215'),
            settings: ({ capacityAh, limits }) => {
                assert.equal(capacityAh, 100);
                assert.equal(limits!['temperature-high-alarm'], 36);
            },
            state: ({ state }) => seen.states.push(state),
        });
        clock.advanceSync(20_500);
        assert.deepEqual([seen.flags.length, seen.sweeps], [21, 3]);
        battery.setFault('module-lost', 1, true);
        assert.equal(seen.sweeps, 6, 'three flags changed: the module, the system, the general alarm');
        assert.ok(seen.flags.at(-1)!.states.has('module-lost'));
        battery.silent = true;
        clock.advanceSync(1000);
        assert.equal(seen.states.at(-1), 'waiting');
        await driver.stop();
        assert.equal(clock.pending, 0);
    });

    it('is read often enough in a fast discharge for a record without gaps', async () => {
        const { clock, battery } = setUp();
        // 60 times as fast: a minute of the battery passes in a second, and two minutes without a value are a gap.
        Object.defineProperty(clock, 'speed', { value: 60 });
        const driver = new SimulatedBatteryDriver(battery, clock, 10_000);
        const swept: number[] = [];
        const sweep = () => swept.push(clock.monotonic());
        driver.start({ flags() {}, sweep, identity() {}, settings() {}, state() {} });
        driver.setUrgent(true);
        const since = clock.monotonic();
        clock.advanceSync(HOUR);
        const moments = [since, ...swept.filter((at) => at > since), since + HOUR];
        const longest = Math.max(...moments.slice(1).map((at, index) => at - moments[index]!));
        assert.ok(longest <= MINUTE, `${longest / 1000} s without a value`);
        await driver.stop();
    });
});
