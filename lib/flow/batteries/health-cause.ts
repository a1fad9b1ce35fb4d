import { MOST_NAMED } from '../../core/batteries/battery-detail';
import type { BatteryHealth, BlockHealth } from '../../core/batteries/health/health';
import { gradeRank, type HealthReason } from '../../core/batteries/health/reasons';
import type { OwnCause } from '../../core/batteries/rule-book';

export const FAILING = 'block-failing';
export const CAPACITY_LOW = 'capacity-low';

const TREND: readonly HealthReason['code'][] = ['rising', 'ageing', 'impedance', 'step-resistance'];

/** Which blocks an event of the health is about, the weakest first; undefined: none. Blocks that are only to be watched do not count. */
export function healthCause(
    eventId: typeof FAILING | typeof CAPACITY_LOW,
    health: BatteryHealth,
): OwnCause | undefined {
    const codes = eventId === FAILING ? TREND : (['capacity'] as const);
    const reasonOf = ({ reasons }: BlockHealth) =>
        reasons.find(
            ({ code, grade }) => (codes as readonly string[]).includes(code) && gradeRank(grade) > gradeRank('watch'),
        );
    const found = health.ranking.flatMap((module) => {
        const block = health.blocks[module - 1];
        const reason = block && reasonOf(block);
        return reason ? [{ module, string: block.string, value: rounded(reason.value), limit: reason.limit }] : [];
    });
    const [worst] = found;
    if (!worst) return undefined;
    const named = found.slice(0, MOST_NAMED).map(({ module, value }) => ({ of: module, value }));
    return {
        modules: ascending(found.map(({ module }) => module)),
        strings: ascending(found.map(({ string }) => string)),
        rule: 'health',
        side: eventId === FAILING ? 'high' : 'low',
        limit: worst.limit,
        value: worst.value,
        unit: '%',
        worst: worst.module,
        named,
        more: found.length - named.length,
    };
}

function rounded(value: number): number {
    return Math.round(value * 10) / 10 + 0;
}

function ascending(numbers: readonly number[]): number[] {
    return [...new Set(numbers)].sort((a, b) => a - b);
}
