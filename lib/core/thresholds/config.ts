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
     * Trips at the limit, too: a value that reaches it counts. Default: only beyond it (CS141 manual, "Exemplary excerpt: Custom
     * Thresholds").
     */
    atLimit?: boolean;
    /** Ends at or above this; default `low`. */
    recoveryLow?: number;
    /** Ends at or below this; default `high`. */
    recoveryHigh?: number;
    /** How long the condition must hold before it counts; default 0. */
    seconds?: number;
    /** Stays on when the condition has ended, until reset. */
    latch?: boolean;
}

export interface ThresholdConfig {
    /** Id of the watched value, e.g. `battery.chargePercent`; checked if given. */
    value?: string;
    /** For both levels, see there. */
    atLimit?: boolean;
    warning?: ThresholdLevelConfig;
    alarm?: ThresholdLevelConfig;
}

export type ThresholdLevelName = 'warning' | 'alarm';

/** What is wrong with a level, as a word for programs; people read it from the catalogue of the editor. */
export type LevelFault = 'comparison' | 'limits' | 'order' | 'recoveryLow' | 'recoveryHigh' | 'recovery' | 'seconds';

/** What is wrong with a configuration: a property (`alarm.low`), its value, and what it should have been. */
export interface ThresholdProblem {
    property: string;
    value?: string | number;
    problem: Told;
    /** Of a level by itself. */
    fault?: LevelFault;
}

/** The limits that a comparison uses, each with the value at which it ends. */
export interface Limits {
    low?: number;
    high?: number;
    recoveryLow?: number;
    recoveryHigh?: number;
}

/** The limits that count under the chosen comparison; the others may hold leftovers of the editor. */
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

/** A figure from a config or an editor field: empty, blank and unreadable ones are `undefined`. */
export function figure(value: unknown): number | undefined {
    const number = isGiven(value) ? Number(String(value).trim()) : NaN;
    return Number.isFinite(number) ? number : undefined;
}

/** Whether a field says anything; blanks say nothing. */
export function isGiven(value: unknown): boolean {
    return String(value ?? '').trim() !== '';
}

/** For error messages: on which side of another setting a limit has to be. */
export function bound(
    side: 'above' | 'below' | 'atLeast' | 'atMost',
    name: string,
    value: number | undefined,
): Sentence {
    return said(`bound.${side}`, { name, value });
}

/** Everything that is wrong with a threshold's configuration; empty when it may be used. */
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

/** @throws UpsError config-missing or config-invalid, naming the first property that is wrong */
export function assertThreshold(config: ThresholdConfig): void {
    const [first] = validateThreshold(config);
    if (!first) return;
    const { property, value, problem } = first;
    if (value === undefined) throw new UpsError('config-missing', { property, expected: problem });
    throw new UpsError('config-invalid', { property, value, expected: problem });
}

/** What is wrong with a level by itself; undefined when it may be used, or is switched off. */
export function levelFault(level: ThresholdLevelConfig): LevelFault | undefined {
    return level.enabled ? levelProblems('alarm', level)[0]?.fault : undefined;
}

/** Whether the alarm is the escalation of the warning, as it has to be; each may be used by itself. */
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
 * The alarm is always the escalation of the warning (CS141 manual, "Choose your alarm notification state" and "Custom Thresholds"): it
 * trips further out on a side that the warning watches as well, or, at the same limits, after a longer time.
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
