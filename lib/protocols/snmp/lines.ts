import type { Line, OutputLine } from '../../core/status/status';
import { RULES, SCALARS, TABLES, type NumberRule } from './oids';
import { readTable, withoutEmptyPhases, type RawRow } from './tables';
import type { SnmpValue } from './transport';
import { settle, type UnitColumn, type Units } from './units';
import { currentVote, frequencyVote, loadVote, MOST_VOLTS, possibleFrequency, voltageVote } from './unit-votes';
import { known, rawNumber, readNumber, scaled } from './values';

/** What the rest of the reading says about mains and output. */
export interface LinesContext {
    /** The device reports that it runs on its input. */
    mains: boolean;
    /** The device reports that its output is on. */
    outputOn: boolean;
}

export interface Lines {
    input: Line[];
    output: OutputLine[];
    outputFrequency?: number;
    bypass: Line[];
    bypassFrequency?: number;
}

type VoltageColumn = 'inputVoltage' | 'outputVoltage' | 'bypassVoltage';

/** The lines of input, output and bypass in SI units. Uses the units learned for this device; updates `units`. */
export function readLines(values: ReadonlyMap<string, SnmpValue>, units: Units, context: LinesContext): Lines {
    const filled = {
        input: readTable(values, TABLES.input),
        output: readTable(values, TABLES.output),
        bypass: readTable(values, TABLES.bypass),
    };
    const rows = withoutEmptyPhases(filled, values, TABLES);
    const volts = voltDivisors(rows, units, context);
    const scalar = (column: UnitColumn, oid: string) => {
        const divisor = settle(units, column, frequencyVote(raws([values.get(oid)], RULES.frequency)), 10);
        return frequency(values.get(oid), divisor);
    };
    const hertz = settle(units, 'inputFrequency', frequencyVote(column(rows.input, 'frequency', RULES.frequency)), 10);
    const lines = (table: readonly RawRow[], divisor: number | undefined, current: UnitColumn | undefined): Line[] => {
        const voltages = table.map(({ voltage }) => voltageOf(voltage, divisor));
        const amperes = current ? currentDivisor(units, current, table, voltages) : 10;
        return table.map((row, i) =>
            known({
                frequency: frequency(row.frequency, hertz),
                voltage: voltages[i],
                current: valueOf(row.current, RULES.acCurrent, amperes),
                power: readPower(row),
            }),
        );
    };
    const loadRaws = column(rows.output, 'load', { ...RULES.load, kind: undefined, max: undefined });
    const load = settle(units, 'load', loadVote(loadRaws, expectedLoad(values, rows.output)), 1, true);
    return {
        input: lines(rows.input, volts.inputVoltage, 'inputCurrent'),
        output: lines(rows.output, volts.outputVoltage, 'outputCurrent').map((line, i) =>
            known({
                ...line,
                load: valueOf(rows.output[i]!.load, RULES.load, load),
                apparentPower: readNumber(rows.output[i]!.apparentPower, RULES.apparentPower),
            }),
        ),
        bypass: lines(rows.bypass, volts.bypassVoltage, undefined),
        outputFrequency: scalar('outputFrequency', SCALARS.upsOutputFrequency),
        bypassFrequency: scalar('bypassFrequency', SCALARS.upsBypassFrequency),
    };
}

/** Raw values without the sentinels of `rule`. */
function raws(cells: readonly SnmpValue[], { unknown, min = 0 }: NumberRule): number[] {
    return cells.map(rawNumber).filter((raw) => raw !== undefined && raw >= min && !unknown.includes(raw)) as number[];
}

function column(rows: readonly RawRow[], name: keyof RawRow, rule: NumberRule): number[] {
    return raws(
        rows.map((row) => row[name]),
        rule,
    );
}

function valueOf(cell: SnmpValue, rule: NumberRule, divisor: number | undefined): number | undefined {
    const raw = rawNumber(cell);
    return raw === undefined || divisor === undefined ? undefined : scaled(raw, rule, divisor);
}

function voltageOf(cell: SnmpValue, divisor: number | undefined): number | undefined {
    const value = valueOf(cell, RULES.acVoltage, divisor);
    return divisor === 1 && value !== undefined && value > MOST_VOLTS ? undefined : value;
}

function frequency(cell: SnmpValue, divisor: number | undefined): number | undefined {
    const value = valueOf(cell, RULES.frequency, divisor);
    return value !== undefined && possibleFrequency(value) ? value : undefined;
}

/** One divisor per column. Columns that can only be tenths come first, since they influence the others. */
function voltDivisors(
    rows: Record<'input' | 'output' | 'bypass', RawRow[]>,
    units: Units,
    context: LinesContext,
): Partial<Record<VoltageColumn, number>> {
    const columns = [
        { name: 'inputVoltage', raw: column(rows.input, 'voltage', RULES.acVoltage), live: context.mains },
        { name: 'outputVoltage', raw: column(rows.output, 'voltage', RULES.acVoltage), live: context.outputOn },
        { name: 'bypassVoltage', raw: column(rows.bypass, 'voltage', RULES.acVoltage), live: context.mains },
    ] as const;
    const most = (raw: readonly number[]) => Math.max(0, ...raw);
    const divisors: Partial<Record<VoltageColumn, number>> = {};
    for (const { name, raw, live } of [...columns].sort((a, b) => most(b.raw) - most(a.raw))) {
        const others = columns.filter((other) => other.name !== name);
        const vote = voltageVote(raw, {
            learned: units[name]?.divisor,
            live,
            othersTenths: others.some((other) => units[other.name]?.divisor === 10),
            othersWhole: others.some((other) => most(other.raw) >= 40 && most(other.raw) <= MOST_VOLTS),
        });
        divisors[name] = settle(units, name, vote, 1);
    }
    return divisors;
}

function currentDivisor(
    units: Units,
    name: UnitColumn,
    table: readonly RawRow[],
    voltages: readonly (number | undefined)[],
): number | undefined {
    const lines = table.map((row, i) => ({
        volts: voltages[i],
        raw: raws([row.current], RULES.acCurrent)[0],
        watts: readNumber(row.power, RULES.power),
    }));
    return settle(units, name, currentVote(lines), 10);
}

/** Load in percent of upsConfigOutputPower (or upsConfigOutputVA), from the power of all lines. */
function expectedLoad(values: ReadonlyMap<string, SnmpValue>, rows: readonly RawRow[]): number | undefined {
    const rating =
        readNumber(values.get(SCALARS.upsConfigOutputPower), RULES.nominal) ??
        readNumber(values.get(SCALARS.upsConfigOutputVA), RULES.nominal);
    const powers = rows.map((row) => readNumber(row.power, RULES.power));
    if (rating === undefined || powers.length === 0 || powers.some((power) => power === undefined)) return undefined;
    return (100 * powers.reduce<number>((sum, power) => sum + power!, 0)) / rating;
}

/** -1 W is a reading if the phase has other readings, else a sentinel. */
function readPower(row: RawRow): number | undefined {
    const power = readNumber(row.power, RULES.power);
    if (power !== -1) return power;
    const measured =
        readNumber(row.current, RULES.acCurrent) !== undefined || readNumber(row.load, RULES.load) !== undefined;
    return measured ? power : undefined;
}
