import { footOf, siteLine } from './common-sheet';
import type { EnergyPeriod, EnergyReport } from './energy';
import type { ReportLanguage } from './language';
import type { Part, Sheet, Table } from './sheet';

const KILOWATT_HOURS = 'kWh';

/** Lays out the report of energy per day and month. */
export function energySheet(report: EnergyReport, language: ReportLanguage): Sheet {
    const { from, to, total, days, months } = report;
    const say = language.say.bind(language);
    // `to` is the first moment after the last day.
    const last = to > from ? to - 1 : to;
    const data = { from: language.day(from), to: language.day(last), energy: kilowattHours(total, language) };
    const counted = total.deviceKilowattHours;
    const notes = [say('energy.how'), say('energy.coverage')];
    return {
        language: language.tag,
        title: say('energy.title', data),
        subtitle: siteLine(report, language),
        lead:
            total.kilowattHours === undefined
                ? say('energy.leadNothing', data)
                : say('energy.lead', { ...data, part: language.percent(total.coverage) }),
        sections: [
            {
                heading: say('energy.months'),
                parts: [
                    table(report, months, say('energy.monthsCaption'), (each) => language.month(each.from), language),
                ],
            },
            {
                heading: say('energy.days'),
                parts: [
                    ...chart(days, language),
                    table(report, days, say('energy.daysCaption'), (each) => language.day(each.from), language),
                ],
            },
        ],
        foot: footOf(report, language, counted === undefined ? notes : [...notes, say('energy.device')]),
    };
}

function kilowattHours({ kilowattHours: energy }: { kilowattHours?: number }, language: ReportLanguage): string {
    return energy === undefined
        ? language.amount(undefined, '')
        : `${language.number(energy, 2, true)}\u00a0${KILOWATT_HOURS}`;
}

function chart(days: readonly EnergyPeriod[], language: ReportLanguage): Part[] {
    const known = days.filter(({ kilowattHours: energy }) => energy !== undefined);
    if (known.length < 2) return [];
    const most = known.reduce((best, day) => (day.kilowattHours! > best.kilowattHours! ? day : best));
    const dayOfMonth = (name: string) => String(Number(name.slice(8)));
    return [
        {
            kind: 'bars',
            title: language.say('energy.chart'),
            description: language.say('energy.chartText', {
                day: language.day(most.from),
                energy: kilowattHours(most, language),
            }),
            unit: [KILOWATT_HOURS, language.say('energy.dashed')].join(' · '),
            bars: days.map(({ name, kilowattHours: value, coverage }) => ({
                name: dayOfMonth(name),
                ...(value === undefined ? {} : { value }),
                coverage,
            })),
            y: (value) => language.number(value, 2),
        },
    ];
}

function table(
    { phases, total }: EnergyReport,
    periods: readonly EnergyPeriod[],
    caption: string,
    name: (period: EnergyPeriod) => string,
    language: ReportLanguage,
): Table {
    const say = language.say.bind(language);
    const eachPhase = phases > 1 ? Array.from({ length: phases }, (_, index) => index) : [];
    const isCounted = total.deviceKilowattHours !== undefined;
    const row = (title: string, period: EnergyPeriod) => [
        title,
        language.number(period.hours, 1),
        ...eachPhase.map((index) => language.number(period.phases[index]?.kilowattHours, 2, true)),
        language.number(period.kilowattHours, 2, true),
        ...(isCounted ? [language.number(period.deviceKilowattHours, 2, true)] : []),
        language.percent(period.coverage),
        language.number(period.peakWatts),
    ];
    return {
        kind: 'table',
        caption,
        columns: [
            { title: say('column.period') },
            { title: say('column.hours'), numeric: true },
            ...eachPhase.map((index) => ({ title: `L${index + 1} (${KILOWATT_HOURS})`, numeric: true })),
            { title: say('column.energy'), numeric: true },
            ...(isCounted ? [{ title: say('column.deviceEnergy'), numeric: true }] : []),
            { title: say('column.coverage'), numeric: true },
            { title: say('column.peak'), numeric: true },
        ],
        rows: {
            // With a sum below more than one.
            length: periods.length + (periods.length > 1 ? 1 : 0),
            at: (index) => {
                const period = periods[index];
                return period ? row(name(period), period) : row(say('energy.total'), total);
            },
        },
        empty: say('energy.empty'),
    };
}
