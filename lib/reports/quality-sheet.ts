import { clockSentences, footOf, siteLine } from './common-sheet';
import { UNKNOWN, type ReportLanguage } from './language';
import type { PhaseVoltage, QualityReport } from './quality';
import type { Part, Sheet, Table } from './sheet';

/** The class in whose lengths a poll misses outages. */
const UNSEEN = 'below1s';

/** Lays out the report of power quality. */
export function qualitySheet(report: QualityReport, language: ReportLanguage): Sheet {
    const { from, to, list, limits } = report;
    const say = language.say.bind(language);
    const last = to > from ? to - 1 : to;
    const data = {
        from: language.day(from),
        to: language.day(last),
        count: list.length,
        time: language.duration(report.outageSeconds),
        part: language.percent(report.mainsAvailability, 4),
    };
    return {
        language: language.tag,
        title: say('quality.title', data),
        subtitle: siteLine(report, language),
        lead: say(report.mainsAvailability === undefined ? 'quality.leadNothing' : 'quality.lead', data),
        sections: [
            {
                heading: say('quality.availability'),
                parts: [
                    {
                        kind: 'facts',
                        rows: [
                            [say('quality.mains'), language.percent(report.mainsAvailability, 4)],
                            [say('quality.output'), language.percent(report.outputAvailability, 4)],
                            [say('quality.covered'), language.percent(report.coverage)],
                            [say('quality.count'), language.number(list.length)],
                            [say('quality.deviceCount'), language.number(report.deviceCount)],
                            [say('quality.outageTime'), language.duration(report.outageSeconds)],
                            [say('quality.longest'), language.duration(report.longestSeconds)],
                        ],
                    },
                    { kind: 'text', text: say('quality.countNote') },
                ],
            },
            {
                heading: say('quality.lengths'),
                parts: [lengthsTable(report, language), { kind: 'text', text: say('quality.lengthsNote') }],
            },
            { heading: say('quality.list'), parts: [listTable(report, language), ...clockNotes(report, language)] },
            {
                heading: say('quality.voltage'),
                parts: [
                    ...(limits
                        ? [
                              {
                                  kind: 'text',
                                  text: say('quality.limits', {
                                      nominal: language.amount(limits.nominal, 'V', 1),
                                      percent: language.number(limits.percent, 1),
                                      low: language.amount(limits.low, 'V', 1),
                                      high: language.amount(limits.high, 'V', 1),
                                  }),
                              } satisfies Part,
                          ]
                        : [{ kind: 'text', text: say('quality.noLimits') } satisfies Part]),
                    voltageTable(report, language),
                    { kind: 'text', text: say('quality.voltageNote') },
                ],
            },
        ],
        foot: footOf(report, language, [say('quality.how')]),
    };
}

function lengthsTable({ outages }: QualityReport, language: ReportLanguage): Table {
    const say = language.say.bind(language);
    return {
        kind: 'table',
        caption: say('quality.lengthsCaption'),
        columns: [
            { title: say('column.length') },
            { title: say('column.class') },
            { title: say('column.count'), numeric: true },
            { title: say('column.sum'), numeric: true },
        ],
        rows: outages.map(({ length, count, seconds }) => [
            say(`length.${length}`),
            say(`class.${length}`),
            // None seen does not mean that there was none.
            length === UNSEEN && count === 0 ? UNKNOWN : language.number(count),
            count === 0 ? UNKNOWN : language.duration(seconds),
        ]),
        empty: '',
    };
}

function listTable({ list }: QualityReport, language: ReportLanguage): Table {
    const say = language.say.bind(language);
    return {
        kind: 'table',
        caption: say('quality.listCaption'),
        columns: [
            { title: say('column.from'), time: true },
            { title: say('column.to'), time: true },
            { title: say('column.lasted'), numeric: true },
        ],
        rows: list.map(({ since, until, seconds }) => [
            language.date(since),
            until === undefined ? say('outage.lasting') : language.near(until, since),
            language.duration(seconds),
        ]),
        empty: say('quality.none'),
    };
}

/** Of each outage in which the wall clock was set. */
function clockNotes({ list }: QualityReport, language: ReportLanguage): Part[] {
    return list.flatMap((outage) =>
        clockSentences(outage, language).map((sentence): Part => {
            return { kind: 'text', text: `${language.date(outage.since)}: ${sentence}` };
        }),
    );
}

function voltageTable({ voltages, limits }: QualityReport, language: ReportLanguage): Table {
    const say = language.say.bind(language);
    const extreme = (value: PhaseVoltage['lowest']) =>
        value
            ? say('battery.at', { value: language.amount(value.volts, 'V', 1), time: language.date(value.at) })
            : UNKNOWN;
    const outside = (value: PhaseVoltage['below']) =>
        value === undefined
            ? UNKNOWN
            : value.times === 0
              ? language.number(0)
              : `${language.number(value.times)} (${language.duration(value.seconds)})`;
    return {
        kind: 'table',
        caption: say('quality.voltageCaption'),
        columns: [
            { title: say('column.phase') },
            { title: say('column.lowest') },
            { title: say('column.highest') },
            ...(limits
                ? [
                      { title: say('column.below'), numeric: true },
                      { title: say('column.above'), numeric: true },
                  ]
                : []),
            { title: say('column.known'), numeric: true },
        ],
        rows: voltages.map(({ phase, lowest, highest, below, above, knownSeconds }) => [
            `L${phase}`,
            extreme(lowest),
            extreme(highest),
            ...(limits ? [outside(below), outside(above)] : []),
            language.duration(knownSeconds),
        ]),
        empty: say('quality.noVoltage'),
    };
}
