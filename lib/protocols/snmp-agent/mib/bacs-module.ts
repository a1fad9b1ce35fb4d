import { AUX_PORTS } from '../../../core/batteries/events';
import { BACS_MIB, INFERRED_DIVISORS, SETTINGS, type SettingName, type SnmpUnit } from '../../bacs/oids';
import { numbered, tableOf, type MibModule, type MibObject, type MibSyntax } from './mib-table';

const UNITS: Readonly<Record<SnmpUnit, string>> = {
    blockVoltage: 'V',
    stringVoltage: 'V',
    temperature: 'degrees Centigrade',
    impedance: 'milliohm',
    current: 'A',
};

const unitOf = (unit: SnmpUnit | undefined) => (unit ? { units: `${1 / INFERRED_DIVISORS[unit]} ${UNITS[unit]}` } : {});

/** bacsAlarm…, in the order of their numbers. */
const ALARMS = [
    ...['SystemError', 'ResistWarn', 'ResistAlarm', 'Voltage', 'Temperature', 'VoltageHigh', 'VoltageLow'],
    ...['TemperatureHigh', 'TemperatureLow', 'ResistAlarmHigh', 'ResistAlarmLow', 'Equalizing', 'VoltageWarnHigh'],
    ...['VoltageWarnLow', 'TemperatureWarnHigh', 'TemperatureWarnLow', 'ResistWarnHigh', 'ResistWarnLow'],
    ...['Initializing', 'CommunicationLost', 'BatteryBreakerOpen', 'ThermalRunaway', 'SensorCommunicationLost'],
    ...['Discharging', 'DischargingStopped', 'MaxVoltageDiff', 'StringVoltHigh', 'StringVoltLow'],
    ...['StringVoltHighWarn', 'StringVoltLowWarn', 'StringCurrentHigh', 'StringCurrentLow', 'StringCurrentHighWarn'],
    ...['StringCurrentLowWarn', 'StringEqualizingDisabled', 'StringCurrDeviationCharge'],
    ...['StringCurrDeviationDischarge', 'StringCurrDeviationChargeWarn', 'StringCurrDeviationDischargeWarn'],
];

const settings: MibObject[] = (Object.keys(SETTINGS) as SettingName[]).map((name, index) => ({
    arcs: `1.${index + 1}`,
    name: `bacs${name.charAt(0).toUpperCase()}${name.slice(1)}`,
    syntax: 'integer',
    ...unitOf(SETTINGS[name].unit),
}));

const auxColumns: (readonly [string, MibSyntax])[] = (['In', 'Out'] as const).flatMap((kind) =>
    Array.from({ length: AUX_PORTS }, (_, port): (readonly [string, MibSyntax])[] => [
        [`raux${kind}put${port + 1}`, 'integer'],
        [`raux${kind}Name${port + 1}`, 'text'],
    ]).flat(),
);

/** The objects of a BACS system (CS141 manual, "RFC 1628 MIB – BACS extension"). Types, units and access are not printed [inferred]. */
export const BACS_MODULE: MibModule = {
    name: 'RIDETHROUGH-BACS-MIB',
    identity: { name: 'bacs2', parent: 'upsMIB', arc: 5 },
    root: BACS_MIB,
    imports: [{ from: 'RIDETHROUGH-UPS-MIB', names: ['upsMIB'] }],
    about:
        'The objects of a battery of many blocks as the SNMP agent of Ridethrough serves them. Units are inferred. bacsStatus has the lower 32 of its 33 bits: that a ' +
        'GX_R_AUX is lost is left out.',
    nodes: [
        { arcs: '1', name: 'bacsSettings' },
        { arcs: '2', name: 'bacsObjects' },
        { arcs: '3', name: 'bacsAlarms' },
        { arcs: '3.3', name: 'bacsWellKnownAlarms' },
        ...ALARMS.map((name, index) => ({ arcs: `3.3.${index + 1}`, name: `bacsAlarm${name}` })),
        { arcs: '4', name: 'bacsTraps' },
        { arcs: '5', name: 'gxRAUX' },
    ],
    scalars: [
        ...settings,
        ...numbered('2', [
            ['bacsStatus', 'integer'],
            ['bacsAvModuleVolt', 'integer', unitOf('blockVoltage')],
            ['bacsTotalVolt', 'integer', unitOf('stringVoltage')],
            ['bacsNumModules', 'integer'],
            '_',
            ['bacsNumStrings2', 'integer'],
        ]),
        { arcs: '3.1', name: 'bacsAlarmsPresent', syntax: 'gauge' },
        { arcs: '3.4', name: 'bacsModuleAlarmsPresent', syntax: 'gauge' },
        { arcs: '3.5', name: 'bacsModuleWarningsPresent', syntax: 'gauge' },
        { arcs: '5.1', name: 'gxRAUXCount', syntax: 'integer' },
    ],
    tables: [
        tableOf('2.5', 'bacsModuleTable', [
            ['bacsModuleIndex', 'integer'],
            ['bacsModuleVoltage', 'integer', unitOf('blockVoltage')],
            ['bacsModuleTemperature', 'integer', unitOf('temperature')],
            ['bacsModuleBypass', 'integer', { units: 'percent' }],
            ['bacsModuleResistance', 'integer', unitOf('impedance')],
            ['bacsModuleState', 'integer'],
        ]),
        tableOf('2.7', 'bacsStringTable', [
            ['bacsStringIndex', 'integer'],
            ['bacsStringCurrent', 'integer', unitOf('current')],
            ['bacsStringTotalVolt', 'integer', unitOf('stringVoltage')],
            ['bacsStringAverageVolt', 'integer', unitOf('blockVoltage')],
            ['bacsStringCurrentAC', 'integer', unitOf('current')],
            ['bacsStringAlarm', 'integer'],
            ['bacsStringAlarm2', 'integer'],
        ]),
        tableOf('3.2', 'bacsAlarmTable', [
            ['bacsAlarmId', 'integer'],
            ['bacsAlarmDescr', 'oid'],
            ['bacsAlarmTime', 'ticks'],
        ]),
        tableOf('5.2', 'rauxTable', [['rauxIndex', 'integer'], ...auxColumns]),
    ],
    traps: [
        { arcs: '4.1', name: 'bacsTrapAlarmEntryAdded', objects: ['bacsAlarmId', 'bacsAlarmDescr'] },
        { arcs: '4.2', name: 'bacsTrapAlarmEntryRemoved', objects: ['bacsAlarmId', 'bacsAlarmDescr'] },
    ],
};
