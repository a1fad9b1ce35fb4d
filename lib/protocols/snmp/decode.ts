import type { AlarmId } from '../../core/status/alarms';
import type { Battery, Line, Output, PartialStatus, TestState } from '../../core/status/status';
import { alarmIds, MOST_ALARMS, untoldAlarms } from './alarms';
import { readBattery, type Recent } from './battery';
import { readEnvironment } from './generex';
import { readLines } from './lines';
import { ALARM_COLUMN, RULES, SCALARS, SYS_UP_TIME, type ScalarName } from './oids';
import { readNominalVoltage, readSettings } from './settings';
import type { SnmpValue } from './transport';
import { readUnits, type Units } from './units';
import { readUpTime } from './up-time';
import { known, rawNumber, readEnum, readNumber, readText } from './values';

/** What one reading teaches about the device that the next one needs. JSON. */
export interface DecoderMemory {
    /** In which units this card counts, where they are not, or not for sure, those of RFC 1628. */
    units?: Units;
    /** upsOutputSource has been seen to be something else than battery(5): this card does not say "battery" on mains. */
    sourceMoves?: boolean;
    /** The alarm table exists, although upsAlarmsPresent does not. */
    alarmTable?: boolean;
    /** When the agent began to run, epoch ms. */
    since?: number;
    /** When the test whose upsTestStartTime is `ticks` began, epoch ms: kept, so that it does not jitter. */
    testStart?: { ticks: number; at: number };
    /** What was told a moment ago: of no use to the next process. */
    recent?: Recent;
}

/** What is known of the reading itself. */
export interface DecodeOptions {
    /** The alarms of this reading could not be read: they are neither none nor those of the last. */
    alarmsUnread?: boolean;
}

export interface Decoded {
    status: PartialStatus;
    memory: DecoderMemory;
}

const SOURCE = { 1: 'other', 2: 'none', 3: 'normal', 4: 'bypass', 5: 'battery', 6: 'booster', 7: 'reducer' } as const;
const TEST_RESULT = { 1: 'passed', 2: 'warning', 3: 'failed', 4: 'aborted', 5: 'in-progress', 6: 'none' } as const;

/** Sources that say where the power comes from, if not from the battery; a card that starts says other or none. */
const OFF_BATTERY: ReadonlySet<number> = new Set([3, 4, 6, 7]);
/** So long after its start, an agent may not have begun to count again, s. */
const STARTING_S = 120;

/** A mains voltage below this is a failing one, V. */
const LIVE_VOLTAGE = 85;

/**
 * RFC 1628 objects as a status, with the quirks of cards in the field: each has a test. Pure.
 * @param values everything last read, by OID of the instance; an object that the agent lacks is absent
 * @param time epoch ms of the reading
 * @param before what the reading before taught, JSON
 * @returns whole groups only: identity, battery, input, output, bypass and test always, the others if the device has them
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
        mains: livesOnMains(source, battery, alarms),
        outputOn: source !== undefined && source >= 3 && source <= 7,
    });
    memory.sourceMoves = before.sourceMoves || (source !== undefined && OFF_BATTERY.has(source));
    const upTime = readUpTime(values, time, before.since);
    memory.since = upTime.since;
    const output: Output = {
        source: readSource(source),
        frequency: lines.outputFrequency,
        energy: readNumber(get('upsOutputEnergyConsumption'), RULES.energy),
        lines: lines.output,
    };
    if (output.source === 'battery' && !memory.sourceMoves && !alarms?.includes('on-battery')) {
        // Alarms that could not be read, or a count that has just begun anew, contradict nothing.
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

/** Everything in this reading says that the UPS lives on its input: then there is voltage on it. */
function livesOnMains(source: number | undefined, battery: Battery, alarms: readonly AlarmId[] | undefined): boolean {
    return (
        (source === 3 || source === 6 || source === 7) &&
        !((battery.secondsOnBattery ?? 0) > 0) &&
        battery.charging !== 'discharging' &&
        !alarms?.some((id) => id === 'on-battery' || id === 'input-bad')
    );
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
 * Alarms of the table, and, where it has fewer rows than the device counts, how many it does not name; none if the device counts none and
 * the table is empty. Rows count, whatever the number says.
 */
function readAlarms(values: ReadonlyMap<string, SnmpValue>, tableKnown: boolean): PartialStatus['alarms'] {
    const present = readNumber(values.get(SCALARS.upsAlarmsPresent), RULES.count);
    const rows: SnmpValue[] = [];
    for (const [oid, value] of values) if (oid.startsWith(`${ALARM_COLUMN}.`)) rows.push(value);
    if (rows.length === 0 && present === undefined) return tableKnown ? [] : undefined;
    const ids = alarmIds(rows);
    // Where the rows were cut off, so many are enough.
    const untold = rows.length >= MOST_ALARMS ? 0 : (present ?? 0) - rows.length;
    return untold > 0 ? [...ids, untoldAlarms(untold)].sort() : ids;
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
