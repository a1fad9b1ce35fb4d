import type { RmcuDevice } from '../device';
import { checkPulse, INPUT_NUMBERS, OUTPUT_NUMBERS, type AnalogChannel } from '../settings';
import { carriedObjects, notifications } from './notifications';
import { number, PLAYPEN, rawOf, type Mib, type MibObject, type Syntax } from './model';
import { smiV2 } from './smi-v2';

const ROOT = `${PLAYPEN}.34`;
const DEVICE = `${ROOT}.1`;
const CHANNELS = `${ROOT}.2`;
const NOTIFICATIONS = `${ROOT}.3`;

/** Names, state and alarm of each channel, each a scalar of its own: no index to choose. */
const ANALOG: readonly { channel: AnalogChannel; name: string; oid: string; syntax: Syntax & { kind: 'number' } }[] = [
    { channel: 'ac', name: 'rmcuAcLine', oid: `${CHANNELS}.1`, syntax: scaled(0.1, '0.1 Volts') },
    {
        channel: 'temperature',
        name: 'rmcuTemperature',
        oid: `${CHANNELS}.2`,
        syntax: scaled(0.1, '0.1 degrees Fahrenheit'),
    },
    { channel: 'analog-1', name: 'rmcuAnalog1', oid: `${CHANNELS}.3.1`, syntax: scaled(0.01, '0.01 Amps') },
    { channel: 'analog-2', name: 'rmcuAnalog2', oid: `${CHANNELS}.3.2`, syntax: scaled(0.01, '0.01 Amps') },
    { channel: 'analog-3', name: 'rmcuAnalog3', oid: `${CHANNELS}.3.3`, syntax: scaled(0.01, '0.01 Volts') },
    { channel: 'analog-4', name: 'rmcuAnalog4', oid: `${CHANNELS}.3.4`, syntax: scaled(0.01, '0.01 Volts') },
    { channel: 'analog-5', name: 'rmcuAnalog5', oid: `${CHANNELS}.3.5`, syntax: scaled(0.01, '0.01 Volts') },
    { channel: 'analog-6', name: 'rmcuAnalog6', oid: `${CHANNELS}.3.6`, syntax: scaled(0.01, '0.01 Volts') },
];

const ALARMS: Syntax = { kind: 'state', states: { 0: 'normal', 1: 'under', 2: 'over', 3: 'underAndOver' } };
const TEXT: Syntax = { kind: 'text', most: 63 };

/** SMIv2, scalars, states that count from 0, numbers in tenths and hundredths. Made up: the real objects are not public. */
export function scalarMib(device: RmcuDevice): Mib {
    const mib: Omit<Mib, 'text'> = {
        module: 'RMCU-SIM-MIB',
        root: ROOT,
        nodes: [
            { name: 'rmcuDevice', oid: DEVICE },
            { name: 'rmcuChannels', oid: CHANNELS },
            ...ANALOG.slice(0, 2).map(({ name, oid }) => ({ name, oid })),
            { name: 'rmcuAnalogInputs', oid: `${CHANNELS}.3` },
            ...ANALOG.slice(2).map(({ name, oid }) => ({ name, oid })),
            { name: 'rmcuDigitalInputs', oid: `${CHANNELS}.4` },
            ...INPUT_NUMBERS.map((each) => ({ name: `rmcuInput${each}`, oid: `${CHANNELS}.4.${each}` })),
            { name: 'rmcuDigitalOutputs', oid: `${CHANNELS}.5` },
            ...OUTPUT_NUMBERS.map((each) => ({ name: `rmcuOutput${each}`, oid: `${CHANNELS}.5.${each}` })),
            { name: 'rmcuTraps', oid: NOTIFICATIONS },
            { name: 'rmcuTrapPrefix', oid: `${NOTIFICATIONS}.0` },
            { name: 'rmcuTrapObjects', oid: `${NOTIFICATIONS}.1` },
        ],
        objects: [
            ...deviceObjects(device),
            ...analogObjects(device),
            ...inputObjects(device),
            ...outputObjects(device),
        ],
        carried: carriedObjects(device, 'rmcu', `${NOTIFICATIONS}.1`),
        notifications: notifications('rmcu'),
        notificationPrefix: `${NOTIFICATIONS}.0`,
    };
    return { ...mib, text: smiV2(mib, 'rmcuSim') };
}

function scaled(scale: number, units: string): Syntax & { kind: 'number' } {
    return number(scale, units) as Syntax & { kind: 'number' };
}

function deviceObjects(device: RmcuDevice): MibObject[] {
    const { settings } = device;
    const scalar = (last: number, name: string, syntax: Syntax, description: string, read: MibObject['read']) => {
        return { name, oid: `${DEVICE}.${last}`, syntax, description, rows: 0, read };
    };
    const clear: Syntax = { kind: 'state', states: { 0: 'idle', 1: 'clear' } };
    return [
        {
            ...scalar(1, 'rmcuSiteName', TEXT, 'Name of the site.', () => settings.siteName),
            write: (value) => void (settings.siteName = String(value)),
        },
        scalar(2, 'rmcuModel', TEXT, 'Model of the power supply.', () => device.plant.model),
        scalar(3, 'rmcuTime', TEXT, 'Date and time of the unit.', () => device.clock.sentence()),
        scalar(4, 'rmcuLogStatus', TEXT, 'State of the log on the SD card.', () => device.log.status),
        {
            ...scalar(5, 'rmcuClearAlarms', clear, 'Writing clear ends all alarms, also latched ones.', () => 0),
            write: (value) => (value === 1 ? device.clearAlarms() : undefined),
        },
    ];
}

function analogObjects(device: RmcuDevice): MibObject[] {
    const { settings, measurements, alarms, display } = device;
    return ANALOG.flatMap(({ channel, name, oid, syntax }): MibObject[] => [
        {
            name: `${name}Name`,
            oid: `${oid}.1`,
            syntax: TEXT,
            description: 'Name of the channel; empty: it is hidden on the pages.',
            rows: 0,
            read: () => settings.analog[channel].name,
        },
        {
            name: `${name}Value`,
            oid: `${oid}.2`,
            syntax,
            description: 'Present value.',
            rows: 0,
            read: () => rawOf(measurements.value(channel), syntax.scale),
            asText: () => display.analogText(channel),
        },
        {
            name: `${name}Alarm`,
            oid: `${oid}.3`,
            syntax: ALARMS,
            description: 'Which alarms of the channel are on.',
            rows: 0,
            read: () => (alarms.isActive(channel, 'under') ? 1 : 0) + (alarms.isActive(channel, 'over') ? 2 : 0),
        },
    ]);
}

function inputObjects(device: RmcuDevice): MibObject[] {
    const contact: Syntax = { kind: 'state', states: { 0: 'open', 1: 'closed' } };
    const alarm: Syntax = { kind: 'state', states: { 0: 'normal', 1: 'alarm' } };
    return INPUT_NUMBERS.flatMap((input): MibObject[] => {
        const object = (last: number, what: string, syntax: Syntax, description: string, read: MibObject['read']) => {
            return {
                name: `rmcuInput${input}${what}`,
                oid: `${CHANNELS}.4.${input}.${last}`,
                syntax,
                description,
                rows: 0,
                read,
            };
        };
        return [
            object(1, 'Name', TEXT, 'Name of the input.', () => device.settings.inputs[input].name),
            object(2, 'State', contact, 'State of the contact.', () =>
                device.measurements.input(input) === 'closed' ? 1 : 0,
            ),
            object(3, 'Alarm', alarm, 'Whether its alarm is on.', () =>
                device.alarms.isActive(`input-${input}`) ? 1 : 0,
            ),
        ];
    });
}

function outputObjects(device: RmcuDevice): MibObject[] {
    const { settings, outputs } = device;
    const active: Syntax = { kind: 'state', states: { 0: 'inactive', 1: 'active' } };
    const pulse: Syntax = { kind: 'state', states: { 0: 'no', 1: 'yes' } };
    const seconds: Syntax = { kind: 'number', scale: 0.1, units: '0.1 seconds', min: 5, max: 36_000 };
    return OUTPUT_NUMBERS.flatMap((output): MibObject[] => {
        const object = (last: number, what: string, syntax: Syntax, description: string, read: MibObject['read']) => {
            return {
                name: `rmcuOutput${output}${what}`,
                oid: `${CHANNELS}.5.${output}.${last}`,
                syntax,
                description,
                rows: 0,
                read,
            };
        };
        return [
            object(1, 'Name', TEXT, 'Name of the output.', () => settings.outputs[output].name),
            {
                ...object(
                    2,
                    'State',
                    active,
                    'active: the output conducts. Outputs 2 and 3 are ON while inactive.',
                    () => (outputs.isActive(output) ? 1 : 0),
                ),
                write: (value) => outputs.set(output, value === 1, 'snmp'),
            },
            object(3, 'Text', TEXT, 'What the present state means to people.', () => outputs.stateText(output)),
            {
                ...object(
                    4,
                    'Pulse',
                    pulse,
                    'yes: the output becomes inactive again after the time of its pulse.',
                    () => (settings.outputs[output].pulse ? 1 : 0),
                ),
                write: (value) => void (settings.outputs[output].pulse = value === 1),
            },
            {
                ...object(5, 'PulseTime', seconds, 'Time of a pulse.', () =>
                    rawOf(settings.outputs[output].pulseSeconds, 0.1),
                ),
                write: (value) => void (settings.outputs[output].pulseSeconds = checkPulse(Number(value) / 10)),
            },
        ];
    });
}
