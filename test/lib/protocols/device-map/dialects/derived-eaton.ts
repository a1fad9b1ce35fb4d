import type { AlarmId } from '../../../../../lib/core/status/alarms';
import type { DerivedCase } from './derived-case';
import { EATONUPS } from './expected-eatonups';

const XUPS = '1.3.6.1.4.1.534.1';
const ALARM = `${XUPS}.7.2.1.2`;
const SOURCE = `${XUPS}.4.5.0`;
const BASE = EATONUPS.status;

/** All alarms of the table, and those of the recording. */
const TOLD: AlarmId[] = [
    'awaiting-power',
    'battery-bad',
    'battery-weak',
    'bypass-bad',
    'charger-failed',
    'communications-lost',
    'depleted-battery',
    'diagnostic-test-failed',
    'eco-mode',
    'fan-failure',
    'fuse-failure',
    'general-fault',
    'input-bad',
    'inverter-failure',
    'low-battery',
    'on-battery',
    'on-bypass',
    'output-bad',
    'output-off-as-requested',
    'output-overload',
    'redundancy-lost',
    'shutdown-imminent',
    'shutdown-pending',
    'state:On alternate power source',
    'temp-bad',
    'test-in-progress',
    'ups-off-as-requested',
    'ups-output-off',
    'ups-system-off',
    'vendor:Alternate power not available',
    'vendor:Ambient temperature outside its limits',
    'vendor:Battery disconnected',
    'vendor:Breaker open',
    'vendor:Building alarm',
    'vendor:Module failed',
    'vendor:Notice of the UPS',
    'vendor:Output not protected',
    'vendor:Power switch failed',
    'vendor:Remote humidity outside its limits',
    'vendor:Remote temperature outside its limits',
];

const from = (title: string, values: DerivedCase['values'], status: Partial<DerivedCase['status']>): DerivedCase => ({
    title: `Eaton XUPS: ${title}`,
    recording: EATONUPS.recording,
    map: 'eaton-xups',
    values,
    status: { ...BASE, ...status },
});
const source = (value: string) => ({ ...BASE.output, source: value }) as typeof BASE.output;

export const DERIVED_XUPS: DerivedCase[] = [
    from(
        'on battery and low: the table has its own references, one of RFC 1628, one of neither',
        {
            [SOURCE]: 5,
            [`${XUPS}.2.3.0`]: 12,
            [`${XUPS}.2.5.0`]: 2,
            [`${XUPS}.2.10.0`]: 1,
            '1.3.6.1.2.1.33.1.2.2.0': 30,
            [`${XUPS}.7.1.0`]: 4,
            [`${ALARM}.3`]: `${XUPS}.7.3`,
            [`${ALARM}.7`]: '1.3.6.1.2.1.33.1.6.3.3',
            [`${ALARM}.8`]: `${XUPS}.7.22`,
            [`${ALARM}.12`]: `${XUPS}.7.77`,
        },
        {
            battery: { ...BASE.battery, state: 'low', secondsOnBattery: 30, current: 12, charging: 'discharging' },
            output: source('battery'),
            alarms: ['low-battery', 'on-battery', `vendor:${XUPS}.7.77`],
            alarmsTold: [...TOLD, `vendor:${XUPS}.7.77` as const].sort(),
        },
    ),
    from('no alarms: the count is 0, and the table empty', { [`${XUPS}.7.1.0`]: 0 }, { alarmsTold: TOLD }),
    from(
        'a test of the battery: result 4, charger 7',
        { [`${XUPS}.8.2.0`]: 4, [`${XUPS}.2.5.0`]: 7 },
        {
            battery: {
                minutesRemaining: 143.7,
                voltage: 78,
                current: 0,
                chargePercent: 100,
                installedOn: '2001-01-01',
            },
            test: { result: 'in-progress' },
            alarms: ['test-in-progress'],
            alarmsTold: ['eco-mode', 'test-in-progress', 'vendor:Battery disconnected'],
        },
    ),
    from('maintenance bypass: source 11', { [SOURCE]: 11 }, { output: source('bypass') }),
    from('energy saver: source 12', { [SOURCE]: 12 }, { output: source('normal'), alarms: ['eco-mode'] }),
    from(
        'overload, from the table',
        { [`${XUPS}.7.1.0`]: 1, [`${ALARM}.1`]: `${XUPS}.7.7` },
        { alarms: ['output-overload'], alarmsTold: TOLD },
    ),
    from(
        'one phase in row 1: the load is that of the line; tenths of an ampere are better than whole ones',
        {
            [`${XUPS}.4.3.0`]: 1,
            [`${XUPS}.4.4.1.7.1`]: 13,
            [`${XUPS}.3.3.0`]: 1,
            [`${XUPS}.5.2.0`]: 1,
        },
        {
            input: { lines: [{ frequency: 50, voltage: 228, current: 5 }] },
            output: { source: 'normal', frequency: 50, lines: [{ voltage: 230, current: 1.3, power: 231, load: 25 }] },
            bypass: { frequency: 50, lines: [{ voltage: 228 }] },
        },
    ),
    from(
        'no probe: the temperature beside the card is the environment; a contact that is used',
        {
            [`${XUPS}.6.7.0`]: undefined,
            [`${XUPS}.6.8.1.2.1`]: 1,
            [`${XUPS}.6.8.1.3.1`]: 4,
        },
        { environment: { temperature: 29, contacts: { 1: true } }, channels: undefined },
    ),
];

const MGE = '1.3.6.1.4.1.705.1';
/** A Comet of one phase on mains, made up from the MIB. */
const COMET: DerivedCase['values'] = {
    [`${MGE}.1.1.0`]: 'COMET',
    [`${MGE}.1.4.0`]: '12',
    [`${MGE}.1.7.0`]: '1FX123',
    [`${MGE}.5.1.0`]: 1530,
    [`${MGE}.5.2.0`]: 97,
    [`${MGE}.5.5.0`]: 545,
    [`${MGE}.5.7.0`]: 0,
    [`${MGE}.5.9.0`]: 2,
    [`${MGE}.5.11.0`]: 2,
    [`${MGE}.5.14.0`]: 2,
    [`${MGE}.6.1.0`]: 1,
    [`${MGE}.6.2.1.2.1.0`]: 2315,
    [`${MGE}.6.2.1.3.1.0`]: 499,
    [`${MGE}.7.1.0`]: 1,
    [`${MGE}.7.2.1.2.1.0`]: 2300,
    [`${MGE}.7.2.1.3.1.0`]: 500,
    [`${MGE}.7.2.1.4.1.0`]: 42,
    [`${MGE}.7.2.1.5.1.0`]: 31,
    [`${MGE}.7.3.0`]: 2,
    [`${MGE}.7.4.0`]: 2,
    [`${MGE}.7.10.0`]: 2,
    [`${MGE}.10.11.0`]: 1,
};
const COMET_STATUS: DerivedCase['status'] = {
    identity: { model: 'COMET', firmware: '12', serial: '1FX123' },
    battery: { state: 'normal', minutesRemaining: 25.5, chargePercent: 97, voltage: 54.5, condition: 'good' },
    input: { lines: [{ voltage: 231.5, frequency: 49.9 }] },
    output: { source: 'normal', frequency: 50, lines: [{ voltage: 230, load: 42, current: 3.1 }] },
    bypass: { lines: [] },
    test: { result: 'passed' },
    alarms: [],
    alarmsTold: ['battery-bad', 'battery-replace', 'low-battery', 'on-battery', 'on-bypass', 'output-overload'],
};
const comet = (title: string, values: DerivedCase['values'], status: Partial<DerivedCase['status']>): DerivedCase => ({
    title: `Eaton MGE: ${title}`,
    map: 'eaton-mge',
    values: { ...COMET, ...values },
    status: { ...COMET_STATUS, ...status },
});
const cometSource = (value: string) => ({ ...COMET_STATUS.output, source: value }) as typeof COMET_STATUS.output;

export const DERIVED_MGE: DerivedCase[] = [
    comet('on mains, one phase, rows 1.0', {}, {}),
    comet(
        'on battery, which is low',
        { [`${MGE}.7.3.0`]: 1, [`${MGE}.5.14.0`]: 1, '1.3.6.1.2.1.33.1.2.2.0': 75 },
        {
            battery: { ...COMET_STATUS.battery, state: 'low', secondsOnBattery: 75 },
            output: cometSource('battery'),
            alarms: ['low-battery', 'on-battery'],
        },
    ),
    comet(
        'on bypass with an overload',
        { [`${MGE}.7.4.0`]: 1, [`${MGE}.7.10.0`]: 1 },
        { output: cometSource('bypass'), alarms: ['on-bypass', 'output-overload'] },
    ),
    comet(
        'a battery to be replaced',
        { [`${MGE}.5.11.0`]: 1 },
        { battery: { ...COMET_STATUS.battery, condition: 'replace' }, alarms: ['battery-replace'] },
    ),
    comet(
        'a test on battery, which RFC 1628 tells (5)',
        { [`${MGE}.7.3.0`]: 1, '1.3.6.1.2.1.33.1.7.3.0': 5 },
        {
            output: cometSource('battery'),
            test: { result: 'in-progress' },
            alarms: ['on-battery', 'test-in-progress'],
            alarmsTold: [...COMET_STATUS.alarmsTold!, 'test-in-progress' as const].sort(),
        },
    ),
    comet(
        'the agent and its UPS talk (upsmgAgentCommUPS is odd)',
        { [`${MGE}.12.13.0`]: 3 },
        { alarmsTold: [...COMET_STATUS.alarmsTold!, 'communications-lost' as const].sort() },
    ),
    {
        title: 'Eaton MGE: the agent has lost its UPS: what it tells is old',
        map: 'eaton-mge',
        values: { ...COMET, [`${MGE}.12.13.0`]: 0 },
        status: {
            identity: COMET_STATUS.identity,
            alarms: ['communications-lost'],
            alarmsTold: ['communications-lost'],
        },
    },
    comet('no output: utility off', { [`${MGE}.7.7.0`]: 1 }, { output: cometSource('none') }),
];
