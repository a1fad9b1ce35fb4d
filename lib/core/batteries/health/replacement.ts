import type { BatteryHealth } from './health';
import type { HealthReason } from './reasons';

/** One block of the replacement list. */
export interface Replacement {
    module: number;
    string: number;
    /** `now`; `by-date`: within the range of its forecast; `soon`: no date can be told. */
    when: 'now' | 'by-date' | 'soon';
    earliest?: number;
    latest?: number;
    reasons: HealthReason[];
}

export interface ReplacementList {
    blocks: Replacement[];
    /** Strings of which so many blocks are on the list that the whole string should be thought of. */
    worn: { string: number; listed: number; of: number }[];
}

/** From this part of a string on, new blocks among old ones no longer pay [ours]. */
const WORN = 0.25;

/** The blocks that have to be replaced, or will have to: those of grade `warning` and `replace`, the most urgent first. */
export function replacementList(health: BatteryHealth): ReplacementList {
    const listed = health.ranking
        .map((module) => health.blocks[module - 1]!)
        .filter(({ grade }) => grade === 'replace' || grade === 'warning')
        .map(({ module, string, grade, reasons }): Replacement => {
            const forecast = reasons.find((reason) => reason.forecast)?.forecast;
            if (grade === 'replace') return { module, string, when: 'now', reasons };
            if (!forecast || forecast.reached) return { module, string, when: forecast ? 'now' : 'soon', reasons };
            const { earliest, latest } = forecast;
            return { module, string, when: 'by-date', earliest, ...(latest !== undefined && { latest }), reasons };
        });
    const urgency = { now: 0, 'by-date': 1, soon: 2 };
    const blocks = listed.sort((a, b) => urgency[a.when] - urgency[b.when] || (a.earliest ?? 0) - (b.earliest ?? 0));
    const of = health.modules / health.strings;
    const worn = Array.from({ length: health.strings }, (_, index) => {
        const count = blocks.filter(({ string }) => string === index + 1).length;
        return { string: index + 1, listed: count, of };
    }).filter(({ listed: count }) => count > 1 && count / of >= WORN);
    return { blocks, worn };
}
