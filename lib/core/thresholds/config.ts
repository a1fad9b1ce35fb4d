import { UpsError } from '../errors';
import { said, type Sentence, type Told } from '../language/sentence';
import { isThresholdValue } from './values';

export const COMPARISONS = ['out-of-range', 'less-than', 'greater-than'] as const;

export type Comparison = (typeof COMPARISONS)[number];

/** One of the two levels of a threshold. Limits are in the unit of the watched value. */
export interface ThresholdLevelConfig {
    enabled?: boolean;
    comparison: Comparison;
    /** Trips below this (less-than, out-of-range). */
    low?: number;
    /** Trips above this (greater-than, out-of-range). */
    high?: number;
    /**
     * true: a value that reaches the limit counts, too. Default: only a value beyond it (CS141 manual, "Exemplary excerpt: Custom
     * Thresholds").
     */
    atLimit?: boolean;
    /** Ends at or above this; default `low`. */
    recoveryLow?: number;
    /** Ends at or below this; default `high`. */
    recoveryHigh?: number;
    /** How long the condition must last before it counts, s; default 0. */
    seconds?: number;
    /** The level stays on after its condition has ended, until it is reset. */
    latch?: boolean;
}

export interface ThresholdConfig {
    /** Id of the watched value, e.g. `battery.chargePercent`; checked if given. */
    value?: string;
    /** For both levels, see ThresholdLevelConfig. */
    atLimit?: boolean;
    warning?: ThresholdLevelConfig;
    alarm?: ThresholdLevelConfig;
}

export type ThresholdLevelName = 'warning' | 'alarm';

/** The fault of a level, as a word for programs; people read its text from the catalogue of the editor. */
export type LevelFault = 'comparison' | 'limits' | 'order' | 'recoveryLow' | 'recoveryHigh' | 'recovery' | 'seconds';

/** A fault in a configuration: a property (`alarm.low`), its value, and what was expected. */
export interface ThresholdProblem {
    property: string;
    value?: string | number;
    problem: Told;
    /** Set if the fault concerns one level alone. */
    fault?: LevelFault;
}

/** The limits that a comparison uses, each with the value at which it ends. */
export interface Limits {
    low?: number;
    high?: number;
    recoveryLow?: number;
    recoveryHigh?: number;
}

/** The limits that the chosen comparison uses; other limits may contain old values from the editor. */
export function limitsOf(level: ThresholdLevelConfig): Limits {
    const low = level.comparison === 'greater-than' ? undefined : figure(level.low);
    const high = level.comparison === 'less-than' ? undefined : figure(level.high);
    return {
        low,
        high,
        recoveryLow: low === undefined ? undefined : (figure(level.recoveryLow) ?? low),
        recoveryHigh: high === undefined ? undefined : (figure(level.recoveryHigh) ?? high),
    };
}

/** Reads a number from a config or an editor field; an empty or unreadable value is undefined. */
export function figure(value: unknown): number | undefined {
    const number = isGiven(value) && typeof value !== 'object' ? Number(String(value).trim()) : NaN;
    return Number.isFinite(number) ? number : undefined;
}

/** Whether a field has a value; blanks are no value. */
export function isGiven(value: unknown): boolean {
    return typeof value === 'object' ? value !== null : String(value ?? '').trim() !== '';
}

/** For error messages: the side of another setting on which a limit must be. */
export function bound(
    side: 'above' | 'below' | 'atLeast' | 'atMost',
    name: string,
    value: number | undefined,
): Sentence {
    return said(`bound.${side}`, { name, value });
}

/** All faults in the configuration of a threshold; empty if it is valid. */
export function validateThreshold(config: ThresholdConfig): ThresholdProblem[] {
    const problems: ThresholdProblem[] = [];
    if (config.value !== undefined && !isThresholdValue(config.value)) {
        problems.push({ property: 'value', value: config.value, problem: said('expected.upsValue') });
    }
    const { warning, alarm } = config;
    if (!warning?.enabled && !alarm?.enabled) {
        problems.push({ property: 'warning.enabled', problem: said('expected.oneLevel') });
    }
    if (warning?.enabled) problems.push(...levelProblems('warning', warning));
    if (alarm?.enabled) problems.push(...levelProblems('alarm', alarm));
    if (problems.length === 0 && warning?.enabled && alarm?.enabled) {
        problems.push(...escalationProblems(warning, alarm));
    }
    return problems;
}

/** @throws UpsError config-missing or config-invalid with the first invalid property */
export function assertThreshold(config: ThresholdConfig): void {
    const [first] = validateThreshold(config);
    if (!first) return;
    const { property, value, problem } = first;
    if (value === undefined) throw new UpsError('config-missing', { property, expected: problem });
    throw new UpsError('config-invalid', { property, value, expected: problem });
}

/** The fault of a level by itself; undefined if it is valid, or switched off. */
export function levelFault(level: ThresholdLevelConfig): LevelFault | undefined {
    return level.enabled ? levelProblems('alarm', level)[0]?.fault : undefined;
}

/** Whether the alarm is an escalation of the warning, as required. Each level may also be used alone. */
export function escalates(warning: ThresholdLevelConfig, alarm: ThresholdLevelConfig): boolean {
    return escalationProblems(warning, alarm).length === 0;
}

function levelProblems(name: ThresholdLevelName, level: ThresholdLevelConfig): ThresholdProblem[] {
    const problems: ThresholdProblem[] = [];
    const report = (property: keyof ThresholdLevelConfig, fault: LevelFault, problem: Told) => {
        const value = level[property];
        const shown = typeof value === 'number' || typeof value === 'string' ? value : undefined;
        problems.push({
            property: `${name}.${property}`,
            ...(shown !== undefined && { value: shown }),
            problem,
            fault,
        });
    };
    if (!COMPARISONS.includes(level.comparison)) {
        report('comparison', 'comparison', COMPARISONS.join(', '));
        return problems;
    }
    const used: ('low' | 'high')[] =
        level.comparison === 'less-than' ? ['low'] : level.comparison === 'greater-than' ? ['high'] : ['low', 'high'];
    for (const property of used)
        if (figure(level[property]) === undefined) report(property, 'limits', said('expected.number'));
    for (const property of ['recoveryLow', 'recoveryHigh'] as const) {
        if (isGiven(level[property]) && figure(level[property]) === undefined)
            report(property, property, said('expected.numberOrEmpty'));
    }
    if (isGiven(level.seconds) && !((figure(level.seconds) ?? -1) >= 0))
        report('seconds', 'seconds', said('expected.numberFrom', { min: 0 }));
    if (problems.length > 0) return problems;

    const { low, high, recoveryLow, recoveryHigh } = limitsOf(level);
    if (low !== undefined && high !== undefined && low >= high)
        report('high', 'order', bound('above', `${name}.low`, low));
    if (low !== undefined && recoveryLow! < low)
        report('recoveryLow', 'recoveryLow', bound('atLeast', `${name}.low`, low));
    if (high !== undefined && recoveryHigh! > high)
        report('recoveryHigh', 'recoveryHigh', bound('atMost', `${name}.high`, high));
    if (problems.length === 0 && low !== undefined && high !== undefined && recoveryLow! > recoveryHigh!) {
        report('recoveryLow', 'recovery', bound('atMost', `${name}.recoveryHigh`, recoveryHigh!));
    }
    return problems;
}

/**
 * The alarm must be an escalation of the warning (CS141 manual, "Choose your alarm notification state" and "Custom Thresholds"): its limit
 * is further out on a side that the warning watches as well, or the limits are the same and its time is longer.
 */
function escalationProblems(warning: ThresholdLevelConfig, alarm: ThresholdLevelConfig): ThresholdProblem[] {
    const first = limitsOf(warning);
    const then = limitsOf(alarm);
    const unwatched =
        (then.low !== undefined && first.low === undefined) || (then.high !== undefined && first.high === undefined);
    if (unwatched) {
        return [{ property: 'alarm.comparison', value: alarm.comparison, problem: said('expected.watchedSide') }];
    }
    const low = { property: 'alarm.low', value: then.low, problem: bound('below', 'warning.low', first.low) };
    const high = { property: 'alarm.high', value: then.high, problem: bound('above', 'warning.high', first.high) };
    if (then.low !== undefined && then.low > first.low!) return [low];
    if (then.high !== undefined && then.high < first.high!) return [high];
    const same = then.low === first.low && then.high === first.high;
    const later = (figure(alarm.seconds) ?? 0) > (figure(warning.seconds) ?? 0);
    return same && !later ? [then.low !== undefined ? low : high] : [];
}
