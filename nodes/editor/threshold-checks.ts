import {
    COMPARISONS,
    escalates as isEscalation,
    levelFault,
    limitsOf,
    type Comparison,
    type ThresholdLevelConfig,
} from '../../lib/core/thresholds/config';
import { LIMITS_PROPERTIES, limitsProblem, type SensorConfig } from '../../lib/core/sensors/sensor-config';
import { check } from './checks';
import type { Verdict } from './entry-checks';
import type { EditorNode } from './red';
import { scale as scales, type Scale } from './temperature';
import { t } from './texts';

export type Level = ThresholdLevelConfig;

/** The limits that a comparison uses. */
export function limitNames(comparison: Comparison | undefined): string[] {
    if (!comparison || !COMPARISONS.includes(comparison)) return [];
    const used = limitsOf({ comparison, low: 0, high: 0 });
    return Object.entries(used).flatMap(([name, limit]) => (limit === undefined ? [] : [name]));
}

/** What is wrong with a threshold level, or true. */
export function checkLevel(level: Level | null | undefined): Verdict {
    const fault = level ? levelFault(level) : undefined;
    return fault === undefined || t(`level.check.${fault}`);
}

/** Whether the alarm comes after the warning: further out on each side, or as far out and later. */
export function escalates(warning: Level | null | undefined, alarm: Level | null | undefined): boolean {
    return !warning?.enabled || !alarm?.enabled || isEscalation(warning, alarm);
}

/** "below 15", "outside 10 to 34", "15 or less" if a value at the limit counts: how a label tells a level. */
export function describeLevel(level: Level | null | undefined, scale: Scale = scales.plain, atLimit = false): string {
    if (!level?.enabled) return '';
    const [low, high] = [level.low, level.high].map((limit) => (isNumber(limit) ? scale.shown(limit) : limit));
    return t(`level.${atLimit ? 'atLimit' : 'short'}.${level.comparison}`, { low, high });
}

export function isNumber(value: unknown): value is number {
    return typeof value === 'number' && Number.isFinite(value);
}

/** What the runtime would refuse in a sensor's limits: the property and why, or undefined. */
export function sensorProblem(config: SensorConfig): [property: string, why: string] | undefined {
    const problem = limitsProblem(config);
    return problem && [problem.property, problem.why];
}

/** What is wrong with one of these fields of an ups-sensor, or true. */
export function sensorField(node: EditorNode, property: string, value: unknown, options?: object): Verdict {
    const number = check.number('ups-sensor', property, value, options);
    if (number !== true) return number;
    // In an open dialog all fields are as they are shown, perhaps in °F; the node has them in °C.
    const shown = (name: string) => (node.temperatures ? $(`#node-input-${name}`).val() : node[name]);
    const config = Object.fromEntries(LIMITS_PROPERTIES.map((name) => [name, shown(name)]));
    const [wrong, why] = sensorProblem({ ...config, [property]: value } as SensorConfig) ?? [];
    return wrong !== property || node._!(`ups-sensor.error.${why}`);
}
