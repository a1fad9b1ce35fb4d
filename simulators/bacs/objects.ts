import { AUX_DEVICES, AUX_PORTS } from '../../lib/core/batteries/events';
import { encodeStatus } from '../../lib/protocols/bacs/flags';
import {
    ALARM_COLUMNS,
    ALARMS_PRESENT,
    AUX_COUNT,
    AUX_INDEX,
    auxColumns,
    INFERRED_DIVISORS,
    MODULE_ALARMS_PRESENT,
    MODULE_COLUMNS,
    MODULE_WARNINGS_PRESENT,
    SETTINGS,
    STATUS,
    STRING_COLUMNS,
    type SettingName,
    type SnmpDivisors,
    type SnmpUnit,
} from '../../lib/protocols/bacs/oids';
import { REGISTER_STATES } from '../../lib/protocols/bacs/flags';
import type { SimulatedBattery } from '../../lib/simulation/battery/simulated-battery';
import { meanOf } from '../../lib/simulation/battery/monitor/judging';
import {
    inRange,
    integer,
    oidOf,
    systemGroup,
    text,
    ticks,
    type SystemTexts,
} from '../../lib/protocols/snmp-agent/object-makers';
import type { ServedObject } from '../../lib/protocols/snmp-agent/object-tree';
import type { BatteryAlarms } from './alarms';
import type { CardLies } from './lies';
import { stringWord } from './string-words';

/** What a value that is not known reads as [inferred: as in a register]. */
export const UNKNOWN = -9999;

export interface ObjectSource {
    battery: SimulatedBattery;
    alarms: BatteryAlarms;
    lies: CardLies;
    system: SystemTexts;
    upTime(): number;
    divisors?: Partial<SnmpDivisors>;
    /** Index of the first module and string: 0 or 1. */
    firstIndex?: number;
}

/**
 * Where SNMP pauses the equalizing: hours that are left, rounded up; 0 resumes. Ours, in an arc for experiments: no object of a BACS card is known to do so.
 */
export const PAUSE_HOURS = '1.3.6.1.4.1.8072.9999.9999.33.5.1.0';

/** V of a block and the module that fits (CS141 manual, "BACS module basic setting"). */
const MODULE_TYPES: Readonly<Record<number, string>> = {
    2: 'C40',
    4: 'C41',
    6: 'C30',
    12: 'C20',
    16: 'C23',
    24: 'CSYM',
};

/** Every object of a BACS system, and the system group (CS141 manual, "RFC 1628 MIB – BACS extension"). Types are inferred: they are not printed. */
export function servedObjects(source: ObjectSource): ServedObject[] {
    return [
        ...systemGroup(source.system, () => source.upTime()),
        ...settingObjects(source),
        ...statusObjects(source),
        ...moduleObjects(source),
        ...stringObjects(source),
        ...alarmObjects(source),
        ...auxObjects(source),
        pauseObject(source.battery),
    ];
}

function scaled({ divisors }: ObjectSource, unit: SnmpUnit | undefined, value: number): number {
    if (Number.isNaN(value)) return UNKNOWN;
    return Math.round(value * (unit ? (divisors?.[unit] ?? INFERRED_DIVISORS[unit]) : 1));
}

function settingObjects(source: ObjectSource): ServedObject[] {
    const { bank, monitor } = source.battery;
    const { limits, impedanceEvery, scanSeconds, dischargeScanSeconds } = monitor.settings;
    const { voltage, temperature, impedanceStatic, stringVoltage, deviationDischarge, deviationCharge } = limits;
    const numbers: Record<Exclude<SettingName, 'moduleType'>, () => number> = {
        numStrings: () => source.lies.counts(source.battery).strings,
        numBatteries: () => source.lies.counts(source.battery).modules,
        battCap: () => bank.plate.capacityAh,
        logRate1: () => scanSeconds,
        logRate2: () => dischargeScanSeconds,
        impcPollRate: () => impedanceEvery,
        impcLowAlarm: () => impedanceStatic.lowAlarm,
        impcHighAlarm: () => impedanceStatic.highAlarm,
        temperatureLowAlarm: () => temperature.lowAlarm,
        temperatureHighAlarm: () => temperature.highAlarm,
        voltageLowAlarm: () => voltage.lowAlarm,
        voltageHighAlarm: () => voltage.highAlarm,
        impcLowWarn: () => impedanceStatic.lowWarning,
        impcHighWarn: () => impedanceStatic.highWarning,
        temperatureLowWarn: () => temperature.lowWarning,
        temperatureHighWarn: () => temperature.highWarning,
        voltageLowWarn: () => voltage.lowWarning,
        voltageHighWarn: () => voltage.highWarning,
        temperatureUnit: () => 0,
        stringVoltageLowAlarm: () => stringVoltage.lowAlarm,
        stringVoltageHighAlarm: () => stringVoltage.highAlarm,
        stringVoltageLowWarn: () => stringVoltage.lowWarning,
        stringVoltageHighWarn: () => stringVoltage.highWarning,
        stringCurrentDeviationDischargeAlarm: () => deviationDischarge.alarm,
        stringCurrentDeviationChargeAlarm: () => deviationCharge.alarm,
        stringCurrentDeviationDischargeWarn: () => deviationDischarge.warning,
        stringCurrentDeviationChargeWarn: () => deviationCharge.warning,
    };
    return [
        text(SETTINGS.moduleType.oid, () => MODULE_TYPES[bank.plate.nominalVoltage] ?? ''),
        ...Object.entries(numbers).map(([name, value]) => {
            const { oid, unit } = SETTINGS[name as SettingName];
            return integer(oid, () => scaled(source, unit, value()));
        }),
    ];
}

function statusObjects(source: ObjectSource): ServedObject[] {
    const { monitor } = source.battery;
    const { measured } = monitor;
    return [
        // Bit 31 makes it negative, and bit 32 does not fit in.
        integer(STATUS.status.oid, () => encodeStatus(monitor.flags().states) | 0),
        integer(STATUS.avModuleVolt.oid, () => scaled(source, STATUS.avModuleVolt.unit, meanOf(measured.voltage))),
        integer(STATUS.totalVolt.oid, () => scaled(source, STATUS.totalVolt.unit, meanOf(measured.stringVoltage))),
        integer(STATUS.numModules.oid, () => source.lies.counts(source.battery).modules),
        integer(STATUS.numStrings.oid, () => source.lies.counts(source.battery).strings),
    ];
}

function moduleObjects(source: ObjectSource): ServedObject[] {
    const { bank, monitor } = source.battery;
    const { measured } = monitor;
    const { index, voltage, temperature, bypass, resistance, state } = MODULE_COLUMNS;
    const first = source.firstIndex ?? 1;
    return Array.from({ length: bank.layout.modules }, (_, i) => {
        const at = i + first;
        return [
            integer(`${index.oid}.${at}`, () => at),
            integer(`${voltage.oid}.${at}`, () => scaled(source, voltage.unit, measured.voltage[i]!)),
            integer(`${temperature.oid}.${at}`, () => scaled(source, temperature.unit, measured.temperature[i]!)),
            integer(`${bypass.oid}.${at}`, () => scaled(source, undefined, measured.equalizing[i]!)),
            integer(`${resistance.oid}.${at}`, () => scaled(source, resistance.unit, measured.impedance[i]!)),
            integer(`${state.oid}.${at}`, () => monitor.moduleBits(i + 1)),
        ];
    }).flat();
}

function stringObjects(source: ObjectSource): ServedObject[] {
    const { bank, monitor } = source.battery;
    const { measured } = monitor;
    const { index, current, totalVolt, averageVolt, currentAC, alarm, alarm2 } = STRING_COLUMNS;
    const first = source.firstIndex ?? 1;
    return Array.from({ length: bank.layout.strings }, (_, s) => {
        const at = s + first;
        const word = (register: 1001 | 1005) => stringWord(REGISTER_STATES[register], monitor.flags(), s + 1);
        return [
            integer(`${index.oid}.${at}`, () => at),
            integer(`${current.oid}.${at}`, () => scaled(source, current.unit, measured.current[s]!)),
            integer(`${totalVolt.oid}.${at}`, () => scaled(source, totalVolt.unit, measured.stringVoltage[s]!)),
            integer(`${averageVolt.oid}.${at}`, () => scaled(source, averageVolt.unit, measured.average[s]!)),
            integer(`${currentAC.oid}.${at}`, () => scaled(source, currentAC.unit, measured.ripple[s]!)),
            integer(`${alarm.oid}.${at}`, () => word(1001)),
            integer(`${alarm2.oid}.${at}`, () => word(1005)),
        ];
    }).flat();
}

function alarmObjects({ alarms, battery }: ObjectSource): ServedObject[] {
    const { monitor, bank } = battery;
    const having = (level: 'alarm' | 'warning') =>
        Array.from({ length: bank.layout.modules }, (_, i) => monitor.moduleBits(i + 1)).filter(
            (bits) => bits & (level === 'alarm' ? 0x81ff : 0x7e00),
        ).length;
    return [
        integer(ALARMS_PRESENT, () => alarms.rows.length),
        ...alarms.rows.flatMap(({ id, oid, time }) => [
            integer(`${ALARM_COLUMNS.id}.${id}`, () => id),
            oidOf(`${ALARM_COLUMNS.descr}.${id}`, () => oid),
            ticks(`${ALARM_COLUMNS.time}.${id}`, () => time),
        ]),
        integer(MODULE_ALARMS_PRESENT, () => having('alarm')),
        integer(MODULE_WARNINGS_PRESENT, () => having('warning')),
    ];
}

function pauseObject(battery: SimulatedBattery): ServedObject {
    const left = () => Math.max(0, battery.monitor.equalizer.pausedUntil - battery.bank.time) / 3_600_000;
    return integer(PAUSE_HOURS, () => Math.ceil(left()), {
        check: (value) => (inRange(value, 0, 10_000) ? undefined : 'wrong-value'),
        apply: (value) => {
            if (value === 0) battery.resumeEqualizing();
            else battery.pauseEqualizing(Number(value));
        },
    });
}

function auxObjects({ battery }: ObjectSource): ServedObject[] {
    const { monitor } = battery;
    const devices = Math.min(AUX_DEVICES, monitor.settings.auxDevices);
    const told = (on: boolean | undefined) => (on === undefined ? UNKNOWN : Number(on));
    const objects = [integer(AUX_COUNT, () => devices)];
    for (let device = 1; device <= devices; device++) {
        objects.push(integer(`${AUX_INDEX}.${device}`, () => device));
        for (let port = 1; port <= AUX_PORTS; port++) {
            const at = (device - 1) * AUX_PORTS + port - 1;
            const [input, output] = [auxColumns('input', port), auxColumns('output', port)];
            objects.push(
                integer(`${input.state}.${device}`, () => told(monitor.flags().inputs?.[at])),
                text(`${input.name}.${device}`, () => `Input ${device}.${port}`),
                integer(`${output.state}.${device}`, () => told(monitor.flags().outputs?.[at])),
                text(`${output.name}.${device}`, () => `Output ${device}.${port}`),
            );
        }
    }
    return objects;
}
