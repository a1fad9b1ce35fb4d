import { UpsError } from '../errors';
import { said, type Sentence, type Told } from '../language/sentence';
import { bound, figure, isGiven, type ThresholdLevelConfig } from '../thresholds/config';
import { asFlag } from '../words';

/** From the lowest to the highest. */
export const SENSOR_LEVELS = ['alarm-low', 'pre-alarm-low', 'pre-alarm-high', 'alarm-high'] as const;

export type SensorLevelName = (typeof SENSOR_LEVELS)[number];

/**
 * An analog sensor. Limits, hysteresis and range are in the unit of the scaled value; empty editor fields (undefined, '') switch
 * a limit off.
 */
export interface SensorConfig {
    /** Value = raw * scale + offset; defaults 1 and 0. */
    scale?: number;
    offset?: number;
    /** What the sensor can measure: a value outside is a broken sensor, not a measurement. */
    min?: number;
    max?: number;
    /** Mean of the last so many readings; default 1. */
    samples?: number;
    alarmLow?: number;
    preAlarmLow?: number;
    preAlarmHigh?: number;
    alarmHigh?: number;
    /**
     * Whether a value that reaches a limit counts (CS141 manual, "Sensor event vs matrix event": "reached or exceeded"), or only one beyond
     * it. Default: true.
     */
    atLimit?: boolean | string;
    /** A level ends so far inside of its limit; default 0. */
    hysteresis?: number;
    /** Where a level ends, in place of the hysteresis. */
    alarmLowRecovery?: number;
    preAlarmLowRecovery?: number;
    preAlarmHighRecovery?: number;
    alarmHighRecovery?: number;
    /** How long a limit must be passed before it counts; default 0. */
    seconds?: number;
    /** Levels stay on until a reset. */
    latch?: boolean | string;
    /** Without a value for so long the connection is lost; 0: never. */
    timeoutSeconds?: number;
}

type LimitName = 'alarmLow' | 'preAlarmLow' | 'preAlarmHigh' | 'alarmHigh';

const LIMITS: Readonly<Record<SensorLevelName, LimitName>> = {
    'alarm-low': 'alarmLow',
    'pre-alarm-low': 'preAlarmLow',
    'pre-alarm-high': 'preAlarmHigh',
    'alarm-high': 'alarmHigh',
};
const FIGURES = [
    ...(['scale', 'offset', 'min', 'max', 'samples', 'hysteresis', 'seconds', 'timeoutSeconds'] as const),
    ...Object.values(LIMITS).flatMap((name) => [name, `${name}Recovery`] as const),
];
const MOST_SAMPLES = 1000;

export function limitOf(config: SensorConfig, level: SensorLevelName): number | undefined {
    return figure(config[LIMITS[level]]);
}

/** The level as a threshold: where it trips, and where it ends. */
export function levelConfig(config: SensorConfig, level: SensorLevelName): ThresholdLevelConfig {
    const limit = limitOf(config, level);
    const hysteresis = figure(config.hysteresis) ?? 0;
    const given = figure(config[`${LIMITS[level]}Recovery`]);
    const common = {
        enabled: limit !== undefined,
        seconds: figure(config.seconds) ?? 0,
        latch: asFlag(config.latch) ?? false,
        atLimit: asFlag(config.atLimit) ?? true,
    };
    return level.endsWith('low')
        ? { ...common, comparison: 'less-than', low: limit, recoveryLow: given ?? (limit ?? 0) + hysteresis }
        : { ...common, comparison: 'greater-than', high: limit, recoveryHigh: given ?? (limit ?? 0) - hysteresis };
}

/**
 * The pre-alarm lies inside of the alarm on either side, also below zero (CS141 manual, "Pre-alarm / alarm"); a level ends before the
 * opposite one begins.
 * @throws UpsError config-invalid, naming the property
 */
export function assertSensor(config: SensorConfig): void {
    const wrong = (property: string, expected: Told): never => {
        const value = config[property as keyof SensorConfig];
        throw new UpsError('config-invalid', { property, value: String(value), expected });
    };
    for (const property of FIGURES) {
        const value: unknown = config[property];
        if (isGiven(value) && figure(value) === undefined) wrong(property, said('expected.numberOrEmpty'));
    }
    for (const property of ['latch', 'atLimit'] as const) {
        const value = config[property];
        const given = value !== undefined && value !== null;
        if (given && asFlag(value) === undefined) wrong(property, said('expected.tick'));
    }
    if (figure(config.scale) === 0) wrong('scale', said('expected.notZero'));
    const samples = figure(config.samples) ?? 1;
    if (!Number.isInteger(samples) || samples < 1 || samples > MOST_SAMPLES)
        wrong('samples', said('expected.wholeBetween', { min: 1, max: MOST_SAMPLES }));
    for (const property of ['hysteresis', 'seconds', 'timeoutSeconds'] as const) {
        if ((figure(config[property]) ?? 0) < 0) wrong(property, said('expected.numberFrom', { min: 0 }));
    }
    const problem = limitsProblem(config);
    if (problem) wrong(problem.property, problem.expected);
}

/** What is wrong with the limits of a sensor. */
export interface LimitsProblem {
    property: LimitsProperty;
    /** Out of the range of the sensor, not in the order of the levels, or a level that would not end. */
    why: 'range' | 'order' | 'recovery';
    expected: Sentence;
}

type LimitsProperty = 'max' | 'hysteresis' | LimitName | `${LimitName}Recovery`;

/** Settings that the limits of a sensor are made of. */
export const LIMITS_PROPERTIES = [
    ...(['min', 'max', 'hysteresis'] as const),
    ...Object.values(LIMITS).flatMap((name) => [name, `${name}Recovery`] as const),
];

/** What is wrong with the range, the limits, and where their levels end; undefined when they may be used. */
export function limitsProblem(config: SensorConfig): LimitsProblem | undefined {
    const min = figure(config.min);
    const max = figure(config.max);
    if (min !== undefined && max !== undefined && min >= max)
        return { property: 'max', why: 'range', expected: bound('above', 'min', min) };
    let below: { name: LimitName; limit: number } | undefined;
    for (const level of SENSOR_LEVELS) {
        const name = LIMITS[level];
        const limit = limitOf(config, level);
        if (limit === undefined) continue;
        if (below && limit <= below.limit)
            return { property: name, why: 'order', expected: bound('above', below.name, below.limit) };
        if (min !== undefined && limit < min)
            return { property: name, why: 'range', expected: bound('atLeast', 'min', min) };
        if (max !== undefined && limit > max)
            return { property: name, why: 'range', expected: bound('atMost', 'max', max) };
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
    const property = figure(config[`${name}Recovery`]) === undefined ? 'hysteresis' : (`${name}Recovery` as const);
    const low = recoveryLow !== undefined;
    if (low ? recovery < limit : recovery > limit)
        return { property, why: 'recovery', expected: bound(low ? 'atLeast' : 'atMost', name, limit) };
    // A low level that ends only where a high one begins would never leave the sensor normal.
    for (const other of SENSOR_LEVELS) {
        const far = limitOf(config, other);
        if (far === undefined || other.endsWith('low') === low) continue;
        if (low ? recovery > far : recovery < far) {
            const ends = said(`expected.${low ? 'endsAtMost' : 'endsAtLeast'}`, {
                name,
                other: LIMITS[other],
                value: far,
            });
            return { property, why: 'recovery', expected: ends };
        }
    }
    return undefined;
}
