import assert from 'node:assert/strict';
import { servedUps, type ServedUps } from '../../../../lib/core/served/served-ups';
import { UNIT_DEFAULTS } from '../../../../lib/core/unit/unit-config';
import { onBattery, onMains, UnitBench } from '../../../support/fake-ups';

const { staleSeconds } = UNIT_DEFAULTS;
/** Longer than silence may last. */
const SILENT_MS = (staleSeconds + 5) * 1000;

const inTest = () =>
    onBattery({
        input: { lines: [{ voltage: 230, frequency: 50 }] },
        alarms: ['on-battery', 'test-in-progress'],
        test: { result: 'in-progress' },
    });

describe('what every server tells of a UPS', () => {
    let bench: UnitBench;
    const served = (unit = bench.unit): ServedUps => servedUps(unit, { name: 'Hall', location: 'Cellar' });
    afterEach(() => bench?.unit.destroy());

    /** Played, and then told as: knowledge, on battery, battery low, test, communication lost. */
    const CASES: [what: string, play: () => void, told: unknown[]][] = [
        ['no reading yet', () => {}, ['none', undefined, false, false, false]],
        ['mains', () => bench.readFor(5, onMains), ['live', false, false, false, false]],
        ['outage', () => bench.readFor(5, onBattery), ['live', true, false, false, false]],
        [
            'low',
            () =>
                bench.readFor(5, () => onBattery({ battery: { state: 'low', chargePercent: 8, minutesRemaining: 2 } })),
            ['live', true, true, false, false],
        ],
        [
            'silent on mains',
            () => {
                bench.readFor(5, onMains);
                bench.clock.advanceSync(SILENT_MS);
            },
            ['silent', undefined, false, false, true],
        ],
        [
            'silent in an outage',
            () => {
                bench.readFor(5, onBattery);
                bench.clock.advanceSync(SILENT_MS);
            },
            ['presumed', true, false, false, true],
        ],
        [
            'test',
            () => {
                bench.readFor(5, onMains);
                bench.readFor(5, inTest);
            },
            ['live', false, false, true, false],
        ],
        [
            'bypass',
            () => bench.readFor(5, () => onMains({ output: { source: 'bypass', lines: [] } })),
            ['live', false, false, false, false],
        ],
        [
            'off',
            () =>
                bench.readFor(5, () => onMains({ output: { source: 'none', lines: [] }, alarms: ['ups-output-off'] })),
            ['live', false, false, false, false],
        ],
    ];
    for (const [what, play, told] of CASES) {
        it(`of ${what}`, () => {
            bench = new UnitBench();
            play();
            const { knowledge, onBattery: battery, batteryLow, testsBattery, communicationLost } = served();
            assert.deepEqual([knowledge, battery, batteryLow, testsBattery, communicationLost], told);
        });
    }

    it('on mains: the reading, the site, and how old it is', () => {
        bench = new UnitBench();
        bench.readFor(5, onMains);
        const { site, chargePercent, remainingSeconds, secondsOnBattery, ageSeconds, status } = served();
        assert.deepEqual([site.name, site.location], ['Hall', 'Cellar']);
        assert.deepEqual([chargePercent, remainingSeconds, secondsOnBattery, ageSeconds], [100, 3600, 0, 1]);
        assert.equal(status!.battery.voltage, 54);
    });

    it('in silence on mains: no value, no event but the lost communication, and still which device it is', () => {
        bench = new UnitBench();
        const identity = { model: 'M', serial: '1' };
        bench.readFor(5, () => onMains({ identity, alarms: ['fan-failure'] }));
        assert.deepEqual(
            served().events.map(({ id }) => id),
            ['fan-failure'],
        );
        bench.clock.advanceSync(SILENT_MS);
        const { status, chargePercent, remainingSeconds, secondsOnBattery, events, identity: known } = served();
        assert.deepEqual(
            [status, chargePercent, remainingSeconds, secondsOnBattery],
            [undefined, undefined, undefined, undefined],
        );
        assert.deepEqual(
            events.map(({ id }) => id),
            ['communication-lost'],
        );
        assert.deepEqual(known, identity);
    });

    it('in a silent outage: runtime and charge counted down', () => {
        bench = new UnitBench();
        bench.readFor(5, onBattery);
        bench.clock.advanceSync(20 * 60_000);
        const { remainingSeconds, secondsOnBattery, status } = served();
        assert.ok(remainingSeconds! > 33 * 60 && remainingSeconds! < 35 * 60, `${remainingSeconds} s`);
        assert.ok(secondsOnBattery! > 1200, `${secondsOnBattery} s`);
        assert.ok(status!.battery.minutesRemaining! < 35);
    });

    it('after a restart in mid-outage: still on battery, before the device has answered', () => {
        const before = new UnitBench();
        before.readFor(10, onBattery);
        before.unit.destroy();
        bench = before.restart(30_000);
        const { knowledge, onBattery: battery, remainingSeconds } = served();
        assert.deepEqual([knowledge, battery], ['presumed', true]);
        assert.ok(remainingSeconds! < 54 * 60);
    });

    it('after a night without power, in which the battery ran low: not low, before a device has shown the outage', () => {
        const before = new UnitBench();
        before.readFor(10, () => onBattery({ battery: { state: 'low', chargePercent: 8, minutesRemaining: 2 } }));
        assert.deepEqual([served(before.unit).batteryLow], [true]);
        before.unit.destroy();
        bench = before.restart(8 * 3_600_000);
        const remembered = served();
        assert.deepEqual(
            [remembered.onBattery, remembered.batteryLow, remembered.outage?.confirmed],
            [true, false, false],
        );
        bench.readFor(5, () => onBattery({ battery: { state: 'low', chargePercent: 8, minutesRemaining: 2 } }));
        assert.deepEqual([served().batteryLow, served().outage?.confirmed], [true, true]);
    });

    it('after a restart in mid-outage: low as before when the device stays silent', () => {
        const before = new UnitBench();
        before.readFor(10, () => onBattery({ battery: { state: 'low', chargePercent: 8, minutesRemaining: 20 } }));
        before.unit.destroy();
        bench = before.restart(5000);
        assert.equal(served().batteryLow, false);
        bench.clock.advanceSync(SILENT_MS);
        assert.deepEqual([served().knowledge, served().batteryLow], ['presumed', true]);
    });

    it('of a device that cannot show an outage: nobody knows whether it is on battery', () => {
        bench = new UnitBench();
        bench.readFor(10, () => ({ battery: { chargePercent: 100 }, identity: {} }));
        const { knowledge, onBattery: battery, secondsOnBattery } = served();
        assert.deepEqual([knowledge, battery, secondsOnBattery], ['live', undefined, undefined]);
    });
});
