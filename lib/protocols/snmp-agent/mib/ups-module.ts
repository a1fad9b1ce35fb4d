import { UPS_MIB } from '../../snmp/oids';
import { alarmNames } from '../../snmp/alarms';
import { labelled, numbered, tableOf, WRITABLE, type MibModule, type MibObject } from './mib-table';

const TENTH_V = { units: '0.1 Volt DC' } as const;
const TENTH_A = { units: '0.1 Amp DC' } as const;
const VOLTS = { units: 'RMS Volts' } as const;
const AMPS = { units: '0.1 RMS Amp' } as const;
const HERTZ = { units: '0.1 Hertz' } as const;
const WATTS = { units: 'Watts' } as const;
const SECONDS = { units: 'seconds' } as const;
const MINUTES = { units: 'minutes' } as const;
const PERCENT = { units: 'percent' } as const;

const scalars: MibObject[] = [
    ...numbered('1.1', [
        ['upsIdentManufacturer', 'text'],
        ['upsIdentModel', 'text'],
        ['upsIdentUPSSoftwareVersion', 'text'],
        ['upsIdentAgentSoftwareVersion', 'text'],
        ['upsIdentName', 'text', WRITABLE],
        ['upsIdentAttachedDevices', 'text', WRITABLE],
        ['upsSerialNumber', 'text'],
        ['upsLocation', 'text'],
        ['upsSystemContact', 'text'],
    ]),
    ...numbered('1.2', [
        ['upsBatteryStatus', 'integer', labelled(['unknown', 'batteryNormal', 'batteryLow', 'batteryDepleted'])],
        ['upsSecondsOnBattery', 'integer', SECONDS],
        ['upsEstimatedMinutesRemaining', 'integer', MINUTES],
        ['upsEstimatedChargeRemaining', 'integer', PERCENT],
        ['upsBatteryVoltage', 'integer', TENTH_V],
        ['upsBatteryCurrent', 'integer', TENTH_A],
        ['upsBatteryTemperature', 'integer', { units: 'degrees Centigrade' }],
        ['upsBatteryCondition', 'integer', labelled(['good', 'weak', 'replace'], 0)],
        ['upsBatteryInstallationDate', 'text'],
        ['upsBatteryPositiveVoltage', 'integer', TENTH_V],
        ['upsBatteryNegativeVoltage', 'integer', TENTH_V],
        ['upsBatteryPositiveCurrent', 'integer', TENTH_A],
        ['upsBatteryNegativeCurrent', 'integer', TENTH_A],
    ]),
    ...numbered('1.3', [
        ['upsInputLineBads', 'counter'],
        ['upsInputNumLines', 'integer'],
    ]),
    ...numbered('1.4', [
        [
            'upsOutputSource',
            'integer',
            labelled(['other', 'none', 'normal', 'bypass', 'battery', 'booster', 'reducer']),
        ],
        ['upsOutputFrequency', 'integer', HERTZ],
        ['upsOutputNumLines', 'integer'],
        '_',
        ['upsOutputEnergyConsumption', 'integer', { units: '0.01 kWh' }],
    ]),
    ...numbered('1.5', [
        ['upsBypassFrequency', 'integer', HERTZ],
        ['upsBypassNumLines', 'integer'],
    ]),
    { arcs: '1.6.1', name: 'upsAlarmsPresent', syntax: 'gauge' },
    ...numbered('1.7', [
        ['upsTestId', 'oid', WRITABLE],
        ['upsTestSpinLock', 'integer', WRITABLE],
        [
            'upsTestResultsSummary',
            'integer',
            labelled(['donePass', 'doneWarning', 'doneError', 'aborted', 'inProgress', 'noTestsInitiated']),
        ],
        ['upsTestResultsDetail', 'text'],
        ['upsTestStartTime', 'ticks'],
        ['upsTestElapsedTime', 'integer', { units: '0.01 seconds' }],
    ]),
    ...numbered('1.8', [
        ['upsShutdownType', 'integer', { ...labelled(['output', 'system']), ...WRITABLE }],
        ['upsShutdownAfterDelay', 'integer', { ...SECONDS, ...WRITABLE }],
        ['upsStartupAfterDelay', 'integer', { ...SECONDS, ...WRITABLE }],
        ['upsRebootWithDuration', 'integer', { ...SECONDS, ...WRITABLE }],
        ['upsAutoRestart', 'integer', { ...labelled(['on', 'off']), ...WRITABLE }],
    ]),
    ...numbered('1.9', [
        ['upsConfigInputVoltage', 'integer', VOLTS],
        ['upsConfigInputFreq', 'integer', HERTZ],
        ['upsConfigOutputVoltage', 'integer', VOLTS],
        ['upsConfigOutputFreq', 'integer', HERTZ],
        ['upsConfigOutputVA', 'integer', { units: 'Volt Amps' }],
        ['upsConfigOutputPower', 'integer', WATTS],
        ['upsConfigLowBattTime', 'integer', { ...MINUTES, ...WRITABLE }],
        ['upsConfigAudibleStatus', 'integer', { ...labelled(['disabled', 'enabled', 'muted']), ...WRITABLE }],
        ['upsConfigLowVoltageTransferPoint', 'integer', { ...VOLTS, ...WRITABLE }],
        ['upsConfigHighVoltageTransferPoint', 'integer', { ...VOLTS, ...WRITABLE }],
    ]),
    ...row('1.10.1', 8, (n) => `relais${n}`),
    ...row('1.10.2', 8, (n) => `digital${n}`),
    ...row('1.10.5', 64, (n) => `siteMonitor${n}`),
    ...row('1.11', 4, (n) => `auxPort${n}`),
    ...each(8).flatMap((n) =>
        numbered(`1.12.${n}`, [
            [`sensorMan${n}Value`, 'integer', { units: '0.1 of the unit' }],
            [`sensorMan${n}Location`, 'text'],
            [`sensorMan${n}Unit`, 'text'],
        ]),
    ),
    ...['input', 'output'].flatMap((kind, place) =>
        each(4).flatMap((n) =>
            numbered(`1.12.${8 + 4 * place + n}`, [
                [`${kind}${n}Value`, 'integer', labelled(['off', 'on'], 0)],
                [`${kind}${n}Location`, 'text'],
            ]),
        ),
    ),
];

/** The UPS-MIB as the agent serves it: RFC 1628, section 4, and the maker's additions (CS141 manual, "RFC 1628 MIB Overview"). */
export const UPS_MODULE: MibModule = {
    name: 'RIDETHROUGH-UPS-MIB',
    identity: { name: 'upsMIB', parent: 'mib-2', arc: 33 },
    root: UPS_MIB,
    imports: [{ from: 'SNMPv2-SMI', names: ['mib-2'] }],
    about: 'The objects of a UPS as the SNMP agent of Ridethrough serves them: those of RFC 1628, and additions of makers.',
    nodes: [
        { arcs: '1', name: 'upsObjects' },
        ...[
            ...['upsIdent', 'upsBattery', 'upsInput', 'upsOutput', 'upsBypass', 'upsAlarm', 'upsTest', 'upsControl'],
            ...['upsConfig', 'sitemanager', 'aux', 'sensorMan'],
        ].map((name, index) => ({ arcs: `1.${index + 1}`, name })),
        { arcs: '1.6.3', name: 'upsWellKnownAlarms' },
        ...[...alarmNames()].map(([number, name]) => ({ arcs: `1.6.3.${number}`, name })),
        { arcs: '1.7.7', name: 'upsWellKnownTests' },
        ...[
            ...['upsTestNoTestsInitiated', 'upsTestAbortTestInProgress', 'upsTestGeneralSystemsTest'],
            ...['upsTestQuickBatteryTest', 'upsTestDeepBatteryCalibration'],
        ].map((name, index) => ({ arcs: `1.7.7.${index + 1}`, name })),
        { arcs: '1.10.1', name: 'relais' },
        { arcs: '1.10.2', name: 'digital' },
        { arcs: '1.10.5', name: 'siteMonitor' },
        ...each(8).map((n) => ({ arcs: `1.12.${n}`, name: `sensor${n}` })),
        ...each(4).map((n) => ({ arcs: `1.12.${8 + n}`, name: `input${n}` })),
        ...each(4).map((n) => ({ arcs: `1.12.${12 + n}`, name: `output${n}` })),
        { arcs: '2', name: 'upsTraps' },
    ],
    scalars,
    tables: [
        tableOf('1.3.3', 'upsInputTable', [
            ['upsInputLineIndex', 'index'],
            ['upsInputFrequency', 'integer', HERTZ],
            ['upsInputVoltage', 'integer', VOLTS],
            ['upsInputCurrent', 'integer', AMPS],
            ['upsInputTruePower', 'integer', WATTS],
        ]),
        tableOf('1.4.4', 'upsOutputTable', [
            ['upsOutputLineIndex', 'index'],
            ['upsOutputVoltage', 'integer', VOLTS],
            ['upsOutputCurrent', 'integer', AMPS],
            ['upsOutputPower', 'integer', WATTS],
            ['upsOutputPercentLoad', 'integer', PERCENT],
            // The only name that is ours: the CS141 manual prints none for this column.
            ['upsOutputApparentPower', 'integer', { units: 'Volt Amps' }],
        ]),
        tableOf('1.5.3', 'upsBypassTable', [
            ['upsBypassLineIndex', 'index'],
            ['upsBypassVoltage', 'integer', VOLTS],
            ['upsBypassCurrent', 'integer', AMPS],
            ['upsBypassPower', 'integer', WATTS],
        ]),
        tableOf('1.6.2', 'upsAlarmTable', [
            ['upsAlarmId', 'index'],
            ['upsAlarmDescr', 'oid'],
            ['upsAlarmTime', 'ticks'],
        ]),
    ],
    traps: [
        {
            arcs: '2.1',
            name: 'upsTrapOnBattery',
            objects: ['upsEstimatedMinutesRemaining', 'upsSecondsOnBattery', 'upsConfigLowBattTime'],
        },
        {
            arcs: '2.2',
            name: 'upsTrapTestCompleted',
            objects: [
                ...['upsTestId', 'upsTestSpinLock', 'upsTestResultsSummary', 'upsTestResultsDetail'],
                ...['upsTestStartTime', 'upsTestElapsedTime'],
            ],
        },
        { arcs: '2.3', name: 'upsTrapAlarmEntryAdded', objects: ['upsAlarmId', 'upsAlarmDescr'] },
        { arcs: '2.4', name: 'upsTrapAlarmEntryRemoved', objects: ['upsAlarmId', 'upsAlarmDescr'] },
    ],
};

function each(count: number): number[] {
    return Array.from({ length: count }, (_, index) => index + 1);
}

/** Contacts. */
function row(below: string, count: number, name: (n: number) => string): MibObject[] {
    return numbered(
        below,
        each(count).map((n) => [name(n), 'integer', labelled(['off', 'on'], 0)] as const),
    );
}
