import type { RmcuDevice } from '../device';
import {
    ANALOG_CHANNELS,
    INPUT_NUMBERS,
    OUTPUT_NUMBERS,
    type AnalogChannel,
    type InputNumber,
    type OutputNumber,
} from '../settings';
import { carriedObjects, notifications } from './notifications';
import { PLAYPEN, type Mib, type MibObject, type Syntax } from './model';
import { smiV1 } from './smi-v1';

const ROOT = `${PLAYPEN}.35`;
const TEXT: Syntax = { kind: 'text', most: 63 };
const INDEX: Syntax = { kind: 'number', scale: 1, units: '', min: 1, max: 8 };

/**
 * The same device in another shape: SMIv1, tables, states that count from 1, measured values as texts with their unit. Made up as well: a client that
 * reads both by data alone has no shape built in.
 */
export function tableMib(device: RmcuDevice): Mib {
    const mib: Omit<Mib, 'text'> = {
        module: 'RMCU-SIM-TABLE-MIB',
        root: ROOT,
        nodes: [{ name: 'rmcuTabTrapObjects', oid: `${ROOT}.4` }],
        objects: [...analogTable(device), ...inputTable(device), ...outputTable(device)],
        carried: carriedObjects(device, 'rmcuTab', `${ROOT}.4`),
        notifications: notifications('rmcuTab'),
        notificationPrefix: `${ROOT}.0`,
    };
    return { ...mib, text: smiV1(mib, 'rmcuTab') };
}

/** Columns of one table, the index first. */
function columns(table: string, oid: string, rows: number) {
    const column = (
        last: number,
        what: string,
        syntax: Syntax,
        description: string,
        read: MibObject['read'],
    ): MibObject => ({
        name: `rmcuTab${table}${what}`,
        oid: `${oid}.1.${last}`,
        syntax,
        description,
        rows,
        table: `rmcuTab${table}`,
        read,
    });
    return { column, index: column(1, 'Index', INDEX, 'Number of the row.', (row) => row) };
}

function analogTable(device: RmcuDevice): MibObject[] {
    const { settings, alarms, display } = device;
    const { column, index } = columns('Analog', `${ROOT}.1`, ANALOG_CHANNELS.length);
    const channel = (row: number): AnalogChannel => ANALOG_CHANNELS[row - 1] ?? 'ac';
    const states: Syntax = { kind: 'state', states: { 1: 'normal', 2: 'under', 3: 'over', 4: 'underAndOver' } };
    return [
        index,
        column(2, 'Name', TEXT, 'Name of the channel.', (row) => settings.analog[channel(row)].name),
        column(3, 'Value', TEXT, 'Present value with its unit.', (row) => display.analogText(channel(row))),
        column(4, 'Alarm', states, 'Which alarms of the channel are on.', (row) => {
            const on = (kind: 'under' | 'over') => alarms.isActive(channel(row), kind);
            return 1 + (on('under') ? 1 : 0) + (on('over') ? 2 : 0);
        }),
    ];
}

function inputTable(device: RmcuDevice): MibObject[] {
    const { settings, measurements, alarms } = device;
    const { column, index } = columns('Input', `${ROOT}.2`, INPUT_NUMBERS.length);
    const contact: Syntax = { kind: 'state', states: { 1: 'open', 2: 'closed' } };
    const alarm: Syntax = { kind: 'state', states: { 1: 'no', 2: 'yes' } };
    return [
        index,
        column(2, 'Name', TEXT, 'Name of the input.', (row) => settings.inputs[row as InputNumber].name),
        column(3, 'State', contact, 'State of the contact.', (row) =>
            measurements.input(row as InputNumber) === 'closed' ? 2 : 1,
        ),
        column(4, 'Alarm', alarm, 'Whether its alarm is on.', (row) =>
            alarms.isActive(`input-${row as InputNumber}`) ? 2 : 1,
        ),
    ];
}

function outputTable(device: RmcuDevice): MibObject[] {
    const { settings, outputs } = device;
    const { column, index } = columns('Output', `${ROOT}.3`, OUTPUT_NUMBERS.length);
    const active: Syntax = { kind: 'state', states: { 1: 'inactive', 2: 'active' } };
    return [
        index,
        column(2, 'Name', TEXT, 'Name of the output.', (row) => settings.outputs[row as OutputNumber].name),
        {
            ...column(
                3,
                'State',
                active,
                'active: the output conducts. Outputs 2 and 3 are ON while inactive.',
                (row) => (outputs.isActive(row as OutputNumber) ? 2 : 1),
            ),
            write: (value, row) => outputs.set(row as OutputNumber, value === 2, 'snmp'),
        },
        column(4, 'Text', TEXT, 'What the present state means to people.', (row) =>
            outputs.stateText(row as OutputNumber),
        ),
    ];
}
