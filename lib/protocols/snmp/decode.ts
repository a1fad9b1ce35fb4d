import type { AlarmId } from '../../core/status/alarms';
import type { Battery, Line, Output, OutputLine, PartialStatus, TestState } from '../../core/status/status';
import { alarmIds, MOST_ALARMS, unlistedAlarms } from './alarms';
import { readBattery, type RecentValues } from './battery';
import { readEnvironment } from './generex';
import { readLines } from './lines';
import { ALARM_COLUMN, RULES, SCALARS, SYS_UP_TIME, type ScalarName } from './oids';
import { readNominalVoltage, readSettings } from './settings';
import type { SnmpValue } from './transport';
import { readUnits, type Units } from './units';
import { readUpTime } from './up-time';
import { known, rawNumber, readEnum, readNumber, readText } from './values';

/** What a reading teaches about the device, for the next reading. JSON. */
export interface DecoderMemory {
    /** Units of this card's columns, where they differ from RFC 1628 or may differ. */
    units?: Units;
    /** upsOutputSource was once something other than battery(5): this card does not report "battery" on mains. */
    sourceMoves?: boolean;
    /** The alarm table exists although upsAlarmsPresent is missing. */
    alarmTable?: boolean;
    /** When the agent started, epoch ms. */
    since?: number;
    /** When the test with upsTestStartTime `ticks` began, epoch ms. Kept so that the time stays the same in each reading. */
    testStart?: { ticks: number; at: number };
    /** Values of the last minutes; not kept for the next process. */
    recent?: RecentValues;
}

/** Facts about the reading itself. */
export interface DecodeOptions {
    /** Reading the alarms failed: the alarms are unknown, and the former ones are not reused. */
    alarmsUnread?: boolean;
}

export interface Decoded {
    status: PartialStatus;
    memory: DecoderMemory;
}

const SOURCE = { 1: 'other', 2: 'none', 3: 'normal', 4: 'bypass', 5: 'battery', 6: 'booster', 7: 'reducer' } as const;
const TEST_RESULT = { 1: 'passed', 2: 'warning', 3: 'failed', 4: 'aborted', 5: 'in-progress', 6: 'none' } as const;

const NONE = 2;
/** Sources that exclude battery operation; a card that is starting reports other(1) or none(2). */
const OFF_BATTERY: ReadonlySet<number> = new Set([3, 4, 6, 7]);
/** Seconds after the start of an agent in which its counters may still be empty. */
const STARTING_S = 120;

const ALARM_CELLS = `${ALARM_COLUMN}.`;

/** Two days beside a load of 5 % are no minutes, but most likely seconds (15,300 at 8 %, SNR ERD-4). */
const MOST_MINUTES = 2880;

/** Volts; a lower input voltage counts as a mains failure. */
const LIVE_VOLTAGE = 85;

/**
 * Decodes RFC 1628 objects to a status, with the known defects of real cards: each has a test. Pure.
 * @param values all objects last read, by OID of the instance; an object that the agent lacks is absent
 * @param time epoch ms of the reading
 * @param before what the former reading taught, JSON
 * @returns complete groups: identity, battery, input, output, bypass and test always, other groups if the device has them
 */
export function decode(
    values: ReadonlyMap<string, SnmpValue>,
    time: number,
    before: DecoderMemory = {},
    { alarmsUnread = false }: DecodeOptions = {},
): Decoded {
    const memory: DecoderMemory = { ...before, units: readUnits(before.units), recent: { ...before.recent } };
    const get = (name: ScalarName) => values.get(SCALARS[name]);

    const alarms = alarmsUnread ? undefined : readAlarms(values, before.alarmTable === true);
    const battery = readBattery(values, time, alarms, memory.units!, memory.recent!);
    const source = rawNumber(get('upsOutputSource'));
    const lines = readLines(values, memory.units!, {
        mains: runsOnMains(source, battery, alarms),
        outputOn: source !== undefined && source >= 3 && source <= 7,
    });
    if (battery.minutesRemaining! > MOST_MINUTES && lines.output.some(({ load = 0 }) => load >= 5))
        delete battery.minutesRemaining;
    memory.sourceMoves = before.sourceMoves || (source !== undefined && OFF_BATTERY.has(source));
    const upTime = readUpTime(values, time, before.since);
    memory.since = upTime.since;
    const output: Output = {
        // An output with voltage and load is not off (seen at an APC card, pve-ups 7).
        source: source === NONE && lines.output.some(feedsLoad) ? undefined : readSource(source),
        frequency: lines.outputFrequency,
        energy: readNumber(get('upsOutputEnergyConsumption'), RULES.energy),
        lines: lines.output,
    };
    if (output.source === 'battery' && !memory.sourceMoves && !alarms?.includes('on-battery')) {
        // Without the alarms, or while the counters are still empty after a start, nothing proves that the UPS is on mains.
        const sure = !alarmsUnread && (upTime.seconds ?? Infinity) >= STARTING_S;
        if (contradictsBattery(battery, lines.input)) {
            output.source = sure ? 'normal' : undefined;
            output.sourceTold = 'battery';
        }
    }

    const test: TestState = known({
        result: readEnum(get('upsTestResultsSummary'), TEST_RESULT),
        detail: readText(get('upsTestResultsDetail')),
    });
    memory.testStart = testStart(values, time, test.result, before.testStart);
    if (memory.testStart) test.startedAt = memory.testStart.at;

    const status: PartialStatus = known({
        time,
        agentUptime: upTime.seconds,
        identity: known({
            manufacturer: readText(get('upsIdentManufacturer')),
            model: readText(get('upsIdentModel')),
            serial: readText(get('upsSerialNumber')),
            firmware: readText(get('upsIdentUPSSoftwareVersion')),
            name: readText(get('upsIdentName')),
        }),
        battery,
        input: known({
            lineBads: readNumber(get('upsInputLineBads'), RULES.count),
            nominalVoltage: readNominalVoltage(values),
            lines: lines.input,
        }),
        output: known(output),
        bypass: known({ frequency: lines.bypassFrequency, lines: lines.bypass }),
        alarms,
        test,
        environment: readEnvironment(values),
        settings: readSettings(values),
    });
    if (Object.keys(memory.units!).length === 0) delete memory.units;
    if (Object.keys(memory.recent!).length === 0) delete memory.recent;
    return { status, memory: known(memory) };
}

/** Source, battery and alarms agree that the UPS runs on its input: then the input has voltage. */
function runsOnMains(source: number | undefined, battery: Battery, alarms: readonly AlarmId[] | undefined): boolean {
    return (
        (source === 3 || source === 6 || source === 7) &&
        !((battery.secondsOnBattery ?? 0) > 0) &&
        battery.charging !== 'discharging' &&
        !alarms?.some((id) => id === 'on-battery' || id === 'input-bad')
    );
}

/** Whether `status` holds at least one value that every RFC 1628 agent reports. */
export function isUpsReading(status: PartialStatus): boolean {
    return (
        status.output?.source !== undefined ||
        status.battery?.state !== undefined ||
        status.battery?.chargePercent !== undefined ||
        status.battery?.minutesRemaining !== undefined
    );
}

const feedsLoad = ({ voltage = 0, load = 0, current = 0, power = 0 }: OutputLine) =>
    voltage >= LIVE_VOLTAGE && (load > 0 || current > 0 || power > 0);

/** Transfer switches and others report sources beyond RFC 1628's seven (8 has been seen): `other`. */
function readSource(raw: number | undefined): Output['source'] {
    if (raw === undefined) return undefined;
    return SOURCE[raw as keyof typeof SOURCE] ?? (raw > 7 && raw < 65535 ? 'other' : undefined);
}

/**
 * Some cards (CE+T) always report source "battery". By RFC 1628, upsSecondsOnBattery is 0 when the UPS is not on battery.
 * Therefore a card is on mains if it never reported another source, counts 0 seconds, reports batteryNormal and has live mains.
 */
function contradictsBattery(battery: Battery, lines: readonly Line[]): boolean {
    if (battery.secondsOnBattery !== 0 || battery.state !== 'normal') return false;
    const voltages = lines.map((each) => each.voltage).filter((voltage) => voltage !== undefined);
    return voltages.length > 0 && voltages.every((voltage) => voltage >= LIVE_VOLTAGE);
}

/**
 * The alarms of the table. If the device counts more alarms than the table has rows, one further id tells how many it does not
 * name. Rows count even if upsAlarmsPresent is lower.
 */
function readAlarms(values: ReadonlyMap<string, SnmpValue>, tableKnown: boolean): PartialStatus['alarms'] {
    const present = readNumber(values.get(SCALARS.upsAlarmsPresent), RULES.count);
    const rows: SnmpValue[] = [];
    values.forEach((value, oid) => {
        if (oid.startsWith(ALARM_CELLS)) rows.push(value);
    });
    if (rows.length === 0 && present === undefined) return tableKnown ? [] : undefined;
    const ids = alarmIds(rows);
    // The walk stops at MOST_ALARMS rows: the rest is not missing, only unread.
    const unlisted = rows.length >= MOST_ALARMS ? 0 : (present ?? 0) - rows.length;
    return unlisted > 0 ? [...ids, unlistedAlarms(unlisted)].sort() : ids;
}

/** upsTestStartTime is a sysUpTime. A time in the future (wrapped after 497 days, or invalid) is unknown. */
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
