import { validateLimits, type BatteryLimits, type Limit, type LimitSide } from '../../../lib/core/batteries/limits';
import { choice, number, ownFault, rows, seconds, type FieldFault, type When } from '../../../lib/core/settings';

/**
 * What a row of the table limits, by the kinds of `lib/core/batteries/limits.ts`. Deviations and differences count on both sides, so that their row has the high
 * limits alone.
 */
const DEVIATIONS = [
    'impedanceDynamic',
    'impedanceBaseline',
    'voltageDifference',
    'deviationCharge',
    'deviationDischarge',
] as const;
const CHARGES = ['moduleCharge', 'stringCharge'] as const;
/** Those that last as long as the battery's own setting says (CS141 manual, "String deviation delay in Minutes"), where the row says nothing. */
const DELAYED = ['deviationCharge', 'deviationDischarge'] as const;
const KINDS = [
    'voltage',
    'temperature',
    'impedanceDynamic',
    'impedanceBaseline',
    'impedanceStatic',
    'voltageDifference',
    'moduleCharge',
    'stringCharge',
    'stringVoltage',
    'stringCurrent',
    'deviationCharge',
    'deviationDischarge',
] as const;

export interface LimitRow {
    kind: (typeof KINDS)[number];
    alarmLow?: number;
    warningLow?: number;
    warningHigh?: number;
    alarmHigh?: number;
    /** How far the value has to come back before it ends. */
    recovery: number;
    seconds: number;
}

const twoSided = { kind: { not: [...DEVIATIONS] } } as const;
const limit = (when: When) => number({ icon: 'arrows-v', optional: true, when });

/** The table of limits of a battery. */
export function batteryLimits() {
    return rows(
        {
            kind: choice(KINDS, { default: 'voltage' }),
            alarmLow: limit(twoSided),
            warningLow: limit(twoSided),
            warningHigh: limit({ kind: { not: [...CHARGES] } }),
            alarmHigh: limit({ kind: { not: [...CHARGES, 'voltageDifference'] } }),
            recovery: number({ min: 0, default: 0 }),
            seconds: seconds({ min: 0, max: 86_400, default: 0 }),
        },
        {
            default: [
                row('temperature', { alarmLow: 5, warningLow: 10, warningHigh: 32, alarmHigh: 36, recovery: 1 }),
                row('impedanceDynamic', { warningHigh: 25, alarmHigh: 50, recovery: 2 }),
                row('impedanceBaseline', { warningHigh: 25, alarmHigh: 50, recovery: 2 }),
            ],
            unique: { column: 'kind', rule: 'kindTwice' },
            check: (each) => rowProblem(each as LimitRow),
        },
    );
}

function row(kind: LimitRow['kind'], values: Partial<LimitRow>): Readonly<Record<string, unknown>> {
    return { kind, ...values, seconds: 0 };
}

/** Whether a row limits currents, which only sensors tell. */
export function judgesCurrents(table: readonly LimitRow[]): boolean {
    return table.some(({ kind }) => kind === 'stringCurrent' || DELAYED.some((each) => each === kind));
}

/** The rows as the rules read them. */
export function limitsOfRows(table: readonly LimitRow[]): BatteryLimits {
    return Object.fromEntries(table.map((each) => [each.kind, pairOf(each)]));
}

function pairOf({ kind, recovery, seconds: lasts, ...given }: LimitRow) {
    const isDeviation = DEVIATIONS.some((each) => each === kind);
    const isOpen = lasts === 0 && DELAYED.some((each) => each === kind);
    const at = (value: number | undefined, side: LimitSide): Limit | undefined =>
        value === undefined
            ? undefined
            : {
                  value,
                  recovery: side === 'low' ? value + recovery : value - recovery,
                  ...(!isOpen && { seconds: lasts }),
              };
    const level = (low: number | undefined, high: number | undefined) => {
        const below = isDeviation && high !== undefined ? -high : low;
        const [lowLimit, highLimit] = [at(below, 'low'), at(high, 'high')];
        return { ...(lowLimit && { low: lowLimit }), ...(highLimit && { high: highLimit }) };
    };
    return {
        warning: level(given.warningLow, given.warningHigh),
        alarm: level(given.alarmLow, given.alarmHigh),
    };
}

/** The rows of a dialog from limits that a battery monitor tells. */
export function rowsOfLimits(limits: BatteryLimits): LimitRow[] {
    return KINDS.flatMap((kind) => {
        const pair = limits[kind];
        if (!pair) return [];
        const { warning, alarm } = pair;
        return [
            {
                kind,
                alarmLow: alarm?.low?.value,
                warningLow: warning?.low?.value,
                warningHigh: warning?.high?.value,
                alarmHigh: alarm?.high?.value,
                recovery: 0,
                seconds: 0,
            },
        ];
    });
}

/** The cells of a row that hold a limit. */
export const LIMIT_CELLS = ['alarmLow', 'warningLow', 'warningHigh', 'alarmHigh'] as const;

/** A cell of the table that takes another value. */
export interface LimitChange {
    kind: LimitRow['kind'];
    cell: (typeof LIMIT_CELLS)[number];
    /** Absent: the cell was empty. */
    was?: number;
    now: number;
}

/** The table with what a battery monitor tells: its limits take the place of those in the same cells, all else stays. */
export function withLimits(
    table: readonly LimitRow[],
    told: readonly LimitRow[],
): { rows: LimitRow[]; changes: LimitChange[] } {
    const changes: LimitChange[] = [];
    const filled = (row: LimitRow, { kind, ...from }: LimitRow): LimitRow => {
        const next = { ...row };
        for (const cell of LIMIT_CELLS) {
            const now = from[cell];
            const was = row[cell];
            if (now === undefined || now === was) continue;
            next[cell] = now;
            changes.push({ kind, cell, ...(was !== undefined && { was }), now });
        }
        return next;
    };
    const rows = table.map((row) => {
        const from = told.find(({ kind }) => kind === row.kind);
        return from ? filled(row, from) : row;
    });
    const added = told
        .filter(({ kind }) => !table.some((row) => row.kind === kind))
        .map((from) => filled({ kind: from.kind, recovery: 0, seconds: 0 }, from));
    return { rows: [...rows, ...added], changes };
}

function rowProblem(each: LimitRow): FieldFault | undefined {
    const isDeviation = DEVIATIONS.some((kind) => kind === each.kind);
    const given = [each.alarmLow, each.warningLow, each.warningHigh, each.alarmHigh].filter(
        (value) => value !== undefined,
    );
    if (given.length === 0) return ownFault('limitEmpty');
    if (isDeviation && given.some((value) => value <= 0)) return ownFault('limitNotAbove', given[0]);
    const [problem] = validateLimits(limitsOfRows([each]));
    if (!problem) return undefined;
    return ownFault(problem.property.endsWith('recovery') ? 'limitRecovery' : 'limitOrder', problem.value);
}
