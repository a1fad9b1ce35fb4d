import type { BlockHealth } from '../core/batteries/health/health';
import type { BatteryHealthReport, BatteryReplacementReport } from './battery-health';
import { blockName, percentText, signedText, stringName } from './battery-names';
import { capacityText, countGrades, datesText, gradeCell, lackText, reasonsText } from './battery-reasons';
import { atMost, footOf, siteLine } from './common-sheet';
import type { ReportLanguage } from './language';
import type { BarChart, Column, Part, Section, Sheet, Table } from './sheet';

const MOST_BLOCKS = 512;
const MOST_BARS = 24;

/** Lays out the report on the health of a battery. */
export function batteryHealthSheet(report: BatteryHealthReport, language: ReportLanguage): Sheet {
    return {
        language: language.tag,
        title: language.say('health.title', { date: language.day(report.health.at) }),
        subtitle: siteLine(report, language),
        lead: healthLead(report, language),
        sections: healthSections(report, language),
        foot: footOf(report, language, [language.say('health.how'), language.say('health.howForecast')]),
    };
}

function healthLead({ health }: BatteryHealthReport, language: ReportLanguage): string {
    const { replace, warning, watch } = countGrades(health.blocks.map(({ grade }) => grade));
    const grades = { replace, warning, watch };
    const said = Object.entries(grades)
        .filter(([, count]) => count > 0)
        .map(([grade, count]) => language.say(`health.lead-${grade}`, { count }));
    return [
        language.say('health.lead', { blocks: health.modules, strings: health.strings }),
        ...(said.length > 0 ? said : [language.say('health.leadNone')]),
    ].join(' ');
}

function* healthSections(report: BatteryHealthReport, language: ReportLanguage): Generator<Section> {
    const { health } = report;
    const lacks = health.lacks.map((lack): Part => ({ kind: 'text', text: lackText(lack, language) }));
    yield { heading: language.say('health.ranking'), parts: [rankingTable(report, language)] };
    if (lacks.length > 0) yield { heading: language.say('health.unknown'), parts: lacks };
    yield { heading: language.say('health.strings'), parts: [stringsTable(report, language)] };
    const bars = risesChart(report, language);
    yield {
        heading: language.say('health.blocks'),
        parts: [...(bars ? [bars] : []), impedanceTable(report, language), valuesTable(report, language)],
    };
}

function rankingTable({ health, names }: BatteryHealthReport, language: ReportLanguage): Table {
    return {
        kind: 'table',
        caption: language.say('health.rankingCaption'),
        columns: [
            { title: language.say('column.number'), numeric: true },
            { title: language.say('blocks.column.block'), free: true },
            { title: language.say('blocks.column.string'), free: true },
            { title: language.say('blocks.column.grade') },
            { title: language.say('column.why'), free: true },
        ],
        ...atMost(health.ranking, language, (module, index) => {
            const { string, grade, reasons } = health.blocks[module - 1]!;
            return [
                String(index + 1),
                blockName(names, module),
                stringName(names, string),
                gradeCell(grade, language),
                reasonsText(reasons, language),
            ];
        }),
        empty: language.say('health.leadNone'),
    };
}

function stringsTable({ health, names }: BatteryHealthReport, language: ReportLanguage): Table {
    const volts = (value: number | undefined) => language.amount(value, 'V', 2);
    const ofModule = (text: string, module: number | undefined) =>
        module === undefined ? text : `${text} (${module})`;
    return {
        kind: 'table',
        caption: language.say('health.stringsCaption'),
        columns: [
            { title: language.say('blocks.column.string'), free: true },
            ...['capacity', 'floatMedian', 'floatLowest', 'floatHighest', 'temperature', 'hottest'].map((key) =>
                numeric(key, language),
            ),
        ],
        rows: Array.from({ length: health.strings }, (_, index) => {
            const float = health.float.find(({ string }) => string === index + 1);
            const warmth = health.temperature.find(({ string }) => string === index + 1);
            return [
                stringName(names, index + 1),
                percentText(language, health.stringCapacity[index]),
                volts(float?.median),
                ofModule(volts(float?.lowest), float?.lowestModule),
                ofModule(volts(float?.highest), float?.highestModule),
                language.temperature(warmth?.median),
                ofModule(language.temperature(warmth?.highest), warmth?.highestModule),
            ];
        }),
        empty: '',
    };
}

/** The blocks whose impedance rose most beyond their string. */
function risesChart({ health }: BatteryHealthReport, language: ReportLanguage): BarChart | undefined {
    const risen = health.blocks
        .flatMap(({ module, impedance }) => (impedance?.trend ? [{ module, rise: impedance.trend.rise * 100 }] : []))
        .sort((a, b) => b.rise - a.rise)
        .slice(0, MOST_BARS);
    const [most] = risen;
    if (!most) return undefined;
    const data = { block: most.module, value: signedText(language, most.rise, '%') };
    return {
        kind: 'bars',
        title: language.say('health.chart'),
        description: language.say('health.chartText', data),
        unit: '%',
        bars: risen.map(({ module, rise }) => ({ name: String(module), value: rise, coverage: 1 })),
        y: (value) => language.number(value, Number.isInteger(value) ? 0 : 1),
    };
}

function impedanceTable({ health, names }: BatteryHealthReport, language: ReportLanguage): Table {
    return {
        kind: 'table',
        caption: language.say('health.impedanceCaption'),
        columns: [
            { title: language.say('blocks.column.block'), free: true },
            { title: language.say('blocks.column.grade') },
            ...['impedance', 'overBaseline', 'overString', 'rise', 'perWeek'].map((key) => numeric(key, language)),
        ],
        ...atMost(
            health.blocks,
            language,
            (block) => [
                blockName(names, block.module),
                gradeCell(block.grade, language),
                ...impedanceCells(block, language),
            ],
            MOST_BLOCKS,
        ),
        empty: '',
    };
}

function valuesTable({ health, names }: BatteryHealthReport, language: ReportLanguage): Table {
    return {
        kind: 'table',
        caption: language.say('health.valuesCaption'),
        columns: [
            { title: language.say('blocks.column.block'), free: true },
            { title: language.say('blocks.column.capacity') },
            ...['step', 'float', 'temperature'].map((key) => numeric(key, language)),
        ],
        ...atMost(
            health.blocks,
            language,
            (block) => [
                blockName(names, block.module),
                capacityText(block.capacity, language),
                language.amount(block.step?.milliohms, 'mΩ', 2),
                language.amount(block.float?.volts, 'V', 2),
                language.temperature(block.temperature?.celsius),
            ],
            MOST_BLOCKS,
        ),
        empty: '',
    };
}

function numeric(key: string, language: ReportLanguage): Column {
    return { title: language.say(`blocks.column.${key}`), numeric: true };
}

function impedanceCells({ impedance }: BlockHealth, language: ReportLanguage): string[] {
    const share = (value: number | undefined, digits = 0) =>
        signedText(language, value === undefined ? undefined : value * 100, '%', digits);
    return [
        language.amount(impedance?.milliohms, 'mΩ', 2),
        share(impedance?.overBaseline),
        share(impedance?.overString),
        share(impedance?.trend?.rise),
        share(impedance?.trend?.perWeek, 1),
    ];
}

/** Lays out the replacement list. */
export function batteryReplacementSheet(report: BatteryReplacementReport, language: ReportLanguage): Sheet {
    const { list, modules, judgedAt } = report;
    const now = list.blocks.filter(({ when }) => when === 'now').length;
    return {
        language: language.tag,
        title: language.say('replacement.title', { date: language.day(judgedAt) }),
        subtitle: siteLine(report, language),
        lead:
            list.blocks.length === 0
                ? language.say('replacement.none', { blocks: modules })
                : [
                      language.say('replacement.lead', { count: list.blocks.length, blocks: modules }),
                      ...(now > 0 ? [language.say('replacement.leadNow', { count: now })] : []),
                  ].join(' '),
        sections: replacementSections(report, language),
        foot: footOf(report, language, [language.say('health.howForecast'), language.say('replacement.how')]),
    };
}

function replacementSections(report: BatteryReplacementReport, language: ReportLanguage): Section[] {
    const { list, names, notes, unit, modules } = report;
    const type = [unit.manufacturer, unit.model].filter(Boolean).join(' ');
    const worn = list.worn.map(({ string, listed, of }): Part => {
        const data = { string: stringName(names, string), listed, of };
        return { kind: 'text', text: language.say('replacement.worn', data) };
    });
    const hasNotes = notes.some(Boolean);
    const table: Table = {
        kind: 'table',
        caption: type ? language.say('replacement.captionType', { type }) : language.say('replacement.caption'),
        columns: [
            { title: language.say('column.number'), numeric: true },
            { title: language.say('blocks.column.block'), free: true },
            { title: language.say('blocks.column.string'), free: true },
            { title: language.say('replacement.when') },
            { title: language.say('column.why'), free: true },
            ...(hasNotes ? [{ title: language.say('replacement.notes'), free: true }] : []),
        ],
        ...atMost(
            list.blocks,
            language,
            (each, index) => [
                String(index + 1),
                blockName(names, each.module),
                stringName(names, each.string),
                each.when === 'by-date'
                    ? { text: datesText(each, language), tone: 'warn' as const }
                    : {
                          text: language.say(`replacement.${each.when}`),
                          tone: each.when === 'now' ? ('bad' as const) : ('warn' as const),
                      },
                reasonsText(each.reasons, language),
                ...(hasNotes ? [notes[each.module - 1] ?? ''] : []),
            ],
            MOST_BLOCKS,
        ),
        empty: language.say('replacement.none', { blocks: modules }),
    };
    return [{ heading: language.say('replacement.list'), parts: [...worn, table] }];
}
