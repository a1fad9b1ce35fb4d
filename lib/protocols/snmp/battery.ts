import type { AlarmId } from '../../core/status/alarms';
import type { Battery } from '../../core/status/status';
import { STATUS_CHARGING, STATUS_DISCHARGING } from './alarms';
import { readInstallationDate } from './generex';
import { RULES, SCALARS, type NumberRule, type ScalarName } from './oids';
import type { SnmpValue } from './transport';
import { settle, type Units, type Vote } from './units';
import { batteryVoltageVote, chargeVote, temperatureVote } from './unit-votes';
import { known, rawNumber, readEnum, readNumber, scaled } from './values';

const BATTERY_STATUS = { 1: 'unknown', 2: 'normal', 3: 'low', 4: 'depleted' } as const;
const CONDITION = { 0: 'good', 1: 'weak', 2: 'replace' } as const;

/** Last values of quantities that change slowly. A sudden drop to a tenth means that the card changed its unit. JSON. */
export interface RecentValues {
    charge?: RecentValue;
    temperature?: RecentValue;
}

interface RecentValue {
    value: number;
    /** Epoch ms */
    at: number;
}

/** An older value is not compared: the battery may have changed this much since. */
const RECENT_MS = 10 * 60_000;

/** The battery in SI units. Uses the units learned for this device; updates `units` and `recent`. */
export function readBattery(
    values: ReadonlyMap<string, SnmpValue>,
    time: number,
    alarms: readonly AlarmId[] | undefined,
    units: Units,
    recent: RecentValues,
): Battery {
    const get = (name: ScalarName) => values.get(SCALARS[name]);
    const number = (name: ScalarName, rule: NumberRule) => readNumber(get(name), rule);
    const state = readEnum(get('upsBatteryStatus'), BATTERY_STATUS);
    const before = (name: keyof RecentValues) => {
        const last = recent[name];
        return last && Math.abs(time - last.at) <= RECENT_MS ? last.value : undefined;
    };
    const learned = (
        column: 'charge' | 'temperature' | 'batteryVoltage',
        name: ScalarName,
        rule: NumberRule,
        voteOf: (raw: number) => Vote,
    ): number | undefined => {
        const raw = rawNumber(get(name));
        if (raw === undefined || rule.unknown.includes(raw)) return undefined;
        const divisor = settle(units, column, voteOf(raw), rule.divisor);
        const value = divisor === undefined ? undefined : scaled(raw, rule, divisor);
        if (value !== undefined && column !== 'batteryVoltage') recent[column] = { value, at: time };
        return value;
    };
    const exhausted = state === 'low' || state === 'depleted';
    const lowMinutes = number('upsConfigLowBattTime', RULES.minutes);
    const battery: Battery = known({
        state,
        condition: readEnum(get('upsBatteryCondition'), CONDITION),
        charging: alarms?.includes(STATUS_CHARGING)
            ? 'charging'
            : alarms?.includes(STATUS_DISCHARGING)
              ? 'discharging'
              : undefined,
        secondsOnBattery: number('upsSecondsOnBattery', RULES.seconds),
        minutesRemaining: number('upsEstimatedMinutesRemaining', RULES.minutes),
        chargePercent: learned('charge', 'upsEstimatedChargeRemaining', RULES.percent, (raw) =>
            chargeVote(raw, units.charge?.divisor, units.charge?.votes ?? 0, before('charge'), exhausted),
        ),
        // 0 min is an empty field: with this limit, the battery would be low only when it is empty.
        lowMinutes: lowMinutes === 0 ? undefined : lowMinutes,
        voltage: learned('batteryVoltage', 'upsBatteryVoltage', RULES.dcVoltage, (raw) =>
            batteryVoltageVote(raw, units.batteryVoltage?.divisor),
        ),
        // Tenths of a volt [inferred from upsBatteryVoltage: the CS141 manual, "RFC 1628 MIB Overview", names no unit].
        positiveVoltage: number('upsBatteryPositiveVoltage', RULES.halfVoltage),
        negativeVoltage: halfOf(number('upsBatteryNegativeVoltage', RULES.signedHalfVoltage)),
        current: number('upsBatteryCurrent', RULES.dcCurrent),
        temperature: learned('temperature', 'upsBatteryTemperature', RULES.temperature, (raw) =>
            temperatureVote(raw, units.temperature?.divisor, before('temperature')),
        ),
        installedOn: readInstallationDate(get('upsBatteryInstallationDate')),
    });
    if (battery.minutesRemaining === 0 && !isSpent(battery, alarms)) delete battery.minutesRemaining;
    return battery;
}

/** Percent. A battery with more charge is not empty. */
const ALMOST_EMPTY = 10;

/**
 * Whether 0 minutes remaining can be true. By RFC 1628, batteryNormal means more runtime than upsConfigLowBattTime, hence more
 * than 0; and 0 is not a valid estimate (PositiveInteger). If 0 were trusted, a full battery on mains would fire every
 * remaining-runtime job at once.
 */
function isSpent({ state, chargePercent }: Battery, alarms: readonly AlarmId[] | undefined): boolean {
    if (state === 'low' || state === 'depleted' || chargePercent === 0) return true;
    if (alarms?.some((id) => id === 'low-battery' || id === 'depleted-battery')) return true;
    return state !== 'normal' && (chargePercent ?? 0) <= ALMOST_EMPTY;
}

/** Some cards report the lower half as a voltage against the centre tap: a negative value. */
function halfOf(voltage: number | undefined): number | undefined {
    return voltage === undefined ? undefined : Math.abs(voltage);
}
