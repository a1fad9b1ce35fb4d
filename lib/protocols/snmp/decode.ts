import type { Battery, Line, Output, OutputLine, PartialStatus, TestState } from '../../core/status/status';
import { alarmIds, STATUS_CHARGING, STATUS_DISCHARGING } from './alarms';
import { readEnvironment, readInstallationDate } from './generex';
import { ALARM_COLUMN, RULES, SCALARS, SYS_UP_TIME, TABLES, type NumberRule, type ScalarName } from './oids';
import { readSettings } from './settings';
import { readTable, type RawRow } from './tables';
import { known, rawNumber, readEnum, readNumber, readText } from './values';
import type { SnmpValue } from './transport';

/** What one reading teaches about the device that the next one needs. */
export interface DecoderMemory {
    /** This card counts AC volts in tenths. */
    voltageTenths?: boolean;
    /** upsOutputSource has been seen to be something else than battery(5): this card does not say "battery" on mains. */
    sourceMoves?: boolean;
    /** The alarm table exists, although upsAlarmsPresent does not. */
    alarmTable?: boolean;
    /** When the test whose upsTestStartTime is `ticks` began, epoch ms: kept, so that it does not jitter. */
    testStart?: { ticks: number; at: number };
}

export interface Decoded {
    status: PartialStatus;
    memory: DecoderMemory;
}

const BATTERY_STATUS = { 1: 'unknown', 2: 'normal', 3: 'low', 4: 'depleted' } as const;
const CONDITION = { 0: 'good', 1: 'weak', 2: 'replace' } as const;
const SOURCE = { 1: 'other', 2: 'none', 3: 'normal', 4: 'bypass', 5: 'battery', 6: 'booster', 7: 'reducer' } as const;
const TEST_RESULT = { 1: 'passed', 2: 'warning', 3: 'failed', 4: 'aborted', 5: 'in-progress', 6: 'none' } as const;

/** A mains voltage below this is a failing one, V. */
const LIVE_VOLTAGE = 85;

/**
 * RFC 1628 objects as a status, with the quirks of the field (protocol-facts.md, "RFC 1628 in the field"). Pure.
 * @param values everything last read, by OID of the instance; an object that the agent lacks is absent
 * @param time epoch ms of the reading
 * @returns whole groups only: identity, battery, input, output, bypass and test always, the others if the device has them
 */
export function decode(values: ReadonlyMap<string, SnmpValue>, time: number, before: DecoderMemory = {}): Decoded {
    const memory = { ...before };
    const get = (name: ScalarName) => values.get(SCALARS[name]);
    const number = (name: ScalarName, rule: NumberRule) => readNumber(get(name), rule);

    const rows = {
        input: readTable(values, TABLES.input),
        output: readTable(values, TABLES.output),
        bypass: readTable(values, TABLES.bypass),
    };
    memory.voltageTenths = countsTenths(rows, before.voltageTenths);
    const acVoltage = memory.voltageTenths ? RULES.acVoltageTenths : RULES.acVoltage;

    const input = {
        lineBads: number('upsInputLineBads', RULES.count),
        lines: rows.input.map((row) => line(row, acVoltage)),
    };
    const output: Output = {
        source: undefined,
        frequency: number('upsOutputFrequency', RULES.frequency),
        energy: number('upsOutputEnergyConsumption', RULES.energy),
        lines: rows.output.map((row) => outputLine(row, acVoltage)),
    };
    const bypass = {
        frequency: number('upsBypassFrequency', RULES.frequency),
        lines: rows.bypass.map((row) => line(row, acVoltage)),
    };

    const alarms = readAlarms(values, before.alarmTable === true);
    const battery: Battery = known({
        state: readEnum(get('upsBatteryStatus'), BATTERY_STATUS),
        condition: readEnum(get('upsBatteryCondition'), CONDITION),
        charging: alarms?.includes(STATUS_CHARGING)
            ? 'charging'
            : alarms?.includes(STATUS_DISCHARGING)
              ? 'discharging'
              : undefined,
        secondsOnBattery: number('upsSecondsOnBattery', RULES.seconds),
        minutesRemaining: number('upsEstimatedMinutesRemaining', RULES.minutes),
        chargePercent: number('upsEstimatedChargeRemaining', RULES.percent),
        voltage: number('upsBatteryVoltage', RULES.dcVoltage),
        // Tenths of a volt [inferred from upsBatteryVoltage: the tree of the manual, line 11560, names no unit].
        positiveVoltage: number('upsBatteryPositiveVoltage', RULES.halfVoltage),
        negativeVoltage: halfOf(number('upsBatteryNegativeVoltage', RULES.signedHalfVoltage)),
        current: number('upsBatteryCurrent', RULES.dcCurrent),
        temperature: number('upsBatteryTemperature', RULES.temperature),
        installedOn: readInstallationDate(get('upsBatteryInstallationDate')),
    });
    // RFC 1628: batteryNormal means more run time than upsConfigLowBattTime, hence more than 0; and 0 is no valid estimate
    // (PositiveInteger). Taken at its word, a full battery on mains would fire every remaining-runtime job at once.
    if (battery.minutesRemaining === 0 && battery.state === 'normal' && battery.chargePercent !== 0) {
        delete battery.minutesRemaining;
    }

    const source = rawNumber(get('upsOutputSource'));
    memory.sourceMoves = before.sourceMoves || (source !== undefined && source !== 5 && source in SOURCE);
    output.source = readSource(source);
    if (output.source === 'battery' && !memory.sourceMoves && !alarms?.includes('on-battery')) {
        if (contradictsBattery(battery, input.lines)) output.source = 'normal';
    }

    const test: TestState = known({
        result: readEnum(get('upsTestResultsSummary'), TEST_RESULT),
        detail: readText(get('upsTestResultsDetail')),
    });
    memory.testStart = testStart(values, time, test.result, before.testStart);
    if (memory.testStart) test.startedAt = memory.testStart.at;

    const status: PartialStatus = known({
        time,
        identity: known({
            manufacturer: readText(get('upsIdentManufacturer')),
            model: readText(get('upsIdentModel')),
            serial: readText(get('upsSerialNumber')),
            firmware: readText(get('upsIdentUPSSoftwareVersion')),
            name: readText(get('upsIdentName')),
        }),
        battery,
        input: known(input),
        output: known(output),
        bypass: known(bypass),
        alarms,
        test,
        environment: readEnvironment(values),
        settings: readSettings(values, memory.voltageTenths === true),
    });
    return { status, memory: known(memory) };
}

/** The lower half may be told as a voltage against the tap, hence below 0. */
function halfOf(voltage: number | undefined): number | undefined {
    return voltage === undefined ? undefined : Math.abs(voltage);
}

/** Whether `status` holds anything that an agent with RFC 1628 would tell. */
export function isUpsReading(status: PartialStatus): boolean {
    return (
        status.output?.source !== undefined ||
        status.battery?.state !== undefined ||
        status.battery?.chargePercent !== undefined ||
        status.battery?.minutesRemaining !== undefined
    );
}

/** ATS and others add sources beyond RFC 1628's seven (8 has been seen): `other`. */
function readSource(raw: number | undefined): Output['source'] {
    if (raw === undefined) return undefined;
    return SOURCE[raw as keyof typeof SOURCE] ?? (raw > 7 && raw < 65535 ? 'other' : undefined);
}

/**
 * Some cards (CE+T) say source "battery" for ever. RFC 1628 has upsSecondsOnBattery = 0 when not on battery, so a card that has
 * never said anything but "battery", counts no seconds, calls its battery normal and has live mains is on mains.
 */
function contradictsBattery(battery: Battery, lines: readonly Line[]): boolean {
    if (battery.secondsOnBattery !== 0 || battery.state !== 'normal') return false;
    const voltages = lines.map((each) => each.voltage).filter((voltage) => voltage !== undefined);
    return voltages.length > 0 && voltages.every((voltage) => voltage >= LIVE_VOLTAGE);
}

/**
 * Whether AC voltages are in tenths (Delta Mini-SNMP sends 2360 for 236 V): so when every live voltage is beyond what a UPS
 * can have. A mixture (one phase sagging, or one wild value) leaves the decision as it was.
 */
function countsTenths(rows: Record<string, RawRow[]>, before: boolean | undefined): boolean | undefined {
    const live = Object.values(rows)
        .flat()
        .map((row) => rawNumber(row.voltage))
        .filter((raw) => raw !== undefined && raw > 0 && raw <= RULES.acVoltageTenths.max && raw !== 999);
    if (live.length === 0) return before;
    if (live.every((raw) => raw! > RULES.acVoltage.max)) return true;
    if (live.some((raw) => raw! > RULES.acVoltage.max)) return before;
    return before && !live.some((raw) => raw! >= LIVE_VOLTAGE && raw! <= 500);
}

function line(row: RawRow, acVoltage: NumberRule): Line {
    return known({
        frequency: readNumber(row.frequency, RULES.frequency),
        voltage: readNumber(row.voltage, acVoltage),
        current: readNumber(row.current, RULES.acCurrent),
        power: readPower(row),
    });
}

function outputLine(row: RawRow, acVoltage: NumberRule): OutputLine {
    return known({
        ...line(row, acVoltage),
        load: readNumber(row.load, RULES.load),
        apparentPower: readNumber(row.apparentPower, RULES.apparentPower),
    });
}

/** -1 W is a reading on a phase that is measured, and a sentinel on one of which nothing else is known. */
function readPower(row: RawRow): number | undefined {
    const power = readNumber(row.power, RULES.power);
    if (power !== -1) return power;
    const measured =
        readNumber(row.current, RULES.acCurrent) !== undefined || readNumber(row.load, RULES.load) !== undefined;
    return measured ? power : undefined;
}

/**
 * Alarms of the table; none if the device counts none. A count above 0 without a single row leaves them unknown: that is
 * an alarm which cannot be named, not the absence of alarms.
 */
function readAlarms(values: ReadonlyMap<string, SnmpValue>, tableKnown: boolean): PartialStatus['alarms'] {
    const present = readNumber(values.get(SCALARS.upsAlarmsPresent), RULES.count);
    if (present === 0) return [];
    const rows: SnmpValue[] = [];
    for (const [oid, value] of values) if (oid.startsWith(`${ALARM_COLUMN}.`)) rows.push(value);
    if (rows.length) return alarmIds(rows);
    return present === undefined && tableKnown ? [] : undefined;
}

/** upsTestStartTime is a sysUpTime; one in the future (wrapped after 497 days, or nonsense) is unknown. */
function testStart(
    values: ReadonlyMap<string, SnmpValue>,
    time: number,
    result: TestState['result'],
    before: DecoderMemory['testStart'],
): DecoderMemory['testStart'] {
    const ticks = readNumber(values.get(SCALARS.upsTestStartTime), RULES.ticks);
    const upTime = readNumber(values.get(SYS_UP_TIME), RULES.ticks);
    if (ticks === undefined || upTime === undefined || ticks === 0 || result === undefined || result === 'none') {
        return undefined;
    }
    if (before?.ticks === ticks) return before;
    return ticks <= upTime ? { ticks, at: time - (upTime - ticks) * 10 } : undefined;
}
