import type { Zone } from '../core/schedules/local-time';
import type { BatteryDischargeReport, DischargeCurve } from './battery-discharge';
import { blockName, percentText, stringName } from './battery-names';
import { capacityText } from './battery-reasons';
import { atMost, footOf, siteLine } from './common-sheet';
import type { ReportLanguage } from './language';
import type { Facts, LineChart, Part, Section, Sheet, Table } from './sheet';
import { timeTicks } from './time-ticks';

/** As many blocks as a battery may have. */
const MOST_BLOCKS = 512;
const TABLE_ROWS = 24;

/** Lays out the report of a discharge. */
export function batteryDischargeSheet(report: BatteryDischargeReport, language: ReportLanguage, zone: Zone): Sheet {
    return {
        language: language.tag,
        title: language.say('discharge.title', { date: language.date(report.since) }),
        subtitle: siteLine(report, language),
        lead: leadOf(report, language),
        sections: sectionsOf(report, language, zone),
        foot: footOf(report, language, [language.say('discharge.how'), language.say('discharge.howCompared')]),
    };
}

function leadOf(report: BatteryDischargeReport, language: ReportLanguage): string {
    const { since, until, seconds, ampereHours, kilowattHours, early, onsetMissed, gaps } = report;
    const data = { date: language.date(since), time: language.duration(seconds) };
    const amount = [
        ...(ampereHours === undefined ? [] : [language.amount(ampereHours, 'Ah', 1)]),
        ...(kilowattHours === undefined ? [] : [language.amount(kilowattHours, 'kWh', 2)]),
    ];
    return [
        until === undefined
            ? language.say('discharge.leadLasting', data)
            : language.say('discharge.leadOver', { ...data, until: language.near(until, since) }),
        ...(amount.length > 0 ? [language.say('discharge.leadAmount', { amount: amount.join(', ') })] : []),
        ...(early.length > 0 ? [language.say('discharge.leadEarly', { count: early.length })] : []),
        ...(onsetMissed ? [language.say('discharge.onsetMissed')] : []),
        ...(gaps.length > 0 ? [language.say('discharge.leadGaps', { count: gaps.length })] : []),
    ].join(' ');
}

function* sectionsOf(report: BatteryDischargeReport, language: ReportLanguage, zone: Zone): Generator<Section> {
    const say = (key: string) => language.say(`discharge.${key}`);
    yield { heading: say('facts'), parts: [factsOf(report, language), stringsTable(report, language)] };
    const charts = chartsOf(report, language, zone);
    if (charts.length > 0) yield { heading: language.say('outage.curves'), parts: charts };
    yield { heading: say('early'), parts: [earlyTable(report, language)] };
    yield { heading: say('blocks'), parts: [blocksTable(report, language)] };
    if (report.gaps.length > 0) yield { heading: language.say('outage.unseen'), parts: [gapsTable(report, language)] };
    if (charts.length > 0) yield { heading: language.say('outage.readings'), parts: [readingsTable(report, language)] };
}

function factsOf(report: BatteryDischargeReport, language: ReportLanguage): Facts {
    const { unit, blocks, since, until } = report;
    const device = [unit.manufacturer, unit.model, unit.serial].filter(Boolean).join(' ');
    const warmth = blocks.flatMap(({ celsius }) => celsius ?? []);
    const before = blocks.flatMap(({ voltsBefore }) => voltsBefore ?? []);
    const lowest = blocks.find(({ voltsAtEnd }) => voltsAtEnd !== undefined);
    const span = (values: readonly number[], text: (value: number) => string) =>
        values.length === 0
            ? text(NaN)
            : language.say('discharge.span', { low: text(Math.min(...values)), high: text(Math.max(...values)) });
    return {
        kind: 'facts',
        rows: [
            [language.say('outage.since'), language.date(since)],
            [
                language.say('outage.until'),
                until === undefined ? language.say('outage.lasting') : language.near(until, since),
            ],
            [language.say('outage.lasted'), language.duration(report.seconds)],
            [language.say('blocks.battery'), unit.name],
            ...(device ? [[language.say('blocks.type'), device] satisfies [string, string]] : []),
            [language.say('battery.ampereHours'), language.amount(report.ampereHours, 'Ah', 1)],
            [language.say('battery.energy'), language.amount(report.kilowattHours, 'kWh', 2)],
            [language.say('discharge.voltsBefore'), span(before, (value) => volts(language, value))],
            [
                language.say('discharge.temperature'),
                span(warmth, (value) => language.temperature(Number.isNaN(value) ? undefined : value)),
            ],
            [
                language.say('discharge.lowestAtEnd'),
                lowest
                    ? language.say('discharge.ofBlock', {
                          value: volts(language, lowest.voltsAtEnd),
                          block: blockName(report.names, lowest.module),
                      })
                    : volts(language, undefined),
            ],
            [language.say('discharge.endVoltage'), volts(language, report.endVoltage)],
            [language.say('discharge.id'), report.id],
        ],
    };
}

function volts(language: ReportLanguage, value: number | undefined): string {
    return language.amount(value === undefined || Number.isNaN(value) ? undefined : value, 'V', 2);
}

function stringsTable({ strings, names }: BatteryDischargeReport, language: ReportLanguage): Table {
    const column = (key: string) => ({ title: language.say(`blocks.column.${key}`), numeric: true });
    return {
        kind: 'table',
        caption: language.say('discharge.stringsCaption'),
        columns: [
            { title: language.say('blocks.column.string'), free: true },
            ...['currentBefore', 'meanCurrent', 'taken', 'depth', 'meanAtEnd', 'lowestAtEnd', 'capacity'].map(column),
        ],
        rows: strings.map((each) => [
            stringName(names, each.string),
            language.amount(each.currentBefore, 'A', 1),
            language.amount(each.meanCurrent, 'A', 1),
            language.amount(each.ampereHours, 'Ah', 1),
            language.percent(each.depth, 0),
            volts(language, each.meanAtEnd),
            each.lowestAtEnd
                ? `${volts(language, each.lowestAtEnd.volts)} (${each.lowestAtEnd.module})`
                : volts(language, undefined),
            percentText(language, each.capacityPercent),
        ]),
        empty: '',
    };
}

const CHARTS = [
    { key: 'voltage', quantities: ['median', 'lowest', 'highest'] },
    { key: 'weakest', quantities: ['block'] },
    { key: 'current', quantities: ['current'] },
] as const;

function chartsOf(report: BatteryDischargeReport, language: ReportLanguage, zone: Zone): LineChart[] {
    const { from, to, since, until, curves } = report;
    if (!(to > from)) return [];
    return CHARTS.flatMap(({ key, quantities }) => {
        const own = curves.filter(({ quantity }) => (quantities as readonly string[]).includes(quantity));
        if (own.length === 0) return [];
        const { unit } = own[0]!;
        const ranges = own.map((curve) => {
            const values = curve.points.flatMap(([, value]) => value ?? []);
            const lowest = language.amount(Math.min(...values), unit, 2);
            const highest = language.amount(Math.max(...values), unit, 2);
            return `${curveName(curve, language)}: ${language.say('chart.range', { lowest, highest })}`;
        });
        return [
            {
                kind: 'lines' as const,
                from,
                to,
                title: language.say(`discharge.chart.${key}`),
                description: [...ranges, language.say('chart.seeTable')].join(' '),
                unit,
                lines: own.map((curve) => ({ name: curveName(curve, language), points: curve.points })),
                bands: [
                    {
                        kind: 'outage' as const,
                        from: since,
                        to: until ?? to,
                        text: language.say('discharge.chart.band'),
                    },
                ],
                marks: [],
                ...(key === 'current' ? { atLeast: [0, 0] as const } : {}),
                ticks: {
                    x: timeTicks(zone, { from, to }).map((at) => ({ at, text: language.shortTime(at) })),
                    y: (value: number) => language.number(value, Number.isInteger(value) ? 0 : 2),
                },
            },
        ];
    });
}

/** Short: it stands beside the end of its line. */
function curveName({ quantity, module }: DischargeCurve, language: ReportLanguage): string {
    return language.say(`discharge.curve.${quantity}`, { module });
}

function earlyTable({ early, names, since, endVoltage }: BatteryDischargeReport, language: ReportLanguage): Table {
    return {
        kind: 'table',
        caption: language.say('discharge.earlyCaption', { volts: volts(language, endVoltage) }),
        columns: [
            { title: language.say('column.number'), numeric: true },
            { title: language.say('blocks.column.block'), free: true },
            { title: language.say('blocks.column.string'), free: true },
            { title: language.say('column.time'), time: true },
            { title: language.say('discharge.after'), numeric: true },
            { title: language.say('blocks.column.taken'), numeric: true },
        ],
        ...atMost(early, language, ({ module, string, at, seconds, ampereHours }, index) => [
            String(index + 1),
            blockName(names, module),
            stringName(names, string),
            language.near(at, since),
            language.duration(seconds),
            language.amount(ampereHours, 'Ah', 1),
        ]),
        empty: language.say(endVoltage === undefined ? 'discharge.noEndVoltage' : 'discharge.noneEarly'),
    };
}

function blocksTable({ blocks, names }: BatteryDischargeReport, language: ReportLanguage): Table {
    const column = (key: string) => ({ title: language.say(`blocks.column.${key}`), numeric: true });
    return {
        kind: 'table',
        caption: language.say('discharge.blocksCaption'),
        columns: [
            { title: language.say('blocks.column.block'), free: true },
            { title: language.say('blocks.column.string'), free: true },
            ...['voltsBefore', 'voltsAtEnd', 'lowest', 'step'].map(column),
            { title: language.say('blocks.column.temperature'), numeric: true },
            { title: language.say('blocks.column.capacity') },
        ],
        ...atMost(
            blocks,
            language,
            (each) => [
                blockName(names, each.module),
                stringName(names, each.string),
                volts(language, each.voltsBefore),
                volts(language, each.voltsAtEnd),
                volts(language, each.lowest?.volts),
                language.amount(each.milliohms, 'mΩ', 2),
                language.temperature(each.celsius),
                capacityText(each.capacity, language),
            ],
            MOST_BLOCKS,
        ),
        empty: '',
    };
}

function gapsTable({ gaps, since }: BatteryDischargeReport, language: ReportLanguage): Table {
    return {
        kind: 'table',
        caption: language.say('outage.gapsCaption'),
        columns: [
            { title: language.say('column.from'), time: true },
            { title: language.say('column.to'), time: true },
            { title: language.say('column.lasted'), numeric: true },
        ],
        rows: gaps.map(({ from, to }) => [
            language.near(from, since),
            language.near(to, since),
            language.duration((to - from) / 1000),
        ]),
        empty: '',
    };
}

/** The curves as a table: so many readings, evenly spread, with the last one. */
function readingsTable(report: BatteryDischargeReport, language: ReportLanguage): Part {
    const { curves, since, readings } = report;
    const times = [...new Set(curves.flatMap(({ points }) => points.map(([at]) => at)))].sort((a, b) => a - b);
    const step = Math.max(1, Math.ceil(times.length / TABLE_ROWS));
    const shown = times.filter((_, index) => index % step === 0 || index === times.length - 1);
    // Curves are thinned each by itself: of a moment that one lacks, the reading before it stands.
    const at = (points: DischargeCurve['points'], moment: number) =>
        points.findLast(([time]) => time <= moment)?.[1] ?? undefined;
    return {
        kind: 'table',
        caption: language.say('discharge.readingsCaption', { shown: shown.length, all: readings }),
        columns: [
            { title: language.say('column.time'), time: true },
            ...curves.map((curve) => ({ title: `${curveName(curve, language)} (${curve.unit})`, numeric: true })),
        ],
        rows: shown.map((moment) => [
            language.near(moment, since),
            ...curves.map(({ points }) => language.number(at(points, moment), 2)),
        ]),
        empty: '',
    };
}
