import assert from 'node:assert/strict';
import { servedUps } from '../../../../lib/core/served/served-ups';
import type { AlarmId } from '../../../../lib/core/status/alarms';
import type { PartialStatus } from '../../../../lib/core/status/status';
import { UNIT_DEFAULTS } from '../../../../lib/core/unit/unit-config';
import { decode } from '../../../../lib/protocols/nut/decode';
import { encode } from '../../../../lib/protocols/nut/encode';
import type { FlagOptions } from '../../../../lib/protocols/nut/encode-flags';
import { onBattery, onMains, UnitBench } from '../../../support/fake-ups';

/** Longer than silence may last. */
const SILENT_MS = (UNIT_DEFAULTS.staleSeconds + 5) * 1000;
const inTest = () =>
    onBattery({
        input: { lines: [{ voltage: 230, frequency: 50 }] },
        alarms: ['on-battery', 'test-in-progress'],
        test: { result: 'in-progress' },
    });

describe("a UPS in NUT's variables", () => {
    let bench: UnitBench;
    const told = (options?: FlagOptions) =>
        encode(servedUps(bench.unit, { name: 'Hall', location: 'Cellar' }), options);
    const status = (options?: FlagOptions) => told(options)?.get('ups.status');
    const read = (reading: () => PartialStatus, seconds = 5) => {
        bench = new UnitBench();
        bench.readFor(seconds, reading);
    };
    afterEach(() => bench?.unit.destroy());

    const STATES: [what: string, play: () => void, flags: string | undefined, forced: string][] = [
        ['no reading yet', () => (bench = new UnitBench()), undefined, 'FSD OB'],
        ['mains', () => read(onMains), 'OL', 'FSD OB'],
        ['an outage', () => read(onBattery), 'OB DISCHRG', 'FSD OB DISCHRG'],
        [
            'a low battery',
            () => read(() => onBattery({ battery: { state: 'low', chargePercent: 8, minutesRemaining: 2 } })),
            'OB LB DISCHRG',
            'FSD OB LB DISCHRG',
        ],
        [
            'silence on mains',
            () => {
                read(onMains);
                bench.clock.advanceSync(SILENT_MS);
            },
            undefined,
            'FSD ALARM OB',
        ],
        [
            'silence in an outage',
            () => {
                read(onBattery);
                bench.clock.advanceSync(SILENT_MS);
            },
            'ALARM OB DISCHRG',
            'FSD ALARM OB DISCHRG',
        ],
        [
            'a battery test',
            () => {
                read(onMains);
                bench.readFor(5, inTest);
            },
            'OL DISCHRG',
            'FSD OB DISCHRG',
        ],
        [
            'a bypass',
            () => read(() => onMains({ output: { source: 'bypass', lines: [] } })),
            'OL BYPASS',
            'FSD OB BYPASS',
        ],
        [
            'an output that is off',
            () => read(() => onMains({ output: { source: 'none', lines: [] }, alarms: ['ups-output-off'] })),
            'OL OFF',
            'FSD OB OFF',
        ],
    ];
    for (const [what, play, flags, forced] of STATES) {
        it(`tells the flags of ${what}, and FSD always with OB and never with OL`, () => {
            play();
            assert.deepEqual([status(), status({ forced: true })], [flags, forced]);
        });
    }

    it('tells a boost, a trim, an overload, a worn battery and a charge, each by its flag', () => {
        const of = (reading: PartialStatus) => {
            read(() => onMains(reading));
            const flags = status();
            bench.unit.destroy();
            return flags;
        };
        assert.equal(of({ output: { source: 'booster', lines: [] } }), 'OL BOOST');
        assert.equal(of({ output: { source: 'reducer', lines: [] } }), 'OL TRIM');
        assert.equal(of({ alarms: ['output-overload'] }), 'OL OVER');
        assert.equal(of({ battery: { chargePercent: 80, condition: 'replace' } }), 'OL RB');
        assert.equal(of({ battery: { chargePercent: 80, charging: 'charging' } }), 'OL CHRG');
    });

    it('makes no alarm of the dead input of an outage', () => {
        read(() => onBattery({ alarms: ['input-bad', 'on-battery'] }));
        assert.deepEqual([status(), told()!.get('ups.alarm')], ['OB DISCHRG', undefined]);
    });

    it('says OFF of no output that has a voltage', () => {
        read(() => onMains({ output: { source: 'other', lines: [{ voltage: 230 }] }, alarms: ['ups-output-off'] }));
        assert.equal(status(), 'OL');
    });

    for (const [what, reading] of Object.entries<PartialStatus>({
        'a card that has just started, and answers zero everywhere': {
            input: { lines: [{ voltage: 0, frequency: 0 }] },
            output: { source: 'none', lines: [{ voltage: 0, load: 0 }] },
        },
        'a device whose source contradicts its alarm': {
            output: { source: 'normal', lines: [] },
            alarms: ['ups-output-off'],
        },
        'an output with a load': { output: { source: 'none', lines: [{ load: 40 }] } },
    })) {
        it(`says OFF of no ${what.replace(/^an? /, '')}`, () => {
            read(() => onMains(reading));
            assert.doesNotMatch(status() ?? '', /OFF/);
        });
    }

    it('counts the battery as low from the runtime that is set, on battery only', () => {
        const reading = (minutesRemaining: number) => ({ battery: { chargePercent: 50, minutesRemaining } });
        read(() => onBattery(reading(3)));
        assert.deepEqual([status({ lowSeconds: 170 }), status({ lowSeconds: 200 })], ['OB DISCHRG', 'OB LB DISCHRG']);
        assert.equal(told({ lowSeconds: 200 })!.get('battery.runtime.low'), '200');
        bench.unit.destroy();
        read(() => onMains(reading(3)));
        assert.equal(status({ lowSeconds: 200 }), 'OL');
    });

    it('with no runtime set leaves LB to the UPS, also when nothing is left, and in silence', () => {
        read(() => onBattery({ battery: { chargePercent: 1, minutesRemaining: 0 } }));
        assert.deepEqual(
            [told({ lowSeconds: 0 })!.get('battery.runtime'), status({ lowSeconds: 0 })],
            ['0', 'OB DISCHRG'],
        );
        bench.clock.advanceSync(20 * 60_000);
        assert.equal(status({ lowSeconds: 0 }), 'ALARM OB DISCHRG');
        bench.unit.destroy();
        read(() => onBattery({ battery: { state: 'low', chargePercent: 1, minutesRemaining: 0 } }));
        assert.equal(status({ lowSeconds: 0 }), 'OB LB DISCHRG');
    });

    it('in a silent outage: runtime and charge counted down, LB when the runtime that is left says so, and that nobody answers', () => {
        read(onBattery);
        bench.clock.advanceSync(20 * 60_000);
        const variables = told({ lowSeconds: 120 })!;
        const runtime = Number(variables.get('battery.runtime'));
        assert.ok(runtime > 33 * 60 && runtime < 35 * 60, `${runtime} s`);
        assert.equal(variables.get('ups.alarm'), '[Communication lost]');
        bench.clock.advanceSync(33 * 60_000);
        assert.match(status({ lowSeconds: 120 })!, /^ALARM OB LB/);
    });

    it('tells the values by the names that clients look for', () => {
        read(() => ({
            ...onMains(),
            identity: { manufacturer: 'ACME', model: 'M 3', serial: 'S1', firmware: '1.2' },
            battery: { chargePercent: 87.6, minutesRemaining: 10.5, voltage: 54.25, lowPercent: 20, lowMinutes: 5 },
            input: { nominalVoltage: 230, lines: [{ voltage: 231.25, frequency: 50 }] },
            output: {
                source: 'normal',
                frequency: 50,
                lines: [{ voltage: 229, load: 41.5, power: 400, apparentPower: 450 }],
            },
            test: { result: 'passed' },
            outlets: [{ id: '1', name: 'Rack', on: true }],
            environment: { temperature: 21.5, contacts: { Door: true } },
            alarms: ['fan-failure', 'vendor:Dust [2]', 'state:online'],
            settings: { 'ups.delay.shutdown': 20, 'ups.beeper.status': 'enabled', upsAuxSetting: 3 },
        }));
        const expected = {
            'device.mfr': 'ACME',
            'ups.mfr': 'ACME',
            'device.model': 'M 3',
            'ups.model': 'M 3',
            'device.serial': 'S1',
            'ups.serial': 'S1',
            'ups.firmware': '1.2',
            'device.location': 'Cellar',
            'device.type': 'ups',
            'ups.status': 'ALARM OL',
            'ups.alarm': '[Fan failure] [Dust 2]',
            'battery.charge': '88',
            'battery.runtime': '630',
            'battery.charge.low': '20',
            'battery.runtime.low': '300',
            'battery.runtime.elapsed': '0',
            'battery.voltage': '54.25',
            'input.voltage.nominal': '230',
            'input.voltage': '231.25',
            'input.frequency': '50',
            'output.frequency': '50',
            'output.voltage': '229',
            'output.realpower': '400',
            'output.power': '450',
            'ups.load': '41.5',
            'ups.realpower': '400',
            'ups.power': '450',
            'ups.test.result': 'Done and passed',
            'outlet.1.id': '1',
            'outlet.1.name': 'Rack',
            'outlet.1.status': 'on',
            'ambient.temperature': '21.5',
            'ambient.contacts.1.name': 'Door',
            'ambient.contacts.1.status': 'active',
            'ups.delay.shutdown': '20',
            'ups.beeper.status': 'enabled',
        };
        assert.deepEqual(Object.fromEntries(told()!), expected);
    });

    for (const serial of ['', '0000000', 'unknown', 'N/A']) {
        it(`tells no serial number where the device has none: "${serial}"`, () => {
            read(() => onMains({ identity: { model: 'M', serial } }));
            assert.deepEqual([told()!.has('device.serial'), told()!.get('device.model')], [false, 'M']);
        });
    }

    const ALARMS: AlarmId[] = [
        'battery-bad',
        'bypass-bad',
        'charger-failed',
        'fan-failure',
        'fuse-failure',
        'general-fault',
        'inverter-failure',
        'diagnostic-test-failed',
        'emergency-power-off',
        'redundancy-lost',
        'awaiting-power',
        'shutdown-pending',
        'shutdown-imminent',
        'temp-bad',
        'output-bad',
        'vendor:Dust in filter 2',
    ];
    for (const alarm of ALARMS) {
        it(`is read back with its alarm: ${alarm}`, () => {
            read(() => onMains({ alarms: [alarm] }));
            assert.deepEqual(decode(told()!, new Set(), 0).alarms, [alarm]);
        });
    }

    it('is read back as it was, three phases and a bypass', () => {
        const reading: PartialStatus = {
            identity: { manufacturer: 'ACME', model: 'M 3', serial: 'S1', firmware: '1.2', name: 'card' },
            battery: {
                state: 'normal',
                charging: 'discharging',
                chargePercent: 76,
                minutesRemaining: 12,
                secondsOnBattery: 5,
                lowPercent: 20,
                lowMinutes: 4,
                voltage: 240.5,
                current: -12.5,
                temperature: 24,
                installedOn: '2024-03-01',
            },
            input: {
                nominalVoltage: 230,
                lines: [
                    { voltage: 0, current: 0, frequency: 0 },
                    { voltage: 1, current: 0, frequency: 0 },
                    { voltage: 2, current: 0, frequency: 0 },
                ],
            },
            output: {
                source: 'battery',
                frequency: 50,
                lines: [
                    { voltage: 230, current: 5, power: 1000, load: 30, apparentPower: 1100 },
                    { voltage: 231, current: 6, power: 1200, load: 36, apparentPower: 1300 },
                    { voltage: 229, current: 4, power: 900, load: 27, apparentPower: 950 },
                ],
            },
            bypass: { frequency: 49.9, lines: [{ voltage: 226 }, { voltage: 227 }, { voltage: 228 }] },
            temperature: 31,
            alarms: ['fan-failure', 'on-battery'],
            outlets: [
                { id: '1', name: 'Rack', on: true },
                { id: '2', on: false },
            ],
            environment: { temperature: 21.5, humidity: 40, contacts: { Door: true, Leak: false } },
        };
        read(() => reading, 6);
        const back = decode(told()!, new Set(), 0);
        for (const part of [
            'identity',
            'input',
            'output',
            'bypass',
            'temperature',
            'outlets',
            'environment',
        ] as const) {
            assert.deepEqual(back[part], reading[part], part);
        }
        const { minutesRemaining, secondsOnBattery, ...battery } = back.battery!;
        const { minutesRemaining: _minutes, secondsOnBattery: _seconds, ...known } = reading.battery!;
        assert.deepEqual(battery, known);
        assert.ok(minutesRemaining! > 11.9 && minutesRemaining! <= 12, `${minutesRemaining} min`);
        assert.ok(secondsOnBattery! >= 5 && secondsOnBattery! <= 11, `${secondsOnBattery} s`);
        assert.deepEqual(back.alarms, ['fan-failure', 'on-battery']);
    });
});
