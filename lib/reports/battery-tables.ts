import type { HealthReason } from '../core/batteries/health/reasons';
import type { Zone } from '../core/schedules/local-time';
import type { Slices } from '../core/turns';
import { csvSoon, type CsvColumn } from '../store/csv';
import type { BatteryDischargeReport } from './battery-discharge';
import type { BatteryHealthReport, BatteryReplacementReport } from './battery-health';
import { isoIn } from './tables';

/** One line of the CSV of a battery: one value of the battery, a string or a block. */
interface BatteryRow {
    section: string;
    module?: number | undefined;
    string?: number | undefined;
    name: string;
    from?: number | undefined;
    to?: number | undefined;
    value?: number | undefined;
    plusMinus?: number | undefined;
    unit?: string;
    code?: string | undefined;
    text?: string | undefined;
}

/** RFC 4180, one table; the columns have stable English names, numbers have a point, times their offset. */
function batteryCsv(rows: readonly BatteryRow[], zone: Zone, slices: Slices): Promise<string> {
    const iso = (at: number | undefined) => (at === undefined ? undefined : isoIn(zone, at));
    const columns: CsvColumn<BatteryRow>[] = [
        { header: 'section', value: ({ section }) => section },
        { header: 'module', value: ({ module }) => module },
        { header: 'string', value: ({ string }) => string },
        { header: 'name', value: ({ name }) => name },
        { header: 'from', value: ({ from }) => iso(from) },
        { header: 'to', value: ({ to }) => iso(to) },
        { header: 'value', value: ({ value }) => value },
        { header: 'plusMinus', value: ({ plusMinus }) => plusMinus },
        { header: 'unit', value: ({ unit }) => unit },
        { header: 'code', value: ({ code }) => code },
        { header: 'text', value: ({ text }) => text },
    ];
    return csvSoon([...rows], columns, slices);
}

export function dischargeCsv(report: BatteryDischargeReport, zone: Zone, slices: Slices): Promise<string> {
    const { since, until, unit, id, strings, blocks, early, curves, gaps } = report;
    const fact = (name: string, value: number | undefined, of: string): BatteryRow[] =>
        value === undefined ? [] : [{ section: 'fact', name, value, unit: of }];
    const rows: BatteryRow[] = [
        { section: 'discharge', name: id, from: since, to: until, value: report.seconds, unit: 's', text: unit.name },
        ...fact('ampereHours', report.ampereHours, 'Ah'),
        ...fact('kilowattHours', report.kilowattHours, 'kWh'),
        ...fact('endVoltage', report.endVoltage, 'V'),
        ...strings.flatMap(({ string, ...each }) =>
            valueRows({ section: 'string', string }, [
                ['currentBefore', each.currentBefore, 'A'],
                ['meanCurrent', each.meanCurrent, 'A'],
                ['ampereHours', each.ampereHours, 'Ah'],
                ['depth', each.depth, ''],
                ['meanAtEnd', each.meanAtEnd, 'V'],
                ['capacity', each.capacityPercent, '%'],
            ]),
        ),
        ...blocks.flatMap(({ module, string, capacity, ...each }) => [
            ...valueRows({ section: 'block', module, string }, [
                ['voltsBefore', each.voltsBefore, 'V'],
                ['voltsAtEnd', each.voltsAtEnd, 'V'],
                ['lowest', each.lowest?.volts, 'V'],
                ['temperature', each.celsius, '°C'],
                ['stepResistance', each.milliohms, 'mΩ'],
            ]),
            ...capacityRow({ section: 'block', module, string }, capacity),
        ]),
        ...early.map(({ module, string, at, seconds }): BatteryRow => {
            return { section: 'early', module, string, name: 'endVoltage', from: at, value: seconds, unit: 's' };
        }),
        ...gaps.map(({ from, to }): BatteryRow => ({
            section: 'gap',
            name: 'gap',
            from,
            to,
            value: (to - from) / 1000,
            unit: 's',
        })),
        ...curves.flatMap(({ quantity, module, unit: of, points }) =>
            points.flatMap(([at, value]): BatteryRow[] =>
                value === null ? [] : [{ section: 'reading', module, name: quantity, from: at, value, unit: of }],
            ),
        ),
    ];
    return batteryCsv(rows, zone, slices);
}

export function healthCsv({ health }: BatteryHealthReport, zone: Zone, slices: Slices): Promise<string> {
    const places = new Map(health.ranking.map((module, index) => [module, index + 1]));
    const rows: BatteryRow[] = [
        ...health.lacks.map(({ of, why, blocks, from }): BatteryRow => {
            return { section: 'lack', name: of, from, value: blocks, unit: 'blocks', code: why };
        }),
        ...health.stringCapacity.flatMap((percent, index) =>
            valueRows({ section: 'string', string: index + 1 }, [['capacity', percent ?? undefined, '%']]),
        ),
        ...(['float', 'temperature'] as const).flatMap((name) =>
            health[name].flatMap((each) =>
                valueRows({ section: 'string', string: each.string }, [
                    [`${name}Median`, each.median, name === 'float' ? 'V' : '°C'],
                    [`${name}Lowest`, each.lowest, name === 'float' ? 'V' : '°C'],
                    [`${name}Highest`, each.highest, name === 'float' ? 'V' : '°C'],
                ]),
            ),
        ),
        ...health.blocks.flatMap(({ module, string, grade, reasons, impedance, capacity, ...each }) => {
            const of = { section: 'block', module, string };
            return [
                ...(grade ? [{ ...of, name: 'rank', value: places.get(module), code: grade }] : []),
                ...valueRows(of, [
                    ['impedance', impedance?.milliohms, 'mΩ'],
                    ['overBaseline', impedance?.overBaseline, ''],
                    ['overString', impedance?.overString, ''],
                    ['rise', impedance?.trend?.rise, ''],
                    ['perWeek', impedance?.trend?.perWeek, ''],
                    ['stepResistance', each.step?.milliohms, 'mΩ'],
                    ['float', each.float?.volts, 'V'],
                    ['temperature', each.temperature?.celsius, '°C'],
                ]),
                ...capacityRow(of, capacity),
                ...reasons.map((reason) => reasonRow({ ...of, section: 'reason' }, reason)),
            ];
        }),
    ];
    return batteryCsv(rows, zone, slices);
}

export function replacementCsv({ list, notes }: BatteryReplacementReport, zone: Zone, slices: Slices): Promise<string> {
    const rows = [
        ...list.blocks.flatMap(({ module, string, when, earliest, latest, reasons }): BatteryRow[] => [
            {
                section: 'replacement',
                module,
                string,
                name: when,
                from: earliest,
                to: latest,
                text: notes[module - 1] ?? undefined,
            },
            ...reasons.map((reason) => reasonRow({ section: 'reason', module, string }, reason)),
        ]),
        ...list.worn.map(({ string, listed }): BatteryRow => {
            return { section: 'worn', string, name: 'listed', value: listed, unit: 'blocks' };
        }),
    ];
    return batteryCsv(rows, zone, slices);
}

type Of = Pick<BatteryRow, 'section' | 'module' | 'string'>;

function valueRows(of: Of, values: readonly [name: string, value: number | undefined, unit: string][]): BatteryRow[] {
    return values.flatMap(([name, value, unit]) => (value === undefined ? [] : [{ ...of, name, value, unit }]));
}

function capacityRow(
    of: Of,
    capacity: { percent: number; plusMinus: number; by: string; against?: string } | undefined,
): BatteryRow[] {
    if (!capacity) return [];
    const { percent: value, plusMinus, by, against } = capacity;
    return [{ ...of, name: 'capacity', value, plusMinus, unit: '%', code: against ? `${by}-${against}` : by }];
}

function reasonRow(of: Of, { code, grade, value, plusMinus, forecast }: HealthReason): BatteryRow {
    const unit = code === 'heat' ? 'K' : code.startsWith('float') ? 'V' : '%';
    return { ...of, name: code, from: forecast?.earliest, to: forecast?.latest, value, plusMinus, unit, code: grade };
}
