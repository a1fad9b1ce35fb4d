import assert from 'node:assert/strict';
import { decode, type Answers } from '../../../../lib/protocols/delta/decode';
import { decodeAnswer, type PollName } from '../../../../lib/protocols/delta/polls';
import { readSettings } from '../../../../lib/protocols/delta/settings';

function answers(data: Partial<Record<PollName, string>>): Answers {
    return Object.fromEntries(
        Object.entries(data).map(([name, text]) => [name, decodeAnswer(name as PollName, text)]),
    ) as Answers;
}

const ALL_WELL = Array<string>(20).fill('0').join(';');
const sta = (...on: number[]) =>
    Array.from({ length: 20 }, (_, index) => (on.includes(index + 1) ? '1' : '0')).join(';');

describe('answers of the serial protocol 1.44', () => {
    it('of a real UPS come out in SI units', () => {
        const status = decode(
            answers({
                STB: '0;0;0;00000;0084;000;0273;;026;100',
                STO: '0;499;1;2290;0000;00076;013',
                STI: '1;499;2240',
                MNU: 'BELKIN          ',
                STA: ALL_WELL,
            }),
            1,
        );
        assert.deepEqual(status.battery, {
            state: 'normal',
            condition: 'good',
            charging: 'floating',
            secondsOnBattery: 0,
            minutesRemaining: 84,
            // The estimate is 000 in this full battery: the level counts.
            chargePercent: 100,
            voltage: 27.3,
            current: undefined,
            temperature: 26,
            installedOn: undefined,
        });
        assert.deepEqual(status.output, {
            source: 'normal',
            frequency: 49.9,
            lines: [{ voltage: 229, current: 0, power: 76, load: 13 }],
        });
        assert.deepEqual(status.input, { lines: [{ frequency: 49.9, voltage: 224 }] });
        assert.equal(status.identity?.manufacturer, 'BELKIN');
        assert.deepEqual(status.alarms, []);
    });

    it('nominal input and the limit of a low battery, where RAT tells them', () => {
        const STB = '0;0;0;00000;0084;000;0273;;026;100';
        const RAT = '230;500;230;500;001000;000900;05;080;280;090;080;280;270;0;024;400;700';
        const status = decode(answers({ STB, RAT, STI: '1;499;2240' }), 1);
        assert.equal(status.input?.nominalVoltage, 230);
        assert.equal(status.input?.lines[0]?.voltage, 224);
        assert.equal(status.battery?.lowMinutes, 5);
        const none = decode(answers({ STB, RAT: RAT.replace(/^230/, '000').replace(';05;', ';00;') }), 1);
        assert.equal(none.input, undefined);
        assert.equal(none.battery?.lowMinutes, undefined);
    });

    it('no value beyond what can be', () => {
        for (const [text, celsius] of [
            ['026', 26],
            ['150', 150],
            ['151', undefined],
            ['255', undefined],
            ['998', undefined],
            ['999', undefined],
        ] as const) {
            const status = decode(answers({ STB: `0;0;0;00000;0084;000;0273;;${text};100`, ENV: `${text};050` }), 1);
            assert.equal(status.battery?.temperature, celsius, text);
            assert.equal(status.environment?.temperature, celsius, text);
        }
        const status = decode(
            answers({ STB: '0;0;0;0;84;0;273;;26;101', STO: '0;998;1;9989;0;0;255', ENV: '20;101' }),
            1,
        );
        assert.equal(status.output?.lines[0]?.voltage, undefined);
        assert.equal(status.output?.lines[0]?.load, undefined);
        assert.equal(status.environment?.humidity, undefined);
        assert.equal(status.battery?.chargePercent, 0);
    });

    it('texts without control characters', () => {
        assert.equal(decodeAnswer('MNU', 'BEL\x07KIN\x1b[2J').manufacturer, 'BEL KIN [2J');
    });

    it('four speeds, and no choice of 0 V', () => {
        assert.equal(decodeAnswer('UBR', '9600').baudRate, 9600);
        assert.equal(decodeAnswer('UBR', '3000').baudRate, undefined);
        const choices = Array.from({ length: 20 }, (_, index) => String(200 + index));
        const sov = decodeAnswer('SOV', ['230', '000', ...choices].join(';'));
        assert.equal(sov.choice1, undefined);
        assert.equal(sov.choice21, 219);
    });

    it('RAT of a real UPS', () => {
        const rat = decodeAnswer('RAT', '230;500;230;500;1000;0900;;080;280;090;080;280;270;0;024;400;700');
        assert.equal(rat.va, 1000);
        assert.equal(rat.power, 900);
        assert.equal(rat.lowBatteryMinutes, undefined);
        assert.equal(rat.lowTransferMax, 90);
        assert.equal(rat.batteryVoltage, 24);
        assert.equal(rat.highFrequency, 70);
        const settings = readSettings({ RAT: rat });
        assert.equal(settings.nominalInputFrequency, 50);
        assert.equal(settings.upsType, 'on-line');
        assert.ok(!('lowBatteryMinutes' in settings));
    });

    for (const [number, source] of [
        ...[
            [0, 'normal'],
            [1, 'battery'],
            [2, 'bypass'],
            [3, 'reducer'],
            [4, 'booster'],
            [5, 'bypass'],
            [6, 'other'],
        ],
        [7, 'none'],
    ] as const) {
        it(`output source ${number} is ${source}`, () => {
            assert.equal(decode(answers({ STO: `${number};500;1` }), 1).output?.source, source);
        });
    }

    it('readings of nothing but nines, and what is out of range, are not known', () => {
        const { battery, output } = decode(
            answers({ STB: '3;0;0;99999;9999;999;9999;9999;999;101', STO: '8;999;1;9999;;;999' }),
            1,
        );
        assert.deepEqual(
            Object.entries(battery!).filter(([, value]) => value !== undefined),
            [
                ['state', 'normal'],
                ['charging', 'floating'],
            ],
        );
        assert.equal(output?.source, undefined);
        assert.equal(output?.frequency, undefined);
        assert.deepEqual(output?.lines, []);
    });

    it('no minutes with a battery that is not low are not known, with a low one they are 0', () => {
        const minutes = (stb: string) => decode(answers({ STB: stb }), 1).battery?.minutesRemaining;
        assert.equal(minutes('0;0;0;0;0;;0273;;;100'), undefined);
        assert.equal(minutes('0;1;3;0;0;;0273;;;5'), 0);
    });

    it('without the level, which earlier versions lack, the estimate counts', () => {
        assert.equal(decode(answers({ STB: '0;0;3;00010;0012;055;0260' }), 1).battery?.chargePercent, 55);
    });

    it('three phases', () => {
        const { output, input } = decode(
            answers({
                STO: '0;500;3;2300;0010;000200;020;2310;0011;000210;021;2320;0012;000220;022',
                STI: '3;500;2301;;;501;2302;;;502;2303;;',
            }),
            1,
        );
        assert.deepEqual(output?.lines[2], { voltage: 232, current: 1.2, power: 220, load: 22 });
        assert.deepEqual(
            input?.lines.map((line) => line.frequency),
            [50, 50.1, 50.2],
        );
    });

    it('a line that says nothing keeps its place: the second is not taken for the first', () => {
        const { input } = decode(answers({ STI: '3;;;;;501;2302;;;;;;' }), 1);
        assert.deepEqual(input?.lines, [{}, { frequency: 50.1, voltage: 230.2 }]);
    });

    it('a power failure: input bad, on battery', () => {
        const { alarms } = decode(answers({ STA: sta(2), STO: '1;500;1', STB: '0;0;3' }), 1);
        assert.deepEqual(alarms, ['input-bad', 'on-battery']);
    });

    it('a test runs on battery with a good input: no power failure', () => {
        const { alarms, test } = decode(answers({ STA: sta(), STO: '1;500;1', STB: '0;0;3', TSR: '2' }), 1);
        assert.deepEqual(alarms, ['test-in-progress']);
        assert.equal(test?.result, 'in-progress');
    });

    it('each bit of STA', () => {
        const expected = [
            ...['temp-bad', 'input-bad', 'output-bad', 'output-overload', 'bypass-bad', 'output-off-as-requested'],
            ...['ups-off-as-requested', 'charger-failed', 'ups-system-off', 'fan-failure', 'fuse-failure'],
            ...['general-fault', 'awaiting-power', 'shutdown-pending', 'shutdown-imminent', undefined, 'eco-mode'],
            ...['inverter-failure', 'emergency-power-off', undefined],
        ];
        for (const [index, alarm] of expected.entries()) {
            assert.deepEqual(decode(answers({ STA: sta(index + 1) }), 1).alarms, alarm ? [alarm] : [], `bit ${index}`);
        }
    });

    it('an empty bit of STA says nothing', () => {
        const { alarms, alarmsTold } = decode(answers({ STA: '0;0;0;0;;0;;;0;;;0' }), 1);
        assert.deepEqual(alarms, []);
        assert.ok(alarmsTold!.includes('input-bad'));
        assert.ok(!alarmsTold!.includes('fan-failure'));
        assert.ok(!alarmsTold!.includes('bypass-bad'));
    });

    it('test results 0 to 6', () => {
        const results = [0, 1, 2, 3, 4, 5, 6].map((result) => decode(answers({ TSR: `${result}` }), 1).test?.result);
        assert.deepEqual(results, ['none', 'passed', 'in-progress', 'failed', 'failed', 'failed', 'aborted']);
    });

    it('outlets: 0 is on, 1 is shut down, and one that was not asked for is neither', () => {
        const outlets = new Map([
            [1, decodeAnswer('SOL', '0')],
            [2, decodeAnswer('SOL', '1')],
        ]);
        assert.deepEqual(decode({ LET: decodeAnswer('LET', '3'), outlets }, 1).outlets, [
            { id: '1', on: true },
            { id: '2', on: false },
            { id: '3' },
        ]);
    });

    it('environment, dates, and settings', () => {
        const all = answers({
            ...{
                ENV: '021;045;0;1;;0',
                BRD: '20240229;20270230',
                TXV: '196;264',
                TXF: '475;525',
                SOV: '230;220;230;240',
            },
            ...{
                VSN: '1',
                ATT: '3',
                ARB: '1',
                ATX: '2',
                SDT: '2',
                UBD: '999',
                BTV: '10;044',
                TEL: '+49 123',
                UBR: '2400',
            },
        });
        const status = decode({ ...all, STB: decodeAnswer('STB', '0;0;0') }, 1);
        assert.deepEqual(status.environment, {
            temperature: 21,
            humidity: 45,
            contacts: { relay1: false, relay2: true, relay4: false },
        });
        assert.equal(status.battery?.installedOn, '2024-02-29');
        assert.deepEqual(readSettings(all), {
            shutdownType: 'system',
            baudRate: 2400,
            lowTransferVoltage: 196,
            highTransferVoltage: 264,
            voltageSensitivity: 'reduced',
            modemPhone: '+49 123',
            batteryReplacedOn: '2024-02-29',
            autoTest: 'weekly',
            atxReboot: false,
            autoReboot: true,
            bootDelay: 999,
            lowTransferFrequency: 47.5,
            highTransferFrequency: 52.5,
            outputVoltage: 230,
            batteryTestMinutes: 10,
            batteryTestVoltage: 44,
        });
    });

    for (const [what, name, data] of [
        ['too few fields', 'STB', '0;0'],
        ['too many fields', 'STO', Array<string>(40).fill('0').join(';')],
        ['another answer', 'STA', '0;499;1;2290;0000;00076;013'],
    ] as const) {
        it(`${what} are refused`, () => assert.throws(() => decodeAnswer(name, data), { code: 'protocol' }));
    }

    it('a frame of wrong length needs every mandatory field', () => {
        assert.throws(() => decodeAnswer('STB', '0;0;0;00000;0084', false), { code: 'protocol' });
        assert.equal(decodeAnswer('STB', '0;0;0;00000;0084;000;0273;;026;100', false).level, 100);
    });
});
