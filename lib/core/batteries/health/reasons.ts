import type { BlockCapacity } from './capacity';
import type { Forecast } from './forecast';
import type { BlockImpedance } from './impedance';

export const HEALTH_REASONS = [
    'capacity',
    'rising',
    'ageing',
    'impedance',
    'worn',
    'above-string',
    'step-resistance',
    'float-low',
    'float-high',
    'heat',
] as const;
/**
 * Why a block stands out. `capacity` in %; `rising` (fails within weeks or months) and `ageing` (ages much faster than its string): % over its baseline;
 * `impedance`: the same, without its trend; `worn`: as `impedance`, and its string is so too; `above-string`: % above the impedance of its string;
 * `step-resistance`: the same of the resistance from the load step; `float-low`, `float-high`: V from the median of its string; `heat`: K above it.
 */
export type HealthReasonCode = (typeof HEALTH_REASONS)[number];

/** `watch`: look at it again; `warning`: it will have to be replaced; `replace`: now. */
export type HealthGrade = 'watch' | 'warning' | 'replace';

/** A reason in numbers; catalogues say it in words. */
export interface HealthReason {
    code: HealthReasonCode;
    grade: HealthGrade;
    /** See `HealthReasonCode`. */
    value: number;
    /** The limit that it is beyond. */
    limit: number;
    /** Error (95 %) of `value`. */
    plusMinus?: number;
    /** `capacity`: how it was found. */
    by?: BlockCapacity['by'];
    against?: BlockCapacity['against'];
    /** % per week, of `rising` and `ageing`. */
    perWeek?: number;
    /** `rising`, `ageing`: named since, epoch ms. */
    since?: number;
    forecast?: Forecast;
}

/** Limits of ours: the first is watched, the second worse. All can be set. */
export interface HealthLimits {
    /** % of rated: below the first it is to be tested each year, below the second replaced. */
    capacity: readonly [watch: number, replace: number];
    /** % over the baseline; the forecast is about the first. */
    impedance: readonly [warning: number, replace: number];
    /** % above the string. */
    aboveString: readonly [watch: number, warning: number];
    stepResistance: readonly [watch: number, warning: number];
    /** Of the median of the string, %; and so many standard deviations at least. */
    float: readonly [watch: number, warning: number];
    floatDeviations: number;
    /** K above the median of the string. */
    heat: readonly [watch: number, warning: number];
}

export const HEALTH_LIMITS: HealthLimits = {
    capacity: [90, 80],
    impedance: [25, 50],
    aboveString: [25, 50],
    stepResistance: [30, 60],
    float: [1.5, 3],
    floatDeviations: 5,
    heat: [3, 6],
};

/** What is known of a block, for its reasons. NaN: not known. */
export interface BlockFacts {
    capacity?: BlockCapacity | undefined;
    impedance?: BlockImpedance | undefined;
    /** % above the median of its string. */
    stepAboveString: number;
    /** V from the median of its string, that median, and the standard deviation in the string. */
    float: number;
    floatMedian: number;
    floatDeviation: number;
    /** K above the median of its string. */
    heat: number;
}

/** Everything that stands out of a block, the worst first. */
export function reasonsOf(facts: BlockFacts, limits: HealthLimits): HealthReason[] {
    return [
        ...capacityReason(facts.capacity, limits),
        ...impedanceReasons(facts.impedance, limits),
        ...above('step-resistance', facts.stepAboveString, limits.stepResistance, ['watch', 'warning']),
        ...floatReason(facts, limits),
        ...above('heat', facts.heat, limits.heat, ['watch', 'warning']),
    ].sort((a, b) => gradeRank(b.grade) - gradeRank(a.grade) || excess(b) - excess(a));
}

export function gradeRank(grade: HealthGrade | undefined): number {
    return grade === undefined ? 0 : { watch: 1, warning: 2, replace: 3 }[grade];
}

/** How far a reason is beyond its limit: 1 is at it. */
export function excess({ code, value, limit }: HealthReason): number {
    return code === 'capacity' ? limit / Math.max(value, 1) : Math.abs(value / limit);
}

/** A capacity that was compared is low only if it is so with its error; one that was observed is as it is. */
function capacityReason(
    capacity: BlockCapacity | undefined,
    { capacity: [watch, replace] }: HealthLimits,
): HealthReason[] {
    if (!capacity) return [];
    const { percent, plusMinus, by, against } = capacity;
    const surely = by === 'observed' ? percent : percent + plusMinus;
    if (surely >= watch) return [];
    const grade = surely < replace ? 'replace' : percent < replace ? 'warning' : 'watch';
    const limit = grade === 'watch' ? watch : replace;
    return [{ code: 'capacity', grade, value: percent, limit, plusMinus, by, ...(against && { against }) }];
}

function impedanceReasons(impedance: BlockImpedance | undefined, limits: HealthLimits): HealthReason[] {
    if (!impedance) return [];
    const { trend, overBaseline = NaN, overString = NaN } = impedance;
    const [warning, replace] = limits.impedance;
    const failing = trend?.failing;
    // Beyond what the string did, where that is known: warmth and a new calibration move all blocks.
    const own = trend ? trend.rise * 100 : overBaseline * 100;
    const found: HealthReason[] = [];
    if (failing) {
        const { since, by, forecast } = failing;
        found.push({
            code: by === 'rise' ? 'rising' : 'ageing',
            grade: own >= replace ? 'replace' : 'warning',
            value: own,
            limit: own >= replace ? replace : warning,
            perWeek: trend.perWeek * 100,
            since,
            ...(forecast && { forecast }),
        });
    } else found.push(...above('impedance', own, limits.impedance, ['warning', 'replace']));
    if (trend && own < warning)
        found.push(...above('worn', overBaseline * 100, limits.impedance, ['watch', 'warning']));
    // A block that rises is above its string by that: one reason is enough.
    if (found.length === 0)
        found.push(...above('above-string', overString * 100, limits.aboveString, ['watch', 'warning']));
    return found;
}

function floatReason({ float, floatMedian, floatDeviation }: BlockFacts, limits: HealthLimits): HealthReason[] {
    const least = Number.isNaN(floatDeviation) ? 0 : limits.floatDeviations * floatDeviation;
    const [watch, warning] = limits.float.map((percent) => Math.max((floatMedian * percent) / 100, least)) as [
        number,
        number,
    ];
    const code = float < 0 ? 'float-low' : 'float-high';
    return above(code, Math.abs(float), [watch, warning], ['watch', 'warning']).map((reason) => ({
        ...reason,
        value: float,
        limit: float < 0 ? -reason.limit : reason.limit,
    }));
}

function above(
    code: HealthReasonCode,
    value: number,
    [low, high]: readonly [number, number],
    [first, second]: readonly [HealthGrade, HealthGrade],
): HealthReason[] {
    if (!(value >= low)) return [];
    return [value >= high ? { code, grade: second, value, limit: high } : { code, grade: first, value, limit: low }];
}
