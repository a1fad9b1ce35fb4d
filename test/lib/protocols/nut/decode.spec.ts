import assert from 'node:assert/strict';
import { decode } from '../../../../lib/protocols/nut/decode';
import { readDate } from '../../../../lib/protocols/nut/battery-date';
import type { PartialStatus } from '../../../../lib/core/status/status';

const read = (variables: Record<string, string>, writable: string[] = []) =>
    decode(new Map(Object.entries(variables)), new Set(writable), 7);
const status = (flags: string, more: Record<string, string> = {}) => read({ 'ups.status': flags, ...more });

/** Values as real UPSs gave them to NUT, with what they mean, written by hand. */
const DEVICES: Record<string, [Record<string, string>, PartialStatus]> = {
    'CyberPower CP900AVR in an outage': [
        {
            'battery.charge': '93',
            'battery.runtime': '2580',
            'battery.voltage': '12.1',
            'battery.mfr.date': 'CPS',
            'input.voltage': '0.0',
            'output.voltage': '120.0',
            'ups.load': '13',
            'ups.mfr': 'CPS',
            'ups.model': ' CP 1000D',
            'ups.status': 'OB DISCHRG',
            'ups.test.result': 'Done and passed',
        },
        {
            time: 7,
            identity: { manufacturer: 'CPS', model: 'CP 1000D' },
            battery: {
                state: 'normal',
                charging: 'discharging',
                minutesRemaining: 43,
                chargePercent: 93,
                voltage: 12.1,
            },
            input: { lines: [{ voltage: 0 }] },
            output: { source: 'battery', lines: [{ voltage: 120, load: 13 }] },
            bypass: { lines: [] },
            alarms: ['on-battery'],
            test: { result: 'passed', detail: 'Done and passed' },
        },
    ],
    'Riello MPT 60, three-phase, with zeros where it measures nothing': [
        {
            'battery.charge': '99',
            'battery.runtime': '1020',
            'battery.voltage': '431.0',
            'input.bypass.frequency': '50.10',
            'input.bypass.L1-N.voltage': '230',
            'input.bypass.L2-N.voltage': '231',
            'input.bypass.L3-N.voltage': '232',
            'input.bypass.phases': '3',
            'input.frequency': '50.20',
            'input.L1-N.voltage': '230',
            'input.L2-N.voltage': '232',
            'input.L3-N.voltage': '233',
            'input.phases': '3',
            'output.frequency': '50.10',
            'output.L1-N.voltage': '230',
            'output.L1.current': '0',
            'output.L1.power': '0',
            'output.L1.power.percent': '90',
            'output.L2-N.voltage': '229',
            'output.L2.power.percent': '91',
            'output.L3-N.voltage': '228',
            'output.L3.power.percent': '92',
            'output.phases': '3',
            'ups.load': '90',
            'ups.mfr': 'RPS S.p.a.',
            'ups.model': '',
            'ups.status': 'OL',
        },
        {
            time: 7,
            identity: { manufacturer: 'RPS S.p.a.' },
            battery: { state: 'normal', minutesRemaining: 17, chargePercent: 99, voltage: 431 },
            input: {
                lines: [
                    { voltage: 230, frequency: 50.2 },
                    { voltage: 232, frequency: 50.2 },
                    { voltage: 233, frequency: 50.2 },
                ],
            },
            output: {
                source: 'normal',
                frequency: 50.1,
                lines: [
                    { voltage: 230, load: 90 },
                    { voltage: 229, load: 91 },
                    { voltage: 228, load: 92 },
                ],
            },
            bypass: { frequency: 50.1, lines: [{ voltage: 230 }, { voltage: 231 }, { voltage: 232 }] },
            alarms: [],
            test: {},
        },
    ],
    'Riello iPlug 600: single-phase with three phases of zeros, and full scales': [
        {
            'battery.charge': '255',
            'battery.runtime': '3932100',
            'battery.voltage': '13.5',
            'input.bypass.frequency': '409.50',
            'input.bypass.voltage': '4095',
            'input.voltage': '235',
            'output.L1.current': '0',
            'output.L2.current': '0',
            'output.L3.current': '0',
            'output.voltage': '233',
            'ups.load': '0',
            'ups.status': 'OL',
            'ups.temperature': '255',
        },
        {
            time: 7,
            identity: {},
            battery: { state: 'normal', voltage: 13.5 },
            input: { lines: [{ voltage: 235 }] },
            output: { source: 'normal', lines: [{ voltage: 233, current: 0, load: 0 }] },
            bypass: { lines: [] },
            alarms: [],
            test: {},
        },
    ],
    'Powerware 9355: one load for three phases, and an ambient sensor': [
        {
            'ambient.temperature': '26.9',
            'battery.charge': ' 99.9',
            'battery.current': '  0.0',
            'output.L1-N.voltage': '229.1',
            'output.L2-N.voltage': '228.9',
            'output.L3-N.voltage': '228.8',
            'output.phases': '3',
            'ups.load': '  1.8',
            'ups.status': 'OL',
        },
        {
            time: 7,
            identity: {},
            battery: { state: 'normal', chargePercent: 99.9, current: 0 },
            input: { lines: [] },
            output: {
                source: 'normal',
                lines: [{ voltage: 229.1, load: 1.8 }, { voltage: 228.9 }, { voltage: 228.8 }],
            },
            bypass: { lines: [] },
            alarms: [],
            test: {},
            environment: { temperature: 26.9 },
        },
    ],
    'Powerware PW9125: leading zeros': [
        {
            'ambient.temperature': '031.0',
            'battery.charge': '090.0',
            'battery.runtime': '2640.0',
            'input.frequency': '060.0',
            'input.voltage': '120.0',
            'output.current': '020.0',
            'ups.load': '018.0',
            'ups.power': '192.0',
            'ups.status': 'OL',
        },
        {
            time: 7,
            identity: {},
            battery: { state: 'normal', minutesRemaining: 44, chargePercent: 90 },
            input: { lines: [{ frequency: 60, voltage: 120 }] },
            output: { source: 'normal', lines: [{ current: 20, load: 18, apparentPower: 192 }] },
            bypass: { lines: [] },
            alarms: [],
            test: {},
            environment: { temperature: 31 },
        },
    ],
    'UPSonic IRT1000: nonsense': [
        {
            'battery.charge': '100.0',
            'battery.runtime': '0.0',
            'input.current': '835406.4',
            'input.phases': '1.0',
            'output.phases': '1.0',
            'output.voltage': '-29733682.0',
            'output.current': '0.1',
            'ups.load': '562020.0',
            'ups.power': '835406.0',
            'ups.status': 'OL',
        },
        {
            time: 7,
            identity: {},
            battery: { state: 'normal', chargePercent: 100 },
            input: { lines: [] },
            output: { source: 'normal', lines: [{ current: 0.1 }] },
            bypass: { lines: [] },
            alarms: [],
            test: {},
        },
    ],
    'Tripp Lite SU6000: low, worn and on battery': [
        {
            'battery.charge': '100',
            'battery.runtime': '2820',
            'battery.temperature': '21',
            'output.current': '5.10',
            'ups.load': '23',
            'ups.power': '505.0',
            'ups.status': 'OB LB RB',
            'ups.test.result': '0',
        },
        {
            time: 7,
            identity: {},
            battery: { state: 'low', condition: 'replace', minutesRemaining: 47, chargePercent: 100, temperature: 21 },
            input: { lines: [] },
            output: { source: 'battery', lines: [{ current: 5.1, load: 23, apparentPower: 505 }] },
            bypass: { lines: [] },
            alarms: ['battery-replace', 'low-battery', 'on-battery'],
            test: { detail: '0' },
        },
    ],
    'König CMP1200: an alarm in words': [
        { 'battery.voltage': '27.10', 'ups.alarm': 'Shutdown imminent!', 'ups.status': 'ALARM OL' },
        {
            time: 7,
            identity: {},
            battery: { state: 'normal', voltage: 27.1 },
            input: { lines: [] },
            output: { source: 'normal', lines: [] },
            bypass: { lines: [] },
            alarms: ['shutdown-imminent'],
            test: {},
        },
    ],
    'Mini-Box OPEN-UPS: DC, charging, without a runtime': [
        {
            'battery.charge': '18',
            'battery.current': '0.580',
            'battery.runtime': '3932100',
            'battery.temperature': '27.23',
            'input.current': '0.583',
            'input.voltage': '13.79',
            'output.current': '0.113',
            'output.voltage': '11.96',
            'ups.status': 'OL CHRG',
        },
        {
            time: 7,
            identity: {},
            battery: { state: 'normal', charging: 'charging', chargePercent: 18, current: 0.58, temperature: 27.23 },
            input: { lines: [{ voltage: 13.79, current: 0.583 }] },
            output: { source: 'normal', lines: [{ voltage: 11.96, current: 0.113 }] },
            bypass: { lines: [] },
            alarms: [],
            test: {},
        },
    ],
    'Digitus DN-170041 on bypass': [
        {
            'input.phases': '1',
            'input.voltage': '234.0',
            'outlet.0.switchable': 'no',
            'output.current': '1.0',
            'output.phases': '1',
            'output.voltage': '234.0',
            'ups.load': '15',
            'ups.status': 'OL BYPASS',
        },
        {
            time: 7,
            identity: {},
            battery: { state: 'normal' },
            input: { lines: [{ voltage: 234 }] },
            output: { source: 'bypass', lines: [{ voltage: 234, current: 1, load: 15 }] },
            bypass: { lines: [] },
            alarms: ['on-bypass'],
            test: {},
        },
    ],
    'a UPS whose driver knows no state': [
        { 'ups.status': '', 'battery.charge': '50' },
        {
            time: 7,
            identity: {},
            battery: { chargePercent: 50 },
            input: { lines: [] },
            output: { lines: [] },
            bypass: { lines: [] },
            test: {},
        },
    ],
    'a UPS with outlets': [
        {
            'outlet.1.desc': 'PowerShare Outlet 1',
            'outlet.1.status': 'on',
            'outlet.2.status': 'off/open',
            'outlet.10.id': '10',
            'outlet.desc': 'Main Outlet',
            'ups.status': 'OL',
        },
        {
            time: 7,
            identity: {},
            battery: { state: 'normal' },
            input: { lines: [] },
            output: { source: 'normal', lines: [] },
            bypass: { lines: [] },
            alarms: [],
            test: {},
            outlets: [{ id: '1', name: 'PowerShare Outlet 1', on: true }, { id: '2', on: false }, { id: '10' }],
        },
    ],
};

describe('decoding the variables of NUT', () => {
    for (const [name, [variables, expected]] of Object.entries(DEVICES)) {
        it(name, () => {
            const { settings: _settings, ...told } = read(variables);
            assert.deepEqual(told, expected);
        });
    }

    it('reads the temperature of UPS, battery and room each', () => {
        const told = status('OL', {
            'ups.temperature': '34.5',
            'battery.temperature': '25',
            'ambient.temperature': '21',
        });
        assert.deepEqual([told.temperature, told.battery!.temperature, told.environment!.temperature], [34.5, 25, 21]);
        for (const none of ['255', '999.9', '-1', '6553.5', 'n/a']) {
            assert.equal(status('OL', { 'ups.temperature': none }).temperature, undefined, none);
        }
    });

    it('takes no name that every object has', () => {
        const told = read(
            {
                'ups.status': 'OL',
                constructor: '1',
                'ambient.contacts.1.name': '__proto__',
                'ambient.contacts.1.status': 'active',
                'ambient.contacts.2.name': 'Door',
                'ambient.contacts.2.status': 'inactive',
                'ambient.contacts.3.name': 'Door',
                'ambient.contacts.3.status': 'active',
            },
            ['constructor'],
        );
        assert.equal(told.settings, undefined);
        assert.deepEqual(told.environment!.contacts, {
            'ambient.contacts.1': true,
            Door: false,
            'ambient.contacts.3': true,
        });
    });

    it('keeps control characters out of every text, and bounds it', () => {
        const dirty = `x\u001b[2J\u0000${'y'.repeat(5000)}`;
        const told = read(
            {
                'ups.status': `OL W\u0007X`,
                'ups.alarm': dirty,
                'ups.model': dirty,
                'ups.id': dirty,
                'ups.test.result': dirty,
                'outlet.1.desc': dirty,
                'ambient.contacts.1.name': dirty,
                'ambient.contacts.1.status': 'active',
                'ups.dirty\u0007name': '1',
            },
            ['ups.id', 'ups.dirty\u0007name'],
        );
        const texts = JSON.stringify(told, (key, value: unknown) => {
            assert.ok(key.length <= 300 && (typeof value !== 'string' || value.length <= 300), key);
            return value;
        });
        assert.doesNotMatch(texts, /\\u00|\\[bfnrt]/);
    });

    it('knows results of tests by their words, and keeps the words', () => {
        for (const [text, result] of [
            ['Done and warning', 'warning'],
            ['Done and error', 'failed'],
            ['Aborted', 'aborted'],
            ['In progress', 'in-progress'],
            ['No test initiated', 'none'],
            ['whatever', undefined],
        ] as const) {
            const { test } = status('OL', { 'ups.test.result': text });
            assert.equal(test!.result, result, text);
            assert.equal(test!.detail, text);
        }
    });

    it('reads dates of batteries in the formats of devices, and no others', () => {
        for (const [text, date] of [
            ['2023-04-05', '2023-04-05'],
            ['2023/04/05', '2023-04-05'],
            ['04/15/09', '2009-04-15'],
            ['11/14/1999', '1999-11-14'],
            ['15.04.2009', '2009-04-15'],
            ['2023-02-30', undefined],
            ['15/04/09', undefined],
            ['CPS', undefined],
            ['', undefined],
        ] as const) {
            assert.equal(readDate(text), date, text);
        }
    });

    it('makes settings of what can be set and of ratings, without countdowns that do not run', () => {
        const told = read(
            {
                'ups.status': 'OL',
                'ups.delay.shutdown': '20',
                'ups.timer.shutdown': '-1',
                'ups.id': '0012',
                'input.transfer.low': '184.0',
                'ups.start.auto': 'yes',
                'battery.charge': '80',
            },
            ['ups.delay.shutdown', 'ups.id', 'input.transfer.low', 'ups.start.auto'],
        );
        assert.deepEqual(told.settings, {
            'ups.delay.shutdown': 20,
            'ups.id': '0012',
            'input.transfer.low': 184,
            'ups.start.auto': 'yes',
        });
    });

    it('reads humidity and contacts, and no sensor that is not there', () => {
        assert.deepEqual(
            status('OL', {
                'ambient.humidity': '45',
                'ambient.contacts.1.status': 'active',
                'ambient.contacts.2.status': 'opened',
                'ambient.contacts.2.config': 'normal-opened',
                'ambient.contacts.3.status': 'opened',
            }).environment,
            { humidity: 45, contacts: { 'ambient.contacts.1': true, 'ambient.contacts.2': false } },
        );
        assert.equal(status('OL', { 'ambient.present': 'no', 'ambient.temperature': '20' }).environment, undefined);
    });
});
