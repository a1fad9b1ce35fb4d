import type { Forecast } from '../core/batteries/health/forecast';
import type { HealthLack } from '../core/batteries/health/lacks';
import { gradeRank, type HealthGrade, type HealthReason } from '../core/batteries/health/reasons';
import type { BlockCapacity } from '../core/batteries/health/capacity';
import { percentText, signedText } from './battery-names';
import type { ReportLanguage } from './language';
import type { Cell, Tone } from './sheet';

/** Why a block stands out, in a sentence. */
export function reasonText(reason: HealthReason, language: ReportLanguage): string {
    const { code, value, limit, perWeek, since, forecast } = reason;
    const data = { value: valueText(reason, language), limit: valueText({ code, value: limit }, language) };
    switch (code) {
        case 'capacity':
            return language.say(`reason.capacity-${foundBy(reason)}`, {
                value: percentText(language, value),
                error: language.number(reason.plusMinus),
            });
        case 'rising':
        case 'ageing':
            return [
                language.say(`reason.${code}`, {
                    ...data,
                    week: signedText(language, perWeek, '%', 1),
                    since: since === undefined ? language.date(since) : language.day(since),
                }),
                ...(forecast ? [forecastSentence(forecast, language)] : []),
            ].join(' ');
        default:
            return language.say(`reason.${code}`, data);
    }
}

export function reasonsText(reasons: readonly HealthReason[], language: ReportLanguage): string {
    return reasons.map((reason) => reasonText(reason, language)).join(' ');
}

function valueText({ code, value }: Pick<HealthReason, 'code' | 'value'>, language: ReportLanguage): string {
    if (code === 'float-low' || code === 'float-high') return signedText(language, value, 'V', 2);
    return code === 'heat' ? language.amount(value, 'K', 1) : percentText(language, value);
}

function foundBy({ by, against }: Pick<BlockCapacity, 'by' | 'against'> | HealthReason): string {
    if (by === 'observed') return 'observed';
    return against === 'assumed' ? 'assumed' : 'compared';
}

/** `83 % (± 4), compared` */
export function capacityText(capacity: BlockCapacity | undefined, language: ReportLanguage): string {
    if (!capacity) return percentText(language, undefined);
    return language.say(`blocks.capacity-${foundBy(capacity)}`, {
        value: percentText(language, capacity.percent),
        error: language.number(capacity.plusMinus),
    });
}

function forecastSentence(forecast: Forecast, language: ReportLanguage): string {
    if (forecast.reached) return language.say('forecast.reached');
    return language.say(`forecast.${forecast.latest === undefined ? 'open' : 'range'}`, {
        from: language.day(forecast.earliest),
        to: forecast.latest === undefined ? '' : language.day(forecast.latest),
    });
}

/** `between 3 May and 9 June`, or from when on. */
export function datesText(
    { earliest, latest }: { earliest?: number; latest?: number },
    language: ReportLanguage,
): string {
    if (earliest === undefined) return language.date(earliest);
    const from = language.day(earliest);
    return latest === undefined
        ? language.say('forecast.after', { from })
        : language.say('forecast.between', { from, to: language.day(latest) });
}

const TONES: Record<HealthGrade, Tone> = { watch: 'warn', warning: 'warn', replace: 'bad' };

export function gradeCell(grade: HealthGrade | undefined, language: ReportLanguage): Cell {
    if (grade === undefined) return { text: language.say('grade.none') };
    return { text: language.say(`grade.${grade}`), tone: TONES[grade] };
}

export function countGrades(grades: readonly (HealthGrade | undefined)[]): Record<HealthGrade, number> {
    const counts = { watch: 0, warning: 0, replace: 0 };
    for (const grade of grades) if (gradeRank(grade) > 0) counts[grade!]++;
    return counts;
}

/** What cannot be judged yet, in a sentence. */
export function lackText({ of, why, blocks, have, need, from }: HealthLack, language: ReportLanguage): string {
    return language.say(`lack.${why}`, {
        what: language.say(`lack.of.${of}`),
        count: blocks,
        have,
        need,
        from: from === undefined ? undefined : language.day(from),
    });
}
