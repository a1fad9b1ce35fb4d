import assert from 'node:assert/strict';
import { WELL_KNOWN_ALARMS } from '../../../../lib/core/status/alarms';
import { decode, isUpsReading, type DecoderMemory } from '../../../../lib/protocols/snmp/decode';
import type { SnmpValue } from '../../../../lib/protocols/snmp/transport';

const UPS = '1.3.6.1.2.1.33.1';
const TIME = Date.UTC(2026, 0, 15, 3, 0, 0);

/** Objects by their path under upsObjects. */
function read(objects: Record<string, SnmpValue>, memory?: DecoderMemory) {
    const values = new Map(
        Object.entries(objects).map(([path, value]) => [path.startsWith('1.3.') ? path : `${UPS}.${path}`, value]),
    );
    return decode(values, TIME, memory);
}

const status = (objects: Record<string, SnmpValue>, memory?: DecoderMemory) => read(objects, memory).status;

describe('RFC 1628 decoder', () => {
    it('knows nothing of a card that tells nothing', () => {
        assert.deepEqual(status({}), {
            time: TIME,
            identity: {},
            battery: {},
            input: { lines: [] },
            output: { lines: [] },
            bypass: { lines: [] },
            test: {},
        });
        assert.equal(isUpsReading(status({})), false);
    });

    describe('scalars in SI units', () => {
        it('battery: tenths of V and A, whole °C, minutes and %', () => {
            const objects = {
                '2.1.0': 3,
                '2.2.0': 61,
                '2.3.0': 12,
                '2.4.0': 78,
                '2.5.0': 2716,
                '2.6.0': -125,
                '2.7.0': 25,
            };
            assert.deepEqual(status(objects).battery, {
                state: 'low',
                secondsOnBattery: 61,
                minutesRemaining: 12,
                chargePercent: 78,
                voltage: 271.6,
                current: -12.5,
                temperature: 25,
            });
        });

        for (const [raw, state] of [
            [1, 'unknown'],
            [2, 'normal'],
            [3, 'low'],
            [4, 'depleted'],
            [0, undefined],
            [5, undefined],
        ] as const) {
            it(`battery status ${raw} is ${state}`, () => assert.equal(status({ '2.1.0': raw }).battery?.state, state));
        }

        for (const [raw, source] of [
            [1, 'other'],
            [2, 'none'],
            [3, 'normal'],
            [4, 'bypass'],
            [5, 'battery'],
            [6, 'booster'],
            [7, 'reducer'],
            [8, 'other'], // seen on transfer switches
            [0, undefined],
            [-1, undefined],
            [65535, undefined],
        ] as const) {
            it(`output source ${raw} is ${source}`, () =>
                assert.equal(status({ '4.1.0': raw }).output?.source, source));
        }

        for (const [raw, result] of [
            [1, 'passed'],
            [2, 'warning'],
            [3, 'failed'],
            [4, 'aborted'],
            [5, 'in-progress'],
            [6, 'none'],
            [0, undefined],
        ] as const) {
            it(`test result ${raw} is ${result}`, () => assert.equal(status({ '7.3.0': raw }).test?.result, result));
        }
    });

    describe('types that agents should not send', () => {
        it('numbers as text, with blanks, signs and trailing NUL', () => {
            const { battery } = status({
                '2.3.0': '338',
                '2.4.0': ' 29 ',
                '2.5.0': '554\0\0',
                '2.6.0': '-15',
                '2.7.0': '+14',
            });
            assert.deepEqual(battery, {
                minutesRemaining: 338,
                chargePercent: 29,
                voltage: 55.4,
                current: -1.5,
                temperature: 14,
            });
        });

        it('text that is no number is unknown, not 0', () => {
            assert.deepEqual(status({ '2.3.0': 'NA', '2.4.0': '', '2.5.0': '-', '2.7.0': '12 C' }).battery, {});
        });

        it('NULL is unknown in every group', () => {
            const { battery, input, output, test } = status({
                '2.1.0': null,
                '2.4.0': null,
                '2.6.0': null,
                '3.3.1.3.1': null,
                '4.1.0': null,
                '4.4.1.4.1': null,
                '7.1.0': null,
                '7.3.0': null,
                '8.2.0': null,
            });
            assert.deepEqual([battery, input, output, test], [{}, { lines: [] }, { lines: [] }, {}]);
        });

        it('NaN and infinity in a float are unknown', () => {
            assert.deepEqual(status({ '2.4.0': NaN, '2.5.0': Infinity }).battery, {});
        });
    });

    describe('sentinels', () => {
        for (const raw of [-1, 999, 9999, 65535, 655350, 2147483647, -2147483648]) {
            it(`${raw} minutes are unknown`, () => {
                assert.equal(status({ '2.3.0': raw, '2.1.0': 2 }).battery?.minutesRemaining, undefined);
            });
        }
        for (const raw of [-1, 101, 255, 999, 65535]) {
            it(`a charge of ${raw} % is unknown`, () =>
                assert.equal(status({ '2.4.0': raw }).battery?.chargePercent, undefined));
        }
        for (const raw of [-1, 9999, 65535, 655350]) {
            it(`a battery voltage of ${raw} is unknown`, () =>
                assert.equal(status({ '2.5.0': raw }).battery?.voltage, undefined));
        }
        it('99.9 V of battery is a voltage', () => assert.equal(status({ '2.5.0': 999 }).battery?.voltage, 99.9));
        for (const raw of [-1, 9999, 65535, -2147483648]) {
            it(`a battery current of ${raw} is unknown`, () =>
                assert.equal(status({ '2.6.0': raw }).battery?.current, undefined));
        }
        it('other negative battery currents are a discharge', () => {
            assert.equal(status({ '2.6.0': -2 }).battery?.current, -0.2);
        });
        it('the halves of a battery with a centre tap are tenths of a volt, the lower one with either sign', () => {
            const { battery } = status({ '2.10.0': 1374, '2.11.0': -1371 });
            assert.deepEqual([battery?.positiveVoltage, battery?.negativeVoltage], [137.4, 137.1]);
            assert.equal(status({ '2.11.0': 1371 }).battery?.negativeVoltage, 137.1);
        });
        for (const raw of [-1, 0, 9999, 65535]) {
            it(`${raw} is no half of a battery`, () =>
                assert.deepEqual(status({ '2.10.0': raw, '2.11.0': raw }).battery, {}));
        }
        for (const raw of [-1, 255, 999, 9999, 65535]) {
            it(`a temperature of ${raw} is unknown`, () =>
                assert.equal(status({ '2.7.0': raw }).battery?.temperature, undefined));
        }
        for (const raw of [0, 9, -12]) {
            it(`a temperature of ${raw} °C is a reading`, () =>
                assert.equal(status({ '2.7.0': raw }).battery?.temperature, raw));
        }
        it('seconds on battery: -1 and 65535 are unknown, 0 is not', () => {
            assert.deepEqual(
                [-1, 65535, 0].map((raw) => status({ '2.2.0': raw }).battery?.secondsOnBattery),
                [undefined, undefined, 0],
            );
        });
        it('line bads: -1 and 65535 are unknown', () => {
            assert.deepEqual(
                [-1, 65535, 7].map((raw) => status({ '3.1.0': raw }).input?.lineBads),
                [undefined, undefined, 7],
            );
        });
        it('frequencies: -1, 999, 9999 and 65535 are unknown; 0 and 400 Hz are not', () => {
            assert.deepEqual(
                [-1, 999, 9999, 65535, 0, 4000, 499].map((raw) => status({ '4.2.0': raw }).output?.frequency),
                [undefined, undefined, undefined, undefined, 0, 400, 49.9],
            );
        });
        it('AC voltages: -1, 999, 9999 and 65535 are unknown; 0 is not', () => {
            const voltage = (raw: number) => status({ '3.3.1.3.1': raw, '3.3.1.3.2': 230 }).input?.lines[0]?.voltage;
            assert.deepEqual([-1, 999, 9999, 65535, 0].map(voltage), [undefined, undefined, undefined, undefined, 0]);
        });
        it('AC currents: -1 (Riello), 9999, 65535 and 655350 (Net Vision) are unknown; 99.9 A is not', () => {
            const current = (raw: number) => status({ '4.4.1.3.1': raw, '4.4.1.5.1': 20 }).output?.lines[0]?.current;
            assert.deepEqual([-1, 9999, 65535, 655350, 999].map(current), [
                undefined,
                undefined,
                undefined,
                undefined,
                99.9,
            ]);
        });
        it('loads: -1, 255, 999 and 65535 are unknown; 112 % is an overload', () => {
            const load = (raw: number) => status({ '4.4.1.5.1': raw, '4.4.1.2.1': 230 }).output?.lines[0]?.load;
            assert.deepEqual([-1, 255, 999, 65535, 112].map(load), [undefined, undefined, undefined, undefined, 112]);
        });
        it('powers: small negative values are readings of an idle phase, all ones are not', () => {
            const power = (raw: number) => status({ '4.4.1.4.1': raw, '4.4.1.3.1': 3 }).output?.lines[0]?.power;
            assert.deepEqual([-4, -26, -1, 65535, 9999, 655350].map(power), [
                -4,
                -26,
                -1,
                undefined,
                undefined,
                undefined,
            ]);
        });
        it('-1 W on a line of which neither current nor load is known is a sentinel', () => {
            assert.deepEqual(status({ '4.4.1.4.1': -1, '4.4.1.3.1': -1, '4.4.1.2.1': 230 }).output?.lines, [
                { voltage: 230 },
            ]);
        });
        it('control countdowns of -1 mean that nothing counts', () => {
            assert.equal(status({ '8.2.0': -1, '8.3.0': -1, '8.4.0': -1 }).settings, undefined);
            assert.deepEqual(status({ '8.2.0': 120 }).settings, { upsShutdownAfterDelay: 120 });
        });
        it('ratings of 0, -1 and 65535 are unknown; a low-battery time of 0 is a setting', () => {
            const settings = status({
                '9.1.0': 0,
                '9.3.0': -1,
                '9.5.0': 65535,
                '9.9.0': 0,
                '9.7.0': 0,
                '9.8.0': 0,
            }).settings;
            assert.deepEqual(settings, { upsConfigLowBattTime: 0 });
        });
    });

    describe('minutes remaining of 0', () => {
        it('with a normal battery is no estimate', () => {
            assert.equal(status({ '2.1.0': 2, '2.3.0': 0, '2.4.0': 100 }).battery?.minutesRemaining, undefined);
        });
        it('with a charge that says otherwise, whatever the battery is called, is none either', () => {
            assert.equal(status({ '2.1.0': 1, '2.3.0': 0, '2.4.0': 100 }).battery?.minutesRemaining, undefined);
            assert.equal(status({ '2.3.0': 0, '2.4.0': 40 }).battery?.minutesRemaining, undefined);
            assert.equal(status({ '2.3.0': 0, '2.4.0': 3 }).battery?.minutesRemaining, 0);
            const alarm = { '6.1.0': 1, '6.2.1.2.1': `${UPS}.6.3.3` };
            assert.equal(status({ '2.1.0': 1, '2.3.0': 0, '2.4.0': 40, ...alarm }).battery?.minutesRemaining, 0);
        });
        it('with a low, depleted or empty battery is one', () => {
            assert.equal(status({ '2.1.0': 3, '2.3.0': 0 }).battery?.minutesRemaining, 0);
            assert.equal(status({ '2.1.0': 4, '2.3.0': 0 }).battery?.minutesRemaining, 0);
            assert.equal(status({ '2.1.0': 2, '2.3.0': 0, '2.4.0': 0 }).battery?.minutesRemaining, 0);
        });
    });

    describe('texts', () => {
        const model = (value: SnmpValue) => status({ '1.2.0': value }).identity?.model;
        it('are cut at NUL, trimmed and put on one line', () => {
            assert.equal(model('  Upscale \0\0\0'), 'Upscale');
            assert.equal(model('SLC\t TWIN\u0007PRO'), 'SLC TWIN PRO');
            assert.equal(model('2767,10,2738,11.\n53 31 00 00'), '2767,10,2738,11.');
        });
        it('that are empty are unknown', () => {
            assert.deepEqual(
                [model(''), model('\0\0\n30 30'), model('   '), model(null)],
                [undefined, undefined, undefined, undefined],
            );
        });
    });

    describe('tables', () => {
        it('of three phases, without NumLines, in the order of the index', () => {
            const { output } = status({
                '4.4.1.2.10': 233,
                '4.4.1.2.2': 232,
                '4.4.1.2.1': 231,
                '4.4.1.5.2': 14,
            });
            assert.deepEqual(output?.lines, [{ voltage: 231 }, { voltage: 232, load: 14 }, { voltage: 233 }]);
        });
        it('with an index of more than one part (iStars)', () => {
            assert.deepEqual(status({ '3.3.1.2.1.0': 600, '3.3.1.3.1.0': 224 }).input?.lines, [
                { frequency: 60, voltage: 224 },
            ]);
        });
        it('that begin at 0', () => {
            assert.deepEqual(status({ '3.3.1.3.0': 224, '3.3.1.3.1': 225 }).input?.lines, [
                { voltage: 224 },
                { voltage: 225 },
            ]);
        });
        it('keep a silent phase between two others in its place, and drop those at the end', () => {
            const { input } = status({ '3.3.1.3.1': 230, '3.3.1.3.2': null, '3.3.1.3.3': 231, '3.3.1.3.4': null });
            assert.deepEqual(input?.lines, [{ voltage: 230 }, {}, { voltage: 231 }]);
        });
        it('of a broken agent end after twelve rows', () => {
            const rows = Object.fromEntries(Array.from({ length: 500 }, (_, i) => [`3.3.1.3.${i + 1}`, 230]));
            assert.equal(status(rows).input?.lines.length, 12);
        });
    });

    describe('cards that send tenths of a volt', () => {
        const delta = { '3.3.1.3.1': 2360, '4.4.1.2.1': 2300, '5.3.1.2.1': 2350, '9.1.0': 2300 };
        it('are found out when every live voltage is beyond 1 kV', () => {
            const { input, output, bypass, settings } = status(delta);
            assert.deepEqual(
                [input?.lines[0]?.voltage, output?.lines[0]?.voltage, bypass?.lines[0]?.voltage],
                [236, 230, 235],
            );
            assert.equal(settings?.upsConfigInputVoltage, 230);
        });
        it('stay so while the mains sags or fails', () => {
            const { memory } = read(delta);
            assert.equal(status({ ...delta, '3.3.1.3.1': 900 }, memory).input?.lines[0]?.voltage, 90);
            assert.equal(status({ ...delta, '3.3.1.3.1': 0 }, memory).input?.lines[0]?.voltage, 0);
        });
        it('one wild value does not make one of a card', () => {
            const { memory, status: reading } = read({ '3.3.1.3.1': 2360, '4.4.1.2.1': 230 });
            assert.equal(reading.input?.lines[0]?.voltage, undefined);
            assert.equal(reading.output?.lines[0]?.voltage, 230);
            assert.equal(memory.units?.inputVoltage, undefined);
        });
    });

    describe('source "battery" on mains (CE+T)', () => {
        const stuck = { '4.1.0': 5, '2.1.0': 2, '2.2.0': 0, '3.3.1.3.1': 230 };
        it('is mains, if it never was anything else and all else says so', () => {
            assert.equal(status(stuck).output?.source, 'normal');
        });
        for (const [why, change] of [
            ['seconds are counted', { '2.2.0': 1 }],
            ['the device counts no seconds', { '2.2.0': null }],
            ['the battery is low', { '2.1.0': 3 }],
            ['the mains is dead', { '3.3.1.3.1': 0 }],
            ['the mains is not measured', { '3.3.1.3.1': null }],
            ['the alarm is there', { '6.1.0': 1, '6.2.1.2.1': `${UPS}.6.3.2` }],
        ] as const) {
            it(`is battery when ${why}`, () => assert.equal(status({ ...stuck, ...change }).output?.source, 'battery'));
        }
        it('is unknown while the agent has just started: its count begins anew', () => {
            const upTime = (seconds: number) => status({ ...stuck, '1.3.6.1.2.1.1.3.0': seconds * 100 }).output?.source;
            assert.deepEqual([upTime(3), upTime(119), upTime(120)], [undefined, undefined, 'normal']);
        });
        it('… also on a card that said other or none while it started', () => {
            for (const first of [1, 2, 8]) {
                const { memory } = read({ ...stuck, '4.1.0': first });
                assert.equal(status(stuck, memory).output?.source, 'normal');
            }
        });
        it('is battery on a card that has been seen on mains', () => {
            const { memory } = read({ ...stuck, '4.1.0': 3 });
            assert.equal(status(stuck, memory).output?.source, 'battery');
        });
    });

    describe('alarms', () => {
        const rows = (...descr: SnmpValue[]) =>
            status({
                '6.1.0': descr.length,
                ...Object.fromEntries(descr.map((value, i) => [`6.2.1.2.${i + 1}`, value])),
            }).alarms;

        WELL_KNOWN_ALARMS.forEach((alarm, i) => {
            it(`${i + 1} is ${alarm}`, () => assert.deepEqual(rows(`${UPS}.6.3.${i + 1}`), [alarm]));
        });
        for (const [number, alarm] of [
            [25, 'vendor:upsAlarmAuxInput1'],
            [28, 'vendor:upsAlarmAuxInput4'],
            [29, 'vendor:alarmSiteManagerDigitalInput1'],
            [44, 'vendor:alarmSiteManagerAnalogInput8'],
            [45, 'vendor:alarmSiteManagerAnalogMarker1'],
            [60, 'vendor:alarmSiteManagerOutput8'],
            [61, 'vendor:alarmSiteMonitor1'],
            [124, 'vendor:alarmSiteMonitor64'],
            [125, 'vendor:alarmSensorManager1Low'],
            [140, 'vendor:alarmSensorManager8High'],
            [147, 'vendor:alarmUser7'],
            [157, 'vendor:alarmSensorManagerOutput4'],
            [158, 'vendor:alarmSensorComLost'],
            [163, 'state:alarmTransferswitchOnStaticSwitchA'],
            [165, 'on-bypass'],
            [166, 'on-bypass'],
            [167, 'vendor:alarmTransferswitchSourceAFailure'],
            [169, 'general-fault'],
            [170, 'redundancy-lost'],
            [171, 'output-overload'],
            [172, 'state:alarmBlackBoxReady'],
            [174, 'vendor:upsAlarmThresholdAlarm'],
            [175, 'vendor:upsAlarmThresholdWarning'],
            [176, 'diagnostic-test-failed'],
            [177, 'battery-weak'],
            [178, 'generator-on'],
            [179, 'redundancy-lost'],
            [180, 'battery-too-old'],
            [181, `vendor:${UPS}.6.3.181`],
        ] as const) {
            it(`GENEREX ${number} is ${alarm}`, () => assert.deepEqual(rows(`${UPS}.6.3.${number}`), [alarm]));
        }
        it('blank and meaningless rows are none, and texts are one clean line', () => {
            assert.deepEqual(rows('0.0'), []);
            assert.deepEqual(rows('  \0 '), []);
            assert.deepEqual(rows('Fan\u0007 stuck\r\ndump'), ['vendor:Fan stuck']);
        });
        it('of other makers keep their OID', () => {
            assert.deepEqual(rows('1.3.6.1.4.1.705.1.11.7'), ['vendor:1.3.6.1.4.1.705.1.11.7']);
        });
        it('are understood with a leading dot, an instance, or as text', () => {
            assert.deepEqual(rows(`.${UPS}.6.3.2`, `${UPS}.6.3.9.0`, 'Door open'), [
                'on-battery',
                'on-bypass',
                'vendor:Door open',
            ]);
        });
        it('are each told once, sorted', () => {
            assert.deepEqual(rows(`${UPS}.6.3.6`, `${UPS}.6.3.2`, `${UPS}.6.3.6`), ['input-bad', 'on-battery']);
        });
        it('are none when the card counts none', () => assert.deepEqual(status({ '6.1.0': 0 }).alarms, []));
        it('are unknown without count and table', () => assert.equal('alarms' in status({ '4.1.0': 3 }), false));
        it('that are counted and not listed are alarms all the same', () => {
            assert.deepEqual(status({ '6.1.0': 2 }).alarms, ['vendor:2 alarms, not told which']);
            assert.deepEqual(rows(`${UPS}.6.3.2`), ['on-battery']);
            const one = { '6.1.0': 2, '6.2.1.2.4': `${UPS}.6.3.16` };
            assert.deepEqual(status(one).alarms, ['fan-failure', 'vendor:1 alarm, not told which']);
        });
        it('rows count, whatever the number says', () => {
            assert.deepEqual(status({ '6.1.0': 0, '6.2.1.2.4': `${UPS}.6.3.16` }).alarms, ['fan-failure']);
            assert.deepEqual(status({ '6.1.0': 65535, '6.2.1.2.4': `${UPS}.6.3.16` }).alarms, ['fan-failure']);
        });
        it('zero OIDs and empty rows are none', () => {
            for (const zero of ['0.0', '.0.0', '0.0.0', '0', 0, null, '', ' '])
                assert.deepEqual(rows(zero), [], `${zero}`);
        });
        it('are unknown when the count is a sentinel', () =>
            assert.equal('alarms' in status({ '6.1.0': 65535 }), false));
        it('are none when a table that is known has become empty', () => {
            assert.deepEqual(status({}, { alarmTable: true }).alarms, []);
        });
    });

    describe('the time a test started', () => {
        const UP_TIME = '1.3.6.1.2.1.1.3.0';
        it('is sysUpTime turned into our time, and does not jitter', () => {
            const first = read({ '7.3.0': 5, '7.5.0': 1000, [UP_TIME]: 4000 });
            assert.equal(first.status.test?.startedAt, TIME - 30_000);
            const second = read({ '7.3.0': 5, '7.5.0': 1000, [UP_TIME]: 4099 }, first.memory);
            assert.equal(second.status.test?.startedAt, TIME - 30_000);
        });
        it('is unknown in the future, without sysUpTime and without a test', () => {
            assert.deepEqual(status({ '7.3.0': 1, '7.5.0': 5000, [UP_TIME]: 4000 }).test, { result: 'passed' });
            assert.deepEqual(status({ '7.3.0': 1, '7.5.0': 1000 }).test, { result: 'passed' });
            assert.deepEqual(status({ '7.3.0': 6, '7.5.0': 1000, [UP_TIME]: 4000 }).test, { result: 'none' });
        });
    });
});
