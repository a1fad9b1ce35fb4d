import type { ThresholdLevelConfig } from '../thresholds/config';

/** From the lowest to the highest. */
export const SENSOR_LEVELS = ['alarm-low', 'pre-alarm-low', 'pre-alarm-high', 'alarm-high'] as const;

export type SensorLevelName = (typeof SENSOR_LEVELS)[number];

/** An analog sensor. Limits, hysteresis and range are in the unit of the scaled value; a level without a limit is off. */
export interface SensorConfig {
    /** Value = raw * scale + offset; defaults 1 and 0. */
    scale?: number;
    offset?: number;
    /** Range of the sensor: a value outside of it comes from a broken sensor. */
    min?: number;
    max?: number;
    /** The value is the mean of so many readings; default 1. */
    samples?: number;
    alarmLow?: number;
    preAlarmLow?: number;
    preAlarmHigh?: number;
    alarmHigh?: number;
    /**
     * true (default): a value that reaches a limit counts (CS141 manual, "Sensor event vs matrix event": "reached or exceeded"). false:
     * only a value beyond it counts.
     */
    atLimit?: boolean;
    /** How far inside of its limit a level ends; default 0. */
    hysteresis?: number;
    /** The value at which a level ends; replaces the hysteresis. */
    alarmLowRecovery?: number;
    preAlarmLowRecovery?: number;
    preAlarmHighRecovery?: number;
    alarmHighRecovery?: number;
    /** How long the value must be beyond a limit before it counts, s; default 0. */
    seconds?: number;
    /** Low levels stay on until a reset; high levels do. */
    latchLow?: boolean;
    latchHigh?: boolean;
    /** The connection counts as lost after so long without a value, s; 0: never. */
    timeoutSeconds?: number;
}

type LimitName = 'alarmLow' | 'preAlarmLow' | 'preAlarmHigh' | 'alarmHigh';

const LIMITS: Readonly<Record<SensorLevelName, LimitName>> = {
    'alarm-low': 'alarmLow',
    'pre-alarm-low': 'preAlarmLow',
    'pre-alarm-high': 'preAlarmHigh',
    'alarm-high': 'alarmHigh',
};
export function limitOf(config: SensorConfig, level: SensorLevelName): number | undefined {
    return config[LIMITS[level]];
}

/** The level as a threshold: the values at which it begins and ends. */
export function levelConfig(config: SensorConfig, level: SensorLevelName): ThresholdLevelConfig {
    const limit = limitOf(config, level);
    const hysteresis = config.hysteresis ?? 0;
    const given = config[`${LIMITS[level]}Recovery`];
    const isLow = level.endsWith('low');
    const common = {
        enabled: limit !== undefined,
        seconds: config.seconds ?? 0,
        latch: (isLow ? config.latchLow : config.latchHigh) ?? false,
        atLimit: config.atLimit ?? true,
    };
    return isLow
        ? { ...common, comparison: 'less-than', low: limit, recoveryLow: given ?? (limit ?? 0) + hysteresis }
        : { ...common, comparison: 'greater-than', high: limit, recoveryHigh: given ?? (limit ?? 0) - hysteresis };
}

/** A fault in the limits of a sensor. */
export interface LimitsProblem {
    property: LimitsProperty;
    /** Outside of the sensor's range; not in the order of the levels; or a level that would never end. */
    why: 'range' | 'order' | 'recovery';
}

export type LimitsProperty = 'max' | 'hysteresis' | LimitName | `${LimitName}Recovery`;

/**
 * Checks the range, the limits, and where their levels end; undefined if they are valid. The pre-alarm lies inside of the alarm on either
 * side, also below zero (CS141 manual, "Pre-alarm / alarm"); a level ends before the opposite one begins.
 */
export function limitsProblem(config: SensorConfig): LimitsProblem | undefined {
    const { min, max } = config;
    if (min !== undefined && max !== undefined && min >= max) return { property: 'max', why: 'range' };
    let below: { name: LimitName; limit: number } | undefined;
    for (const level of SENSOR_LEVELS) {
        const name = LIMITS[level];
        const limit = limitOf(config, level);
        if (limit === undefined) continue;
        if (below && limit <= below.limit) return { property: name, why: 'order' };
        if (min !== undefined && limit < min) return { property: name, why: 'range' };
        if (max !== undefined && limit > max) return { property: name, why: 'range' };
        below = { name, limit };
    }
    for (const level of SENSOR_LEVELS) {
        const problem = limitOf(config, level) === undefined ? undefined : recoveryProblem(config, level);
        if (problem) return problem;
    }
    return undefined;
}

function recoveryProblem(config: SensorConfig, level: SensorLevelName): LimitsProblem | undefined {
    const limit = limitOf(config, level)!;
    const { recoveryLow, recoveryHigh } = levelConfig(config, level);
    const recovery = (recoveryLow ?? recoveryHigh)!;
    const name = LIMITS[level];
    const property = config[`${name}Recovery`] === undefined ? 'hysteresis' : (`${name}Recovery` as const);
    const low = recoveryLow !== undefined;
    if (low ? recovery < limit : recovery > limit) return { property, why: 'recovery' };
    // If a low level ended only where a high level begins, the sensor would never be normal.
    for (const other of SENSOR_LEVELS) {
        const far = limitOf(config, other);
        if (far === undefined || other.endsWith('low') === low) continue;
        if (low ? recovery > far : recovery < far) return { property, why: 'recovery' };
    }
    return undefined;
}
