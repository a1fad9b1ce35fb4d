import type { AlarmId } from '../../../../../lib/core/status/alarms';
import type { DerivedCase } from './derived-case';
import { APC_SMT750X } from './expected-apc-smt750x';
import { APC_SUA1500 } from './expected-apc-sua1500';

const UPS = '1.3.6.1.4.1.318.1.1.1';
const FLAGS = `${UPS}.11.1.1.0`;
const SOURCE = `${UPS}.4.1.1.0`;

/** upsBasicStateOutputState: these flags are set, of 64; the first has number 1. */
function flags(...set: number[]): string {
    return Array.from({ length: 64 }, (_, index) => (set.includes(index + 1) ? '1' : '0')).join('');
}

/** All alarms that the 64 flags tell, together with those of the recording. */
const TOLD: AlarmId[] = [
    'awaiting-power',
    'battery-replace',
    'bypass-bad',
    'calibration',
    'charger-failed',
    'communications-lost',
    'depleted-battery',
    'eco-mode',
    'emergency-power-off',
    'fan-failure',
    'general-fault',
    'low-battery',
    'on-battery',
    'on-bypass',
    'output-bad',
    'output-off-as-requested',
    'output-overload',
    'shutdown-pending',
    'temp-bad',
    'test-in-progress',
    'ups-output-off',
    'vendor:Boost or trim failed',
    'vendor:Bypass relay failed',
    'vendor:Communication inside the UPS lost',
    'vendor:Communication with the battery lost',
    'vendor:DC bus overvoltage',
    'vendor:DC imbalance of the inverter',
    'vendor:Load above its alarm limit',
    'vendor:Main relay failed',
    'vendor:Minor or environment alarm',
    'vendor:No battery attached',
    'vendor:Power factor correction failed',
    'vendor:Sensor of the battery temperature failed',
    'vendor:Shut down because of a low battery',
    'vendor:Shut down, or unable to transfer',
    'vendor:Transfer relay failed',
];

const BASE = APC_SMT750X.status;
const TOLD_OF_BASE = BASE.alarmsTold!;
/** The load of the recording is 0; in an outage the input is dead. */
const DEAD = { [`${UPS}.3.3.1.0`]: 0, [`${UPS}.3.3.4.0`]: 0 };
const DEAD_INPUT = { lines: [{ voltage: 0, frequency: 0 }] };

const from = (title: string, values: DerivedCase['values'], status: Partial<DerivedCase['status']>): DerivedCase => ({
    title: `APC: ${title}`,
    recording: APC_SMT750X.recording,
    map: 'apc-powernet',
    values,
    status: { ...BASE, ...status },
});
/** The card still tells the last values of its UPS: they are old. */
const lost = (title: string, values: DerivedCase['values']): DerivedCase => {
    const { identity, environment } = BASE;
    const alarms: AlarmId[] = ['communications-lost'];
    return { ...from(title, values, {}), status: { identity, environment, alarms, alarmsTold: alarms } };
};

const without = <T extends object, K extends keyof T>(group: T, name: K) => {
    const { [name]: _, ...rest } = group;
    return rest;
};
const source = (value: string) => ({ ...BASE.output, source: value }) as typeof BASE.output;
const withoutSource = { frequency: 60, lines: [{ voltage: 119.1, load: 0, current: 0 }] };

export const DERIVED_APC: DerivedCase[] = [
    from(
        'phase tables that are never filled in hide no scalar',
        {
            [`${UPS}.9.3.2.1.2.1`]: 0,
            [`${UPS}.9.3.2.1.4.1`]: 0,
            ...Object.fromEntries(
                [3, 4, 7, 10, 13].flatMap((column) =>
                    [1, 2, 3].map((phase) => [`${UPS}.9.3.3.1.${column}.1.1.${phase}`, 0]),
                ),
            ),
            [`${UPS}.4.3.1.0`]: 2300,
            [`${UPS}.4.3.2.0`]: 500,
            [`${UPS}.4.3.3.0`]: 170,
            [`${UPS}.4.3.4.0`]: 80,
        },
        { output: { ...BASE.output!, frequency: 50, lines: [{ voltage: 230, load: 17, current: 8 }] } },
    ),
    from('64 flags that are never filled say nothing', { [FLAGS]: flags() }, {}),
    from(
        'flags printed as a number have lost their zeros in front',
        { [FLAGS]: flags(4, 6, 19).replace(/^0+/, '') },
        {},
    ),
    from('63 zeros are no flags either', { [FLAGS]: flags().slice(1) }, {}),
    from(
        'the full scales of 31 and 32 bits are no seconds',
        { [`${UPS}.2.1.2.0`]: 2_147_483_647 },
        {
            battery: without(BASE.battery!, 'secondsOnBattery'),
        },
    ),
    from(
        'on battery: source 3, flag 2; 4500 ticks are 45 s',
        { [SOURCE]: 3, [`${UPS}.2.1.1.0`]: 2, [`${UPS}.2.1.2.0`]: 4500, [FLAGS]: flags(2, 6, 19), ...DEAD },
        {
            battery: { ...BASE.battery, state: 'normal', secondsOnBattery: 45 },
            input: DEAD_INPUT,
            output: source('battery'),
            alarms: ['on-battery'],
            alarmsTold: [...TOLD, 'battery-bad' as const].sort(),
        },
    ),
    from(
        'low battery: state 3, flags 2, 3 and 30; a runtime of 0 is one',
        { [SOURCE]: 3, [`${UPS}.2.1.1.0`]: 3, [`${UPS}.2.2.3.0`]: 0, [FLAGS]: flags(2, 3, 6, 19, 30), ...DEAD },
        {
            battery: { ...BASE.battery, state: 'low', minutesRemaining: 0 },
            input: DEAD_INPUT,
            output: source('battery'),
            alarms: ['low-battery', 'on-battery'],
            alarmsTold: [...TOLD, 'battery-bad' as const].sort(),
        },
    ),
    from(
        'a runtime of 0 with a normal battery is none',
        { [`${UPS}.2.1.1.0`]: 2, [`${UPS}.2.2.3.0`]: 0 },
        {
            battery: { state: 'normal', condition: 'good', chargePercent: 100, temperature: 23.4, voltage: 54.7 },
            alarmsTold: [
                'awaiting-power',
                'battery-bad',
                'battery-replace',
                'eco-mode',
                'low-battery',
                'test-in-progress',
                'vendor:No battery attached',
            ],
        },
    ),
    from(
        'a test on battery by its own source (15) is no outage: test-in-progress',
        { [SOURCE]: 15 },
        { output: source('battery'), alarms: ['test-in-progress'] },
    ),
    from(
        'a test on battery by source 3, flags 2 and 29, and the result in progress (4)',
        { [SOURCE]: 3, [FLAGS]: flags(2, 6, 19, 29), [`${UPS}.7.2.3.0`]: 4 },
        {
            output: source('battery'),
            test: { result: 'in-progress' },
            alarms: ['on-battery', 'test-in-progress'],
            alarmsTold: TOLD,
        },
    ),
    from(
        'a calibration (3), after a test that passed (1)',
        { [SOURCE]: 3, [`${UPS}.7.2.6.0`]: 3, [`${UPS}.7.2.3.0`]: 1 },
        {
            output: source('battery'),
            test: { result: 'in-progress' },
            alarms: ['calibration'],
            alarmsTold: [...TOLD_OF_BASE, 'calibration' as const].sort(),
        },
    ),
    from(
        'on bypass by hand: source 9, flag 12',
        { [SOURCE]: 9, [FLAGS]: flags(6, 12, 19) },
        { output: source('bypass'), alarms: ['on-bypass'], alarmsTold: TOLD },
    ),
    from(
        'overload: flag 9, and the fan in bypass: flag 16 tells two',
        { [FLAGS]: flags(6, 9, 16, 19) },
        { alarms: ['fan-failure', 'on-bypass', 'output-overload'], alarmsTold: TOLD },
    ),
    from(
        'a battery to be replaced: 2',
        { [`${UPS}.2.2.4.0`]: 2 },
        { battery: { ...BASE.battery, condition: 'replace' }, alarms: ['battery-replace'] },
    ),
    from(
        'two bad battery packs',
        { [`${UPS}.2.2.6.0`]: 2 },
        { alarms: ['battery-bad'], alarmsTold: [...TOLD_OF_BASE, 'battery-bad' as const].sort() },
    ),
    from(
        'a battery that failed: state 4, which says nothing of its charge',
        { [`${UPS}.2.1.1.0`]: 4 },
        {
            alarms: ['battery-bad'],
            alarmsTold: [
                'awaiting-power',
                'battery-bad',
                'battery-replace',
                'eco-mode',
                'test-in-progress',
                'vendor:No battery attached',
            ],
        },
    ),
    from(
        'sleeping until the mains return: source 11 has no output',
        { [SOURCE]: 11 },
        { output: source('none'), alarms: ['awaiting-power'] },
    ),
    from('eco mode: source 13', { [SOURCE]: 13 }, { output: source('normal'), alarms: ['eco-mode'] }),
    from('boost: source 4', { [SOURCE]: 4 }, { output: source('booster') }),
    from('trim: source 12', { [SOURCE]: 12 }, { output: source('reducer') }),
    from(
        'a source that the MIB does not list is unknown, and denies no alarm',
        { [SOURCE]: 99 },
        { output: withoutSource, alarmsTold: ['battery-replace'] },
    ),
    lost('a UPS that does not answer its card: upsCommStatus 2', { [`${UPS}.8.1.0`]: 2 }),
    lost('a UPS that does not answer its card: flag 6 is not set', { [FLAGS]: flags(19) }),
    from(
        'no value: full scales, -1, 0 °C and UNKNOWN',
        {
            [`${UPS}.1.1.1.0`]: 'UNKNOWN',
            [`${UPS}.2.2.3.0`]: 4_294_967_295,
            [`${UPS}.2.3.1.0`]: 4_294_967_295,
            [`${UPS}.2.3.2.0`]: 0,
            [`${UPS}.2.3.4.0`]: -1,
            [`${UPS}.3.3.1.0`]: 4_294_967_295,
            [`${UPS}.4.3.4.0`]: 4_294_967_295,
        },
        {
            identity: { firmware: 'UPS 09.8 (ID20)', serial: 'AS1907242163' },
            battery: { condition: 'good' },
            input: { lines: [{ frequency: 60 }] },
            output: { source: 'normal', frequency: 60, lines: [{ voltage: 119.1, load: 0 }] },
        },
    ),
    from(
        'three phases by the tables: the totals belong to no line',
        {
            [`${UPS}.9.2.2.1.2.1`]: 3,
            [`${UPS}.9.2.2.1.5.1`]: 2,
            [`${UPS}.9.2.3.1.3.1.1.1`]: 231,
            [`${UPS}.9.2.3.1.3.1.1.2`]: 232,
            [`${UPS}.9.2.3.1.3.1.1.3`]: 233,
            [`${UPS}.9.2.3.1.6.1.1.1`]: 101,
            [`${UPS}.9.2.3.1.6.1.1.2`]: -1,
            [`${UPS}.9.2.2.1.2.2`]: 3,
            [`${UPS}.9.2.2.1.4.2`]: 501,
            [`${UPS}.9.2.2.1.5.2`]: 3,
            [`${UPS}.9.2.3.1.3.2.1.1`]: 234,
            [`${UPS}.9.3.2.1.2.1`]: 3,
            [`${UPS}.9.3.2.1.4.1`]: 500,
            [`${UPS}.9.3.3.1.3.1.1.1`]: 230,
            [`${UPS}.9.3.3.1.4.1.1.1`]: 55,
            [`${UPS}.9.3.3.1.10.1.1.1`]: 12,
            [`${UPS}.9.3.3.1.10.1.1.2`]: 34,
            [`${UPS}.9.3.3.1.7.1.1.2`]: 900,
            [`${UPS}.9.3.3.1.13.1.1.2`]: 800,
            [`${UPS}.4.2.8.0`]: 1800,
        },
        {
            input: { lines: [{ voltage: 231, current: 10.1, frequency: 60 }, { voltage: 232 }, { voltage: 233 }] },
            bypass: { frequency: 50.1, lines: [{ voltage: 234 }] },
            output: {
                source: 'normal',
                frequency: 50,
                lines: [
                    { voltage: 230, current: 5.5, load: 12 },
                    { load: 34, apparentPower: 900, power: 800 },
                ],
            },
        },
    ),
    {
        title: 'APC: a probe in degrees Fahrenheit: 77 are 25 °C; two outlet groups',
        recording: APC_SUA1500.recording,
        map: 'apc-powernet',
        values: {
            '1.3.6.1.4.1.318.1.1.10.2.3.2.1.4.1': 77,
            '1.3.6.1.4.1.318.1.1.10.2.3.2.1.5.1': 2,
            '1.3.6.1.4.1.318.1.1.10.2.3.2.1.6.1': 45,
            [`${UPS}.12.1.2.1.2.1`]: 'UPS Outlets',
            [`${UPS}.12.1.2.1.2.2`]: 'Outlet Group 1',
            [`${UPS}.12.1.2.1.3.1`]: 1,
            [`${UPS}.12.1.2.1.3.2`]: 2,
        },
        status: {
            ...APC_SUA1500.status,
            environment: { temperature: 25, humidity: 45 },
            outlets: [
                { id: '1', name: 'UPS Outlets', on: true },
                { id: '2', name: 'Outlet Group 1', on: false },
            ],
        },
    },
];
