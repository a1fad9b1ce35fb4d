import type { BatteryHealth } from '../core/batteries/health/health';
import type { HealthGrade } from '../core/batteries/health/reasons';
import { replacementList } from '../core/batteries/health/replacement';
import { WEEK_MS } from '../core/batteries/health/series';
import { installedAt, noteOf, type BatteryInventory } from '../core/batteries/inventory';
import type { BatteryNames } from './battery-names';
import { stringName } from './battery-names';
import { countGrades, datesText, gradeCell, lackText, reasonText } from './battery-reasons';
import type { ReportLanguage } from './language';

/** The health of a battery as pages and programs are shown it: plain JSON, sentences in the language of the site; what is not known is absent. */
export interface BatteryHealthView {
    /** When it was judged, and when it is judged again, epoch ms; absent: not judged yet. */
    at?: number;
    next?: number;
    modules: number;
    /** How many blocks of each grade. */
    counts: Record<HealthGrade, number>;
    /** Blocks that stand out, the weakest first. */
    ranking: RankedBlock[];
    strings: { string: number; name: string; capacity?: number; floatMedian?: number; temperatureMedian?: number }[];
    /** What cannot be judged yet, and why. */
    lacks: string[];
}

export interface RankedBlock {
    module: number;
    string: number;
    stringName: string;
    grade: HealthGrade;
    /** In a word. */
    gradeText: string;
    reasons: string[];
    /** It is on the replacement list: `by-date` within `earliest` and `latest` (epoch ms; without `latest` from then on). */
    replace?: { when: 'now' | 'by-date' | 'soon'; text: string; earliest?: number; latest?: number };
    /** Epoch ms. */
    installedAt?: number;
    notes?: string;
}

/** @param battery when all of it was installed, epoch ms */
export function batteryHealthView(
    health: BatteryHealth | undefined,
    inventory: BatteryInventory,
    names: BatteryNames,
    language: ReportLanguage,
    battery?: number,
): BatteryHealthView {
    if (!health)
        return {
            modules: 0,
            counts: countGrades([]),
            ranking: [],
            strings: [],
            lacks: [language.say('health.notYet')],
        };
    const listed = new Map(replacementList(health).blocks.map((block) => [block.module, block]));
    return {
        at: health.at,
        next: health.at + WEEK_MS,
        modules: health.modules,
        counts: countGrades(health.blocks.map(({ grade }) => grade)),
        ranking: health.ranking.flatMap((module): RankedBlock[] => {
            const { string, grade, reasons } = health.blocks[module - 1]!;
            if (!grade) return [];
            const place = listed.get(module);
            const { when, earliest, latest } = place ?? {};
            const note = noteOf(inventory, module);
            const installed = installedAt(inventory, module, battery);
            return [
                {
                    module,
                    string,
                    stringName: stringName(names, string),
                    grade,
                    gradeText: gradeCell(grade, language).text,
                    reasons: reasons.map((reason) => reasonText(reason, language)),
                    ...(place &&
                        when && {
                            replace: {
                                when,
                                text:
                                    when === 'by-date'
                                        ? datesText(place, language)
                                        : language.say(`replacement.${when}`),
                                ...(earliest !== undefined && { earliest }),
                                ...(latest !== undefined && { latest }),
                            },
                        }),
                    ...(installed !== undefined && { installedAt: installed }),
                    ...(note && { notes: note }),
                },
            ];
        }),
        strings: Array.from({ length: health.strings }, (_, i) => {
            const capacity = health.stringCapacity[i];
            const float = health.float.find(({ string }) => string === i + 1)?.median;
            const warmth = health.temperature.find(({ string }) => string === i + 1)?.median;
            return {
                string: i + 1,
                name: stringName(names, i + 1),
                ...(capacity !== null && capacity !== undefined && { capacity }),
                ...(float !== undefined && { floatMedian: float }),
                ...(warmth !== undefined && { temperatureMedian: warmth }),
            };
        }),
        lacks: health.lacks.map((lack) => lackText(lack, language)),
    };
}
