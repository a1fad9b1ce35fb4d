import { LIMIT_KINDS, type BatteryLimits, type LevelLimits, type LimitKind, type LimitKindInfo } from './limits';

/** The kinds of limits that a card tells, and whether both sides are one number. A deviation counts on both sides: its high side stands for both. */
const TOLD: readonly (readonly [kind: LimitKind, oneNumber: boolean])[] = [
    ['voltage', false],
    ['temperature', false],
    ['impedanceStatic', false],
    ['stringVoltage', false],
    ['deviationCharge', true],
    ['deviationDischarge', true],
];

/**
 * The limits that a battery monitor tells, as a battery has them; kinds of which it tells none are left out.
 * @param told by the event that each leads to, as `CardSettings.limits`; units as in LIMIT_KINDS
 */
export function limitsOfCard(told: Readonly<Record<string, number>>): BatteryLimits {
    const found = TOLD.map(([kind, oneNumber]) => {
        const { levels, event }: LimitKindInfo = LIMIT_KINDS[kind];
        const sides = oneNumber ? (['high'] as const) : (['low', 'high'] as const);
        const pairs = levels.flatMap((level) => {
            const limits = sides.flatMap((side) => {
                const value = told[event(level, side)];
                return value === undefined ? [] : [[side, { value }] as const];
            });
            return limits.length > 0 ? [[level, Object.fromEntries(limits) as LevelLimits] as const] : [];
        });
        return [kind, Object.fromEntries(pairs)] as const;
    });
    return Object.fromEntries(found.filter(([, pair]) => Object.keys(pair).length > 0));
}
