import type { Zone } from '../core/schedules/local-time';
import type { ReportLanguage } from './language';
import type { Curve, OutageReport } from './outage';
import type { Band, LineChart, Part } from './sheet';
import { timeTicks } from './time-ticks';

/** Most events that get a line in a chart. */
const MOST_MARKS = 40;
/** Readings in the table that says the same as the charts. */
const TABLE_ROWS = 24;

interface ChartPlan {
    key: 'input' | 'dc' | 'load' | 'charge' | 'runtime';
    quantities: readonly string[];
    digits: number;
    atLeast?: readonly [number, number];
}

const CHARTS: readonly ChartPlan[] = [
    { key: 'input', quantities: ['inputVoltage1', 'inputVoltage2', 'inputVoltage3'], digits: 0, atLeast: [0, 0] },
    { key: 'dc', quantities: ['dcInputVoltage', 'dcOutputVoltage'], digits: 1 },
    { key: 'load', quantities: ['load1', 'load2', 'load3'], digits: 0, atLeast: [0, 0] },
    { key: 'charge', quantities: ['charge'], digits: 0, atLeast: [0, 100] },
    { key: 'runtime', quantities: ['runtime', 'estimatedRuntime'], digits: 0, atLeast: [0, 0] },
];

/** Input voltage, that of a DC supply, load, charge and runtime, each with the outage, what was presumed, and the events by their numbers. */
export function outageCharts(report: OutageReport, language: ReportLanguage, zone: Zone): Part[] {
    return CHARTS.flatMap((plan) => {
        const curves = curvesOf(report, plan.quantities);
        return curves.length > 0 ? [chartOf(plan, curves, report, language, zone)] : [];
    });
}

function curvesOf({ curves }: OutageReport, quantities: readonly string[]): Curve[] {
    return quantities.flatMap((quantity) => curves.find((curve) => curve.quantity === quantity) ?? []);
}

function chartOf(
    { key, digits, atLeast }: ChartPlan,
    curves: readonly Curve[],
    report: OutageReport,
    language: ReportLanguage,
    zone: Zone,
): LineChart {
    const { from, to } = report;
    const title = language.say(`chart.${key}`);
    const unit = curves[0]!.unit;
    const lines = curves.map(({ quantity, points }) => ({ name: nameOf(quantity, curves.length, language), points }));
    const ranges = curves.map(({ quantity, points }) =>
        rangeText(nameOf(quantity, curves.length, language), points, unit, language),
    );
    return {
        kind: 'lines',
        from,
        to,
        title,
        description: [...ranges, language.say('chart.seeTable')].join(' '),
        unit,
        lines,
        bands: bandsOf(report, language),
        marks: report.events.slice(0, MOST_MARKS).map(({ at }, index) => ({ at, number: index + 1 })),
        ...(atLeast ? { atLeast } : {}),
        ticks: {
            x: timeTicks(zone, { from, to }).map((at) => ({ at, text: language.shortTime(at) })),
            y: (value) => language.number(value, digits === 0 && !Number.isInteger(value) ? 1 : digits),
        },
    };
}

function nameOf(quantity: string, count: number, language: ReportLanguage): string {
    const phase = /\d$/.exec(quantity)?.[0];
    if (phase !== undefined) return count > 1 ? `L${phase}` : '';
    return language.say(`chart.short.${quantity}`);
}

function rangeText(name: string, points: Curve['points'], unit: string, language: ReportLanguage): string {
    const values = points.flatMap(([, value]) => value ?? []);
    const amount = (value: number) => language.amount(value, unit, 1);
    const [lowest, highest] = values.reduce(
        ([low, high], value) => [Math.min(low, value), Math.max(high, value)],
        [Infinity, -Infinity],
    );
    const text = language.say('chart.range', { lowest: amount(lowest), highest: amount(highest) });
    return name ? `${name}: ${text}` : text;
}

function bandsOf(report: OutageReport, language: ReportLanguage): Band[] {
    const { since, until, at, presumed } = report;
    return [
        { kind: 'outage', from: since, to: until ?? at, text: language.say('chart.outage') },
        ...presumed.map(({ from, to }): Band => ({ kind: 'presumed', from, to, text: language.say('chart.presumed') })),
    ];
}

/** The curves as a table: so many readings, evenly spread, with the lowest and highest of each curve. */
export function readingsTable(report: OutageReport, language: ReportLanguage): Part[] {
    const { curves, since } = report;
    if (curves.length === 0) return [];
    const values = curves.map(({ points }) => new Map(points));
    const extremes = curves.flatMap(({ points }) => extremesOf(points));
    const all = [
        ...new Set(curves.flatMap(({ points }) => points.flatMap(([at, value]) => (value === null ? [] : [at])))),
    ];
    all.sort((a, b) => a - b);
    const step = Math.max(1, Math.ceil(all.length / TABLE_ROWS));
    const shown = [...new Set([...all.filter((_, index) => index % step === 0), ...extremes])].sort((a, b) => a - b);
    return [
        {
            kind: 'table',
            caption: language.say(shown.length < report.readings ? 'outage.someReadings' : 'outage.allReadings', {
                shown: shown.length,
                all: report.readings,
            }),
            columns: [
                { title: language.say('column.time'), time: true },
                ...curves.map(({ quantity, unit }) => ({
                    title: `${language.say(`quantity.${quantity.replace(/\d$/, '')}`)}${/\d$/.exec(quantity)?.[0] ? ` L${quantity.at(-1)}` : ''} (${unit})`,
                    numeric: true,
                })),
            ],
            rows: shown.map((at) => [
                language.near(at, since),
                ...values.map((byTime) => language.number(byTime.get(at) ?? undefined, 1)),
            ]),
            empty: '',
        },
    ];
}

/** When a curve was lowest and highest. */
function extremesOf(points: Curve['points']): number[] {
    const known = points.flatMap(([at, value]): [number, number][] => (value === null ? [] : [[at, value]]));
    if (known.length === 0) return [];
    const byValue = known.toSorted((a, b) => a[1] - b[1]);
    return [byValue[0]![0], byValue.at(-1)![0]];
}
