import assert from 'node:assert/strict';
import type { UpsError } from '../../../lib/core/errors';
import { SimulatedUps, type SimulatedUpsOptions, type UpsChange } from '../../../lib/simulation/simulated-ups';
import { FakeClock } from '../../support/fake-clock';

const MINUTE = 60_000;
const SECOND = 1000;

/** Ten hosts of 100 VA make 100 % load, which the battery carries for an hour (CS141 manual, "The subtle difference between relative and absolute"). */
const TEN_HOSTS: SimulatedUpsOptions = {
    ratedVA: 1000,
    loadVA: 1000,
    holdMinutes: 60,
    rechargeMinutes: 240,
    loads: Array.from({ length: 10 }, (_, n) => ({ name: `host${n + 1}`, va: 100, shutdownSeconds: 120 })),
};

function build(options: SimulatedUpsOptions = {}) {
    const clock = new FakeClock();
    const ups = new SimulatedUps(clock, options);
    const changes: UpsChange[] = [];
    ups.on('change', (change) => changes.push(change));
    const kinds = () => changes.map(({ what, alarm, load }) => [what, alarm ?? load].filter(Boolean).join(' '));
    return { clock, ups, changes, kinds };
}

const near = (actual: number | undefined, expected: number, tolerance = 1e-6) =>
    assert.ok(
        actual !== undefined && Math.abs(actual - expected) <= tolerance,
        `expected ${expected}, got ${String(actual)}`,
    );

describe('SimulatedUps', () => {
    describe('battery', () => {
        it('lasts the hold time at full load and twice as long at half load', () => {
            const { clock, ups } = build();
            near(ups.reading().battery?.minutesRemaining, 60);
            ups.setMains(false);
            clock.advanceSync(30 * MINUTE);
            near(ups.reading().battery?.chargePercent, 50);
            near(ups.reading().battery?.minutesRemaining, 30);
            ups.setLoad(500);
            near(ups.reading().battery?.chargePercent, 50);
            near(ups.reading().battery?.minutesRemaining, 60);
        });

        it('follows the case study: each group that is shut down moves the remaining time upwards', () => {
            const { clock, ups } = build(TEN_HOSTS);
            ups.setMains(false);
            clock.advanceSync(8 * MINUTE);
            ups.setLoad({ name: 'host1', on: false });
            ups.setLoad({ name: 'host2', on: false });
            near(ups.reading().battery?.minutesRemaining, 52);
            clock.advanceSync(2 * MINUTE);
            // A shutdown of two minutes: 10 of 60 minutes are used, and 50 at full load are 62.5 at 80 %.
            near(ups.reading().battery?.chargePercent, (50 / 60) * 100);
            near(ups.reading().battery?.minutesRemaining, 62.5);
            clock.advanceSync(32.5 * MINUTE);
            near(ups.reading().battery?.minutesRemaining, 30);
            for (const name of ['host3', 'host4', 'host5']) ups.setLoad({ name, on: false });
            clock.advanceSync(2 * MINUTE);
            // 28 minutes at 80 % are 22.4 at full load, 44.8 at half.
            near(ups.reading().battery?.minutesRemaining, 44.8);
            assert.deepEqual(
                ups
                    .reading()
                    .outlets?.filter((outlet) => outlet.on)
                    .map((outlet) => outlet.id),
                ['host6', 'host7', 'host8', 'host9', 'host10'],
            );
        });

        it('says nothing of the remaining time without load', () => {
            const { clock, ups } = build();
            ups.setLoad(0);
            assert.equal(ups.reading().battery?.minutesRemaining, undefined);
            ups.setMains(false);
            clock.advanceSync(1000 * MINUTE);
            near(ups.reading().battery?.chargePercent, 100);
        });

        it('gets low, depleted and empty at the computed moments', () => {
            const { clock, ups, changes } = build({ lowMinutes: 5, depletedPercent: 1 });
            const start = clock.now();
            ups.setMains(false);
            clock.advanceSync(70 * MINUTE);
            const when = (what: string) => changes.filter((change) => change.what === what).map((c) => c.at - start);
            // Timers are whole milliseconds: the edge is told at most one late, and stamped with the true moment.
            near(when('battery-low')[0], 55 * MINUTE, 1);
            near(when('battery-depleted')[0], 59.4 * MINUTE, 1);
            near(when('output-off')[0], 60 * MINUTE, 1);
            const { battery, output, alarms } = ups.reading();
            assert.equal(battery?.state, 'depleted');
            assert.equal(battery?.chargePercent, 0);
            assert.equal(output?.source, 'none');
            assert.deepEqual(alarms, [
                'awaiting-power',
                'depleted-battery',
                'input-bad',
                'low-battery',
                'ups-output-off',
            ]);
        });

        it('is low by charge where that is asked for', () => {
            const { clock, ups } = build({ lowMinutes: 0, lowPercent: 40 });
            ups.setMains(false);
            clock.advanceSync(36 * MINUTE - 1);
            assert.equal(ups.reading().battery?.state, 'normal');
            clock.advanceSync(1);
            assert.equal(ups.reading().battery?.state, 'low');
            ups.setMains(true);
            assert.equal(ups.reading().battery?.state, 'normal');
        });

        it('warns of the end five seconds before', () => {
            const { clock, ups } = build();
            ups.setMains(false);
            clock.advanceSync(60 * MINUTE - 5001);
            assert.ok(!ups.reading().alarms?.includes('shutdown-imminent'));
            clock.advanceSync(2);
            assert.ok(ups.reading().alarms?.includes('shutdown-imminent'));
        });

        it('recharges in the recharge time, and not at all with a failed charger', () => {
            const { clock, ups } = build({ chargePercent: 0 });
            clock.advanceSync(60 * MINUTE);
            near(ups.reading().battery?.chargePercent, 25);
            assert.equal(ups.reading().battery?.charging, 'charging');
            ups.setFault('charger-failed', true);
            clock.advanceSync(60 * MINUTE);
            near(ups.reading().battery?.chargePercent, 25);
            ups.setFault('charger-failed', false);
            clock.advanceSync(500 * MINUTE);
            assert.equal(ups.reading().battery?.chargePercent, 100);
            assert.equal(ups.reading().battery?.charging, 'floating');
            assert.equal(clock.pending, 0);
        });

        it('takes the same course bit by bit, however often it is read and in whatever steps time goes', () => {
            const course = (step: number) => {
                const { clock, ups, changes } = build({ ...TEN_HOSTS, lowMinutes: 7 });
                const start = clock.now();
                ups.execute({ type: 'test', test: 'custom', minutes: 3 });
                const at = (minute: number, act: () => void) => {
                    while (clock.monotonic() < minute * MINUTE) {
                        clock.advanceSync(Math.min(step, minute * MINUTE - clock.monotonic()));
                        ups.reading();
                    }
                    act();
                };
                at(11, () => ups.setMains(false));
                at(19, () => ups.setLoad({ name: 'host3', on: false }));
                at(47, () => ups.setMains(true));
                at(83, () => ups.setMains(false));
                at(300, () => ups.setMains(true));
                at(330, () => undefined);
                const { battery, output } = ups.reading();
                return {
                    charge: battery?.chargePercent,
                    energy: output?.energy,
                    edges: changes.map(({ what, alarm, load, at: time }) => [
                        what,
                        alarm ?? load,
                        Math.round(time - start),
                    ]),
                };
            };
            const coarse = course(100 * MINUTE);
            assert.deepEqual(course(777), coarse);
            assert.ok(coarse.edges.some(([what]) => what === 'battery-depleted'));
        });
    });

    describe('mains and output', () => {
        it('tells the edges of an outage in order', () => {
            const { clock, ups, kinds } = build();
            ups.setMains(false);
            clock.advanceSync(90 * SECOND);
            const { battery, input, output } = ups.reading();
            assert.equal(battery?.secondsOnBattery, 90);
            assert.equal(output?.source, 'battery');
            assert.equal(input?.lines[0]?.voltage, 0);
            assert.equal(input?.lineBads, 1);
            ups.setMains(true);
            assert.deepEqual(kinds(), [
                'mains-failed',
                'on-battery',
                'alarm-added input-bad',
                'alarm-added on-battery',
                'mains-restored',
                'off-battery',
                'alarm-removed input-bad',
                'alarm-removed on-battery',
            ]);
            assert.equal(ups.reading().battery?.secondsOnBattery, 0);
        });

        it('comes back with mains, or when charged enough, or not at all', () => {
            const backAfter = (options: SimulatedUpsOptions) => {
                const { clock, ups } = build(options);
                ups.setCharge(0.1);
                ups.setMains(false);
                clock.advanceSync(10 * MINUTE);
                assert.equal(ups.reading().output?.source, 'none');
                ups.setMains(true);
                for (let minute = 0; minute <= 60; minute++) {
                    if (ups.reading().output?.source === 'normal') return minute;
                    clock.advanceSync(MINUTE);
                }
                return undefined;
            };
            assert.equal(backAfter({}), 0);
            assert.equal(backAfter({ restartPercent: 10 }), 24);
            assert.equal(backAfter({ autoRestart: false }), undefined);
        });

        it('boots the hosts that lost power while running, not those that had shut down', () => {
            const { clock, ups } = build(TEN_HOSTS);
            ups.setMains(false);
            ups.setLoad({ name: 'host1', on: false });
            clock.advanceSync(70 * MINUTE);
            assert.ok(ups.reading().outlets?.every((outlet) => outlet.on === false));
            ups.setMains(true);
            const on = ups.reading().outlets?.filter((outlet) => outlet.on);
            assert.equal(on?.length, 9);
        });

        it('goes on battery when the input leaves the transfer points', () => {
            const { ups } = build();
            ups.setInput({ voltage: 190 });
            assert.equal(ups.reading().output?.source, 'battery');
            ups.setInput({ voltage: 200 });
            assert.equal(ups.reading().output?.source, 'normal');
            ups.setInput({ frequency: 53 });
            assert.equal(ups.reading().output?.source, 'battery');
        });

        it('computes overload, power, current and load percent', () => {
            const { ups } = build({ phases: 3, ratedVA: 3000, loadVA: 3000 });
            ups.setLoad(3450);
            const line = ups.reading().output?.lines[2];
            assert.equal(ups.reading().output?.lines.length, 3);
            near(line?.load, 115);
            near(line?.current, 5);
            near(line?.power, 1035);
            assert.ok(ups.reading().alarms?.includes('output-overload'));
            ups.setLoad(3000);
            assert.deepEqual(ups.reading().alarms, []);
        });

        it('feeds from the bypass while mains is there', () => {
            const { ups } = build();
            ups.setFault('on-bypass', true);
            assert.equal(ups.reading().output?.source, 'bypass');
            assert.deepEqual(ups.reading().alarms, ['on-bypass']);
            ups.setMains(false);
            assert.equal(ups.reading().output?.source, 'battery');
        });

        it('reports a hot battery and any fault', () => {
            const { ups, kinds } = build();
            ups.setTemperature(41);
            ups.setFault('fan-failure', true);
            ups.setFault('vendor:door', true);
            assert.deepEqual(ups.reading().alarms, ['fan-failure', 'temp-bad', 'vendor:door']);
            ups.setFault('fan-failure', false);
            assert.deepEqual(kinds(), [
                'alarm-added temp-bad',
                'alarm-added fan-failure',
                'alarm-added vendor:door',
                'alarm-removed fan-failure',
            ]);
        });
    });

    describe('snapshot and restore', () => {
        it('has lived on while nobody ran it', () => {
            const { ups, clock } = build({ ...TEN_HOSTS, lowMinutes: 5 });
            ups.setMains(false);
            clock.advanceSync(10 * MINUTE);
            ups.setLoad({ name: 'host1', on: false });
            clock.advanceSync(1 * MINUTE);
            const snapshot = JSON.parse(JSON.stringify(ups.snapshot())) as ReturnType<typeof ups.snapshot>;
            clock.advanceSync(20 * MINUTE);
            const expected = ups.reading().battery;

            const next = build({ ...TEN_HOSTS, lowMinutes: 5 });
            next.clock.advanceSync(123_456);
            next.ups.restore(snapshot, 20 * MINUTE);
            assert.deepEqual(next.ups.reading().battery, expected);
            assert.deepEqual(next.kinds(), ['load-off host1']);
            assert.equal(next.changes[0]?.at, next.clock.now() - 19 * MINUTE);
            next.clock.advanceSync(60 * MINUTE);
            assert.equal(next.ups.reading().output?.source, 'none');
        });
    });

    it('refuses nonsense', () => {
        const { ups } = build();
        const code = (run: () => void) => {
            try {
                run();
            } catch (error) {
                return (error as UpsError).code;
            }
            return undefined;
        };
        assert.equal(
            code(() => ups.setCharge(101)),
            'out-of-range',
        );
        assert.equal(
            code(() => ups.setLoad(-1)),
            'out-of-range',
        );
        assert.equal(
            code(() => ups.setLoad({ name: 'nobody', on: true })),
            'config-invalid',
        );
        assert.equal(
            code(() => build({ holdMinutes: 0 })),
            'out-of-range',
        );
        assert.equal(
            code(() =>
                build({
                    loads: [
                        { name: 'a', va: 1 },
                        { name: 'a', va: 2 },
                    ],
                }),
            ),
            'config-invalid',
        );
    });

    it('leaves no timer behind', () => {
        const { ups, clock } = build();
        ups.setMains(false);
        assert.equal(clock.pending, 1);
        ups.destroy();
        ups.destroy();
        assert.equal(clock.pending, 0);
    });
});
