import type { DerivedCase } from './derived-case';
import { CYBERPOWER_OL2200 } from './expected-cyberpower';

const UPS = '1.3.6.1.4.1.3808.1.1.1';
const SOURCE = `${UPS}.4.1.1.0`;
const BASE = CYBERPOWER_OL2200.status;

const from = (title: string, values: DerivedCase['values'], status: Partial<DerivedCase['status']>): DerivedCase => ({
    title: `CyberPower: ${title}`,
    recording: CYBERPOWER_OL2200.recording,
    map: 'cyberpower',
    values,
    status: { ...BASE, ...status },
});
const source = (value: string) => ({ ...BASE.output, source: value }) as typeof BASE.output;

export const DERIVED_CYBERPOWER: DerivedCase[] = [
    from(
        'on battery for 2 min, with a low battery: source 3, state 3, input 5 (blackout); 0 min are left',
        {
            [SOURCE]: 3,
            [`${UPS}.2.1.1.0`]: 3,
            [`${UPS}.2.1.2.0`]: 12_000,
            [`${UPS}.2.2.4.0`]: 0,
            [`${UPS}.3.2.1.0`]: 0,
            [`${UPS}.3.2.4.0`]: 0,
            [`${UPS}.3.2.6.0`]: 5,
        },
        {
            battery: { ...BASE.battery, state: 'low', secondsOnBattery: 120, minutesRemaining: 0 },
            input: { lines: [{ voltage: 0, frequency: 0 }] },
            output: source('battery'),
            alarms: ['input-bad', 'low-battery'],
        },
    ),
    from(
        'a test on battery: result 4',
        { [SOURCE]: 3, [`${UPS}.7.2.3.0`]: 4 },
        {
            output: source('battery'),
            test: { result: 'in-progress' },
            alarms: ['test-in-progress'],
            alarmsTold: [...BASE.alarmsTold!, 'test-in-progress' as const].sort(),
        },
    ),
    from(
        'a test that failed: result 2',
        { [`${UPS}.7.2.3.0`]: 2 },
        { test: { result: 'failed' }, alarmsTold: [...BASE.alarmsTold!, 'test-in-progress' as const].sort() },
    ),
    from('on bypass: source 9', { [SOURCE]: 9 }, { output: source('bypass') }),
    from('overload: source 11', { [SOURCE]: 11 }, { output: source('other'), alarms: ['output-overload'] }),
    from('eco mode: source 8', { [SOURCE]: 8 }, { output: source('normal'), alarms: ['eco-mode'] }),
    from('sleeping for a time: source 5', { [SOURCE]: 5 }, { output: source('none') }),
    from(
        'a battery to be replaced: 2',
        { [`${UPS}.2.2.5.0`]: 2 },
        { battery: { ...BASE.battery, condition: 'replace' }, alarms: ['battery-replace'] },
    ),
    from(
        'overheated: system 2, 41 °C inside',
        { [`${UPS}.10.1.0`]: 2, [`${UPS}.10.2.0`]: 41 },
        {
            temperature: 41,
            alarms: ['temp-bad'],
            alarmsTold: [...BASE.alarmsTold!, 'general-fault' as const, 'temp-bad' as const].sort(),
        },
    ),
    from(
        'objects that are NULL, or of full scale, are no values',
        {
            [`${UPS}.1.2.1.0`]: null,
            [`${UPS}.2.2.1.0`]: null,
            [`${UPS}.2.2.3.0`]: 0,
            [`${UPS}.2.2.4.0`]: 4_294_967_295,
            [`${UPS}.2.2.2.0`]: null,
            [`${UPS}.4.2.4.0`]: null,
        },
        {
            identity: { manufacturer: 'CPS', model: 'OL2200RTXL2U', serial: 'ABCFT1000001' },
            battery: { state: 'normal', condition: 'good' },
            output: { source: 'normal', frequency: 60, lines: [{ voltage: 120.2 }] },
        },
    ),
    from(
        'outlets with their names, and banks',
        {
            [`${UPS}.8.2.4.1.2.1`]: 'Server',
            [`${UPS}.8.2.4.1.2.2`]: 'Switch',
            [`${UPS}.8.2.4.1.3.1`]: 1,
            [`${UPS}.8.2.4.1.3.2`]: 2,
            [`${UPS}.8.1.1.1.2.1`]: 1,
            [`${UPS}.8.1.1.1.2.2`]: 2,
        },
        {
            outlets: [
                { id: '1', name: 'Server', on: true },
                { id: '2', name: 'Switch', on: false },
            ],
            channels: { 'Bank 1': { state: 'on' }, 'Bank 2': { state: 'off' } },
        },
    ),
];
