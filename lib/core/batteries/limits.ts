import { said, type Sentence, type Told } from '../language/sentence';
import { bound, figure, isGiven, type ThresholdLevelConfig } from '../thresholds/config';
import { BLOCK_UNITS, STRING_UNITS } from './model';

export type LimitSide = 'low' | 'high';
export type LimitLevel = 'warning' | 'alarm';

/** One limit on one side. Low: on below `value`, over at or above `recovery`. High: on above, over at or below. */
export interface Limit {
    /** In the unit of the limit's kind, see LIMIT_KINDS. */
    value: number;
    /** The value at which it ends; default: `value`. */
    recovery?: number;
    /** How long the value must be beyond it before it counts, s; default 0. */
    seconds?: number;
}

/** A side without a limit is off. */
export interface LevelLimits {
    low?: Limit;
    high?: Limit;
}

export interface LimitPair {
    warning?: LevelLimits;
    alarm?: LevelLimits;
}

export interface LimitKindInfo {
    unit: string;
    /** What it judges: each module or each string. */
    of: 'module' | 'string';
    sides: readonly LimitSide[];
    levels: readonly LimitLevel[];
    event(level: LimitLevel, side: LimitSide): string;
}

const BOTH_SIDES: readonly LimitSide[] = ['low', 'high'];
const BOTH_LEVELS: readonly LimitLevel[] = ['warning', 'alarm'];

const kind = (
    unit: string,
    of: LimitKindInfo['of'],
    event: LimitKindInfo['event'],
    { sides = BOTH_SIDES, levels = BOTH_LEVELS }: Partial<Pick<LimitKindInfo, 'sides' | 'levels'>> = {},
): LimitKindInfo => ({ unit, of, sides, levels, event });

/**
 * Every kind of limit (CS141 manual, "Enable Current Thresholds", "Enable String Deviation", "The type selection", "Setting up battery voltage",
 * "Enable Max Voltage Difference", "String Thresholds", "Defining Warning und Alarm level" and "Threshold definition"). Deviations are signed: 25 is
 * above the reference by 25 %, -25 below; voltage difference likewise, in V. Currents are signed: the low limit is the strongest discharge.
 */
export const LIMIT_KINDS = {
    voltage: kind(BLOCK_UNITS.voltage, 'module', (level, side) => `voltage-${side}-${level}`),
    temperature: kind(BLOCK_UNITS.temperature, 'module', (level, side) => `temperature-${side}-${level}`),
    impedanceStatic: kind(BLOCK_UNITS.impedance, 'module', (level, side) => `impedance-${side}-${level}`),
    impedanceDynamic: kind('%', 'module', (level, side) => `impedance-${side}-${level}`),
    impedanceBaseline: kind('%', 'module', (level) => `baseline-impedance-${level}`),
    voltageDifference: kind('V', 'module', () => 'voltage-difference-warning', { levels: ['warning'] }),
    moduleCharge: kind('%', 'module', (level) => `module-charge-low-${level}`, { sides: ['low'] }),
    stringCharge: kind('%', 'string', (level) => `string-charge-low-${level}`, { sides: ['low'] }),
    stringVoltage: kind(STRING_UNITS.voltage, 'string', (level, side) => `string-voltage-${side}-${level}`),
    stringCurrent: kind(STRING_UNITS.current, 'string', (level, side) => `string-current-${side}-${level}`),
    deviationCharge: kind('%', 'string', (level) => `current-deviation-charge-${level}`),
    deviationDischarge: kind('%', 'string', (level) => `current-deviation-discharge-${level}`),
} as const satisfies Record<string, LimitKindInfo>;

export type LimitKind = keyof typeof LIMIT_KINDS;
export const LIMIT_KIND_NAMES = Object.keys(LIMIT_KINDS) as LimitKind[];

/** The limits of a battery; a kind that is missing is off. */
export type BatteryLimits = Partial<Record<LimitKind, LimitPair>>;

/** One limit of the table, with all that a rule needs to judge it. */
export interface PlacedLimit {
    kind: LimitKind;
    level: LimitLevel;
    side: LimitSide;
    limit: Limit;
    eventId: string;
}

/** The limits that are on, warning before alarm. Sides and levels that a kind lacks are left out. */
export function placedLimits(limits: BatteryLimits): PlacedLimit[] {
    return LIMIT_KIND_NAMES.flatMap((name) => {
        const { levels, sides, event }: LimitKindInfo = LIMIT_KINDS[name];
        return levels.flatMap((level) =>
            sides.flatMap((side) => {
                const limit = limits[name]?.[level]?.[side];
                return limit === undefined
                    ? []
                    : [{ kind: name, level, side, limit, eventId: event(level, side) } satisfies PlacedLimit];
            }),
        );
    });
}

/** The same limit above and below a reference. @param value above 0 */
export function deviation(value: number, more: Omit<Limit, 'value'> = {}): LevelLimits {
    const { recovery, seconds } = more;
    const side = (sign: 1 | -1): Limit => ({
        value: sign * value,
        ...(recovery !== undefined && { recovery: sign * recovery }),
        ...(seconds !== undefined && { seconds }),
    });
    return { low: side(-1), high: side(1) };
}

/**
 * Limits that a new battery starts with: impedance against the average (CS141 manual, "Impedance": 25 % and 50 %), against the baseline (ours: 25 % and
 * 50 %; counts once a baseline is set), and the temperatures of its example (CS141 manual, "Defining Warning und Alarm level"). Its voltages by nominal
 * voltage are in a picture alone: they are off until somebody sets them, or takes over those of the card.
 */
export function defaultLimits(): BatteryLimits {
    return {
        temperature: {
            warning: { low: { value: 10 }, high: { value: 32 } },
            alarm: { low: { value: 5 }, high: { value: 36 } },
        },
        impedanceDynamic: { warning: deviation(25), alarm: deviation(50) },
        impedanceBaseline: { warning: deviation(25), alarm: deviation(50) },
    };
}

/** As a level of a threshold, whose meaning a limit shares. */
export function asThresholdLevel(side: LimitSide, { value, recovery, seconds }: Limit): ThresholdLevelConfig {
    return side === 'low'
        ? { enabled: true, comparison: 'less-than', low: value, recoveryLow: recovery, seconds }
        : { enabled: true, comparison: 'greater-than', high: value, recoveryHigh: recovery, seconds };
}

/** A fault in the settings of a battery: a property (`limits.voltage.alarm.low.value`), its value, and what was expected. */
export interface BatteryProblem {
    property: string;
    value?: string | number;
    problem: Told;
}

/** All faults in the limits; empty if they are valid. */
export function validateLimits(limits: BatteryLimits): BatteryProblem[] {
    return LIMIT_KIND_NAMES.flatMap((name) => {
        const pair = limits[name];
        if (!pair) return [];
        const { levels, sides }: LimitKindInfo = LIMIT_KINDS[name];
        const property = (level: LimitLevel, side: LimitSide) => `limits.${name}.${level}.${side}`;
        const problems = levels.flatMap((level) => [
            ...sides.flatMap((side) => limitProblems(property(level, side), side, pair[level]?.[side])),
        ]);
        if (problems.length > 0) return problems;
        return [
            ...levels.flatMap((level) => rangeProblems((side) => property(level, side), pair[level])),
            ...sides.flatMap((side) => escalationProblems((level) => property(level, side), side, pair)),
        ];
    });
}

function limitProblems(property: string, side: LimitSide, limit: Limit | undefined): BatteryProblem[] {
    if (limit === undefined) return [];
    const problems: BatteryProblem[] = [];
    const report = (name: keyof Limit, problem: Sentence) =>
        problems.push(fault(`${property}.${name}`, limit[name], problem));
    const value = figure(limit.value);
    const recovery = figure(limit.recovery);
    if (value === undefined) report('value', said('expected.number'));
    if (isGiven(limit.recovery) && recovery === undefined) report('recovery', said('expected.numberOrEmpty'));
    if (isGiven(limit.seconds) && !((figure(limit.seconds) ?? -1) >= 0))
        report('seconds', said('expected.numberFrom', { min: 0 }));
    if (value === undefined || recovery === undefined) return problems;
    if (side === 'low' ? recovery < value : recovery > value)
        report('recovery', bound(side === 'low' ? 'atLeast' : 'atMost', `${property}.value`, value));
    return problems;
}

/** The low limit is below the high one, and the low one ends before the high one would begin to. */
function rangeProblems(property: (side: LimitSide) => string, level: LevelLimits | undefined): BatteryProblem[] {
    if (!level?.low || !level.high) return [];
    const { low, high } = level;
    if (low.value >= high.value)
        return [fault(`${property('high')}.value`, high.value, bound('above', `${property('low')}.value`, low.value))];
    const end = high.recovery ?? high.value;
    return (low.recovery ?? low.value) > end
        ? [fault(`${property('low')}.recovery`, low.recovery, bound('atMost', `${property('high')}.recovery`, end))]
        : [];
}

/**
 * The alarm is the escalation of its warning (CS141 manual, "Setting up battery voltage": the warning is reached before the alarm): its limit is further out,
 * or the same and later. Each may also be used alone.
 */
function escalationProblems(
    property: (level: LimitLevel) => string,
    side: LimitSide,
    pair: LimitPair,
): BatteryProblem[] {
    const warning = pair.warning?.[side];
    const alarm = pair.alarm?.[side];
    if (!warning || !alarm) return [];
    const further = side === 'low' ? alarm.value < warning.value : alarm.value > warning.value;
    const later = alarm.value === warning.value && (figure(alarm.seconds) ?? 0) > (figure(warning.seconds) ?? 0);
    if (further || later) return [];
    const place = side === 'low' ? 'below' : 'above';
    return [
        fault(`${property('alarm')}.value`, alarm.value, bound(place, `${property('warning')}.value`, warning.value)),
    ];
}

function fault(property: string, value: unknown, problem: Sentence): BatteryProblem {
    const shown = typeof value === 'number' || typeof value === 'string' ? value : undefined;
    return { property, ...(shown !== undefined && { value: shown }), problem };
}
