import type { AlarmId } from '../../../../../lib/core/status/alarms';
import type { DerivedCase } from './derived-case';
import { SOCOMEC_RACK_PDU } from './expected-socomec';

const PDU = '1.3.6.1.4.1.4555.2.30';
const NEW = '1.3.6.1.4.1.4555.1.1.7.1';
const OLD = '1.3.6.1.4.1.4555.1.1.1.1';

/** A UPS of three phases on mains with Net Vision 7, made up from the MIB. */
const MASTERYS: DerivedCase['values'] = {
    [`${NEW}.1.1.0`]: 'MASTERYS GP',
    [`${NEW}.1.2.0`]: 'P123456789',
    [`${NEW}.2.1.0`]: 3,
    [`${NEW}.2.2.0`]: 0,
    [`${NEW}.2.3.0`]: 35,
    [`${NEW}.2.4.0`]: 88,
    [`${NEW}.2.5.0`]: 4321,
    [`${NEW}.2.6.0`]: 251,
    [`${NEW}.2.7.0`]: 302,
    [`${NEW}.3.1.0`]: 3,
    [`${NEW}.3.2.0`]: 500,
    [`${NEW}.3.3.1.2.1`]: 2301,
    [`${NEW}.3.3.1.2.2`]: 2302,
    [`${NEW}.3.3.1.2.3`]: 2303,
    [`${NEW}.4.1.0`]: 3,
    [`${NEW}.4.2.0`]: 500,
    [`${NEW}.4.3.0`]: 3,
    [`${NEW}.4.4.1.2.1`]: 2300,
    [`${NEW}.4.4.1.2.2`]: 2300,
    [`${NEW}.4.4.1.2.3`]: 2299,
    [`${NEW}.4.4.1.4.1`]: 21,
    [`${NEW}.4.4.1.4.2`]: 22,
    [`${NEW}.4.4.1.4.3`]: -1,
    [`${NEW}.4.4.1.5.1`]: 12,
    [`${NEW}.4.4.1.6.1`]: 11,
};
/** What the state of the battery (3) and the source deny. */
const TOLD: AlarmId[] = ['battery-bad', 'eco-mode', 'low-battery', 'test-in-progress', 'vendor:Battery disconnected'];
const STATUS: DerivedCase['status'] = {
    identity: { model: 'MASTERYS GP', serial: 'P123456789' },
    battery: {
        state: 'normal',
        charging: 'charging',
        secondsOnBattery: 0,
        minutesRemaining: 35,
        chargePercent: 88,
        voltage: 432.1,
        temperature: 25.1,
    },
    temperature: 30.2,
    input: { lines: [{ frequency: 50, voltage: 230.1 }, { voltage: 230.2 }, { voltage: 230.3 }] },
    output: {
        source: 'normal',
        frequency: 50,
        lines: [
            { voltage: 230, load: 21, apparentPower: 1200, power: 1100 },
            { voltage: 230, load: 22 },
            { voltage: 229.9 },
        ],
    },
    bypass: { lines: [] },
    test: {},
    alarms: [],
    alarmsTold: TOLD,
};
const source = (value: string) => ({ ...STATUS.output, source: value }) as typeof STATUS.output;
const { charging: _, ...BATTERY } = STATUS.battery!;
const { source: __, ...sourceless } = STATUS.output!;

/** All alarms of the table, by hand from the MIB. */
const TABLE: AlarmId[] = [
    'awaiting-power',
    'battery-replace',
    'battery-weak',
    'bypass-bad',
    'charger-failed',
    'communications-lost',
    'depleted-battery',
    'emergency-power-off',
    'fan-failure',
    'general-fault',
    'input-bad',
    'inverter-failure',
    'low-battery',
    'on-battery',
    'on-bypass',
    'output-overload',
    'redundancy-lost',
    'shutdown-imminent',
    'shutdown-pending',
    'temp-bad',
    'test-in-progress',
    'ups-output-off',
    'ups-system-off',
    'vendor:Alarm of an optional board',
    ...([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12].map((module) => `vendor:Alarm of module ${module}`) as AlarmId[]),
    'vendor:Alarm of the battery room',
    'vendor:Alarm of the generator',
    'vendor:Automatic transfer impossible',
    'vendor:Battery circuit open',
    'vendor:Bypass alarm',
    'vendor:Bypass fault',
    'vendor:External alarm 1',
    'vendor:External alarm 2',
    'vendor:External alarm 3',
    'vendor:External alarm 4',
    'vendor:Insufficient resources',
    'vendor:Internal failure',
    'vendor:Maintenance due',
    'vendor:Phase rotation fault',
    'vendor:Rectifier alarm',
    'vendor:Rectifier fault',
    'vendor:Remote service requested',
    'vendor:Short circuit at the output',
    'vendor:Transfer locked',
    'vendor:Wrong configuration',
];

const from = (title: string, values: DerivedCase['values'], status: Partial<DerivedCase['status']>): DerivedCase => ({
    title: `Socomec: ${title}`,
    map: 'socomec',
    values: { ...MASTERYS, ...values },
    status: { ...STATUS, ...status },
});

type Netvision5 = [
    title: string,
    values: DerivedCase['values'],
    source: 'battery' | 'normal' | undefined,
    alarms: AlarmId[],
];

function netvision5([title, values, source, alarms]: Netvision5): DerivedCase {
    const isTold = `${OLD}.6.3.2.0` in values;
    const discharges = values[`${OLD}.2.1.0`] === 5;
    return {
        title: `Socomec: Net Vision 5, ${title}`,
        map: 'socomec-netvision5',
        values,
        status: {
            identity: {},
            battery: discharges ? { state: 'normal', charging: 'discharging' } : {},
            input: { lines: [] },
            output: { ...(source && { source }), lines: [] },
            bypass: { lines: [] },
            test: {},
            ...(isTold && { alarms, alarmsTold: ['on-battery'] as AlarmId[] }),
            ...(discharges && { alarms, alarmsTold: ['battery-bad'] as AlarmId[] }),
        },
    };
}

export const DERIVED_SOCOMEC: DerivedCase[] = [
    from('on mains, three phases: 1.2 kVA and 1.1 kW are 12 and 11 tenths', {}, {}),
    from(
        'on battery: the alarm 15 tells it, while the source is the inverter',
        { [`${NEW}.6.3.15.0`]: 1, [`${NEW}.2.1.0`]: 2, [`${NEW}.2.2.0`]: 20 },
        {
            battery: { ...BATTERY, state: 'normal', secondsOnBattery: 20 },
            output: source('battery'),
            alarms: ['on-battery'],
            alarmsTold: [...TOLD, 'on-battery' as const].sort(),
        },
    ),
    from(
        'on battery: its state is 5, discharging, while the source is the inverter',
        { [`${NEW}.2.1.0`]: 5 },
        {
            battery: { ...STATUS.battery, charging: 'discharging' },
            output: source('battery'),
            alarmsTold: TOLD.filter((each) => each !== 'low-battery'),
        },
    ),
    from(
        'low, with a runtime of 0: state 6',
        { [`${NEW}.2.1.0`]: 6, [`${NEW}.2.3.0`]: 0 },
        // On inverter with a low battery may be the mains or the battery.
        { battery: { ...BATTERY, state: 'low', minutesRemaining: 0 }, output: sourceless, alarms: ['low-battery'] },
    ),
    from(
        'depleted, and no alarm on-battery: the mains are there',
        { [`${NEW}.2.1.0`]: 7, [`${NEW}.6.3.15.0`]: 0 },
        {
            battery: { ...BATTERY, state: 'depleted' },
            alarmsTold: [...TOLD.filter((each) => each !== 'low-battery'), 'on-battery' as const].sort(),
        },
    ),
    from(
        '65534 is not known either, and a state of charge of 0 is not filled in',
        { [`${NEW}.2.3.0`]: 65_534, [`${NEW}.2.4.0`]: 65_534, [`${NEW}.2.9.0`]: 0 },
        { battery: { state: 'normal', charging: 'charging', secondsOnBattery: 0, voltage: 432.1, temperature: 25.1 } },
    ),
    from('whole hertz: 49', { [`${NEW}.4.2.0`]: 49 }, { output: { ...STATUS.output!, frequency: 49 } }),
    from(
        'an alarm of the table with the instance .0',
        { [`${NEW}.6.1.0`]: 1, [`${NEW}.6.2.1.2.1`]: `${NEW}.6.3.15.0` },
        { alarms: ['on-battery'], alarmsTold: [...new Set([...TOLD, ...TABLE])].sort() },
    ),
    from(
        'a battery test: state 4',
        { [`${NEW}.2.1.0`]: 4 },
        {
            battery: { ...BATTERY, state: 'normal' },
            alarms: ['test-in-progress'],
            alarmsTold: TOLD.filter((each) => each !== 'low-battery'),
        },
    ),
    from('on bypass: source 2', { [`${NEW}.4.1.0`]: 2 }, { output: source('bypass') }),
    from('eco mode: source 5', { [`${NEW}.4.1.0`]: 5 }, { output: source('normal'), alarms: ['eco-mode'] }),
    from(
        'in standby until the mains return: source 7, alarm 62',
        { [`${NEW}.4.1.0`]: 7, [`${NEW}.6.3.62.0`]: 1 },
        {
            output: source('none'),
            alarms: ['awaiting-power'],
            alarmsTold: ['awaiting-power', ...TOLD],
        },
    ),
    from(
        'overload and a battery to be replaced, from the table of alarms',
        {
            [`${NEW}.6.1.0`]: 2,
            [`${NEW}.6.2.1.2.1`]: `${NEW}.6.3.2`,
            [`${NEW}.6.2.1.2.2`]: `${NEW}.6.3.19`,
        },
        {
            alarms: ['battery-replace', 'output-overload'],
            alarmsTold: [...new Set([...TABLE, ...TOLD])].sort(),
        },
    ),
    {
        title: 'Socomec: Net Vision 5 on battery with a low battery',
        map: 'socomec-netvision5',
        values: {
            [`${OLD}.1.1.0`]: 'MODULYS',
            [`${OLD}.2.1.0`]: 3,
            [`${OLD}.2.3.0`]: 4,
            [`${OLD}.2.4.0`]: 15,
            [`${OLD}.3.3.1.2.1`]: 0,
            [`${OLD}.4.1.0`]: 5,
            [`${OLD}.4.3.0`]: 1,
            [`${OLD}.4.4.1.2.1`]: 2300,
            [`${OLD}.4.4.1.4.1`]: 30,
            [`${OLD}.6.1.0`]: 1,
            [`${OLD}.6.2.1.2.1`]: `${OLD}.6.3.2`,
        },
        status: {
            identity: { model: 'MODULYS' },
            battery: { state: 'low', minutesRemaining: 4, chargePercent: 15 },
            input: { lines: [{ voltage: 0 }] },
            output: { lines: [{ voltage: 230, load: 30 }] },
            bypass: { lines: [] },
            test: {},
            alarms: ['on-battery'],
            alarmsTold: [
                'awaiting-power',
                'battery-bad',
                'bypass-bad',
                'charger-failed',
                'communications-lost',
                'depleted-battery',
                'diagnostic-test-failed',
                'emergency-power-off',
                'fan-failure',
                'fuse-failure',
                'general-fault',
                'input-bad',
                'low-battery',
                'on-battery',
                'on-bypass',
                'output-bad',
                'output-off-as-requested',
                'output-overload',
                'redundancy-lost',
                'shutdown-imminent',
                'shutdown-pending',
                'temp-bad',
                'test-in-progress',
                'ups-off-as-requested',
                'ups-output-off',
                'ups-system-off',
                'vendor:*',
            ],
        },
    },
    ...(
        [
            [
                'on battery, told by the alarm alone',
                { [`${OLD}.4.1.0`]: 2, [`${OLD}.6.3.2.0`]: 1 },
                'battery',
                ['on-battery'],
            ],
            [
                'on battery, told by the battery that discharges',
                { [`${OLD}.2.1.0`]: 5, [`${OLD}.4.1.0`]: 2 },
                'battery',
                [],
            ],
            ['5 may be the bypass', { [`${OLD}.4.1.0`]: 5, [`${OLD}.6.3.2.0`]: 0 }, undefined, []],
            ['normal', { [`${OLD}.4.1.0`]: 9, [`${OLD}.6.3.2.0`]: 0 }, 'normal', []],
        ] satisfies Netvision5[]
    ).map(netvision5),
    {
        title: 'Socomec: a PDU that its card does not reach, with a probe',
        recording: SOCOMEC_RACK_PDU.recording,
        map: 'socomec-pdu',
        values: { [`${PDU}.3.1.0`]: 1, [`${PDU}.3.2.0`]: 0, [`${PDU}.4.1.0`]: 235, [`${PDU}.4.2.0`]: 41 },
        status: {
            identity: SOCOMEC_RACK_PDU.status.identity,
            alarms: ['communications-lost'],
            alarmsTold: ['communications-lost'],
            environment: { temperature: 23.5, humidity: 41 },
        },
    },
];
