import type { Line, OutputLine } from '../../core/status/status';
import type { PlausibleKind } from '../../core/status/plausible';
import { NAME } from './names';
import { known, numberOf, plainNumber, ratingOf, type Variables } from './values';

type Field = keyof OutputLine;

/** Names below `input.`, `output.` or `input.bypass.`, the more telling first; `{L}` stands for `L1`, `L2` and `L3`. */
type Fields = Partial<Record<Field, { single: string[]; phase: string[]; kind: PlausibleKind }>>;

/** The names of one line. */
export type Names = readonly { field: Field; kind: PlausibleKind; names: readonly string[] }[];

export interface LineNames {
    prefix: string;
    single: Names;
    /** Of L1, L2 and L3. */
    phases: readonly Names[];
}

export const LINES = ['L1', 'L2', 'L3'];

function lineNames(prefix: string, fields: Fields): LineNames {
    const each = Object.entries(fields) as [Field, NonNullable<Fields[Field]>][];
    return {
        prefix,
        single: each.map(([field, { single, kind }]) => ({ field, kind, names: single })),
        phases: LINES.map((line) =>
            each.map(([field, { phase, kind }]) => ({
                field,
                kind,
                names: phase.map((name) => name.replace('{L}', line)),
            })),
        ),
    };
}

const common = (prefix: string): Fields => ({
    voltage: {
        single: [`${prefix}.voltage`, `${prefix}.L1-N.voltage`, `${prefix}.L1.voltage`, `${prefix}.L1-L2.voltage`],
        phase: [`${prefix}.{L}-N.voltage`, `${prefix}.{L}.voltage`],
        kind: 'acVoltage',
    },
    current: {
        single: [`${prefix}.current`, `${prefix}.L1.current`],
        phase: [`${prefix}.{L}.current`],
        kind: 'current',
    },
    power: {
        single: [`${prefix}.realpower`, `${prefix}.L1.realpower`],
        phase: [`${prefix}.{L}.realpower`],
        kind: 'power',
    },
});

const supply = (prefix: string): LineNames =>
    lineNames(prefix, {
        frequency: {
            single: [`${prefix}.frequency`],
            phase: [`${prefix}.{L}.frequency`],
            kind: 'frequency',
        },
        ...common(prefix),
    });

export const INPUT = supply('input');
export const BYPASS = supply('input.bypass');
export const OUTPUT = lineNames('output', {
    ...common('output'),
    power: {
        single: ['output.realpower', 'ups.realpower', 'output.L1.realpower'],
        phase: ['output.{L}.realpower'],
        kind: 'power',
    },
    load: {
        single: ['ups.load', 'output.L1.power.percent'],
        phase: ['output.{L}.power.percent'],
        kind: 'load',
    },
    apparentPower: {
        single: ['output.power', 'ups.power', 'output.L1.power'],
        phase: ['output.{L}.power'],
        kind: 'apparentPower',
    },
});

/** If a device reports voltages only from line to line, each is assigned to its first line (RFC 9271 section 5.1.1, contexts). */
const LINE_TO_LINE = [['L1-L2'], ['L2-L3'], ['L3-L1', 'L1-L3']];

/** Lines of the input; a single frequency applies to each line. */
export function inputLines(variables: Variables): Line[] {
    return shareFrequency(variables, INPUT);
}

/**
 * `input.voltage.nominal` as the lines are told, V: with three lines it may be told from line to line and the lines to neutral, or the other way
 * round. Which it is says the one that a live line is nearest to [inferred: NUT does not say]; as it stands without one.
 */
export function nominalVoltage(variables: Variables, lines: readonly Line[]): number | undefined {
    const told = ratingOf(variables, NAME.inputNominal, 'acVoltage');
    const live = Math.max(0, ...lines.map((line) => line.voltage ?? 0));
    if (told === undefined || lines.length < 2 || live < told / 3) return told;
    const readings = [told, told / Math.sqrt(3), told * Math.sqrt(3)].map(Math.round);
    return readings.reduce((best, each) => (Math.abs(each - live) < Math.abs(best - live) ? each : best));
}

/** Lines of the bypass. */
export function bypassLines(variables: Variables): Line[] {
    return shareFrequency(variables, BYPASS).map(({ frequency: _told, ...line }) => line);
}

/** Lines of the output. If a three-phase UPS reports a single load, it is assigned to the first line: it is the average, and no share. */
export function outputLines(variables: Variables): OutputLine[] {
    const lines = readLines(variables, OUTPUT);
    if (lines.length > 1 && lines.every((line) => line.load === undefined)) {
        const load = numberOf(variables, NAME.load, 'load');
        if (load !== undefined) lines[0]!.load = load;
    }
    const nonsense = loadIsNonsense(variables);
    return lines.map((line) => withoutZeros(nonsense ? withoutPower(line) : line));
}

/** If NUT's driver scaled the load wrongly, its powers are wrong, too: the driver for UPSonic reports 562,020 % and 835,406 VA. */
function loadIsNonsense(variables: Variables): boolean {
    return plainNumber(variables.get(NAME.load)) !== undefined && numberOf(variables, NAME.load, 'load') === undefined;
}

function withoutPower({ power: _power, apparentPower: _apparentPower, ...line }: OutputLine): OutputLine {
    return line;
}

/** If there is a load, values of 0 come from registers that the UPS does not fill. */
function withoutZeros(line: OutputLine): OutputLine {
    if (!line.load) return line;
    return Object.fromEntries(Object.entries(line).filter(([, value]) => value !== 0));
}

function shareFrequency(variables: Variables, names: LineNames): Line[] {
    const shared = numberOf(variables, `${names.prefix}.frequency`, 'frequency');
    return readLines(variables, names).map((line) => known({ ...line, frequency: line.frequency ?? shared }));
}

function readLines(variables: Variables, names: LineNames): OutputLine[] {
    const count = countLines(variables, names.prefix);
    if (count > 1) {
        const lines = names.phases.slice(0, count).map((phase) => readLine(variables, phase));
        if (lines.every((line) => line.voltage === undefined)) {
            for (const [index, line] of lines.entries()) {
                const told = LINE_TO_LINE[index]!.map((pair) =>
                    numberOf(variables, `${names.prefix}.${pair}.voltage`, 'acVoltage'),
                );
                Object.assign(line, known({ voltage: told.find((voltage) => voltage !== undefined) }));
            }
        }
        if (lines.some((line) => Object.keys(line).length > 0)) return lines;
    }
    const line = readLine(variables, names.single);
    return Object.keys(line).length > 0 ? [line] : [];
}

/** By `<prefix>.phases`; where that is missing or nonsense (0), by the lines that are named. */
function countLines(variables: Variables, prefix: string): number {
    const told = plainNumber(variables.get(`${prefix}.phases`));
    if (told === 1 || told === 2 || told === 3) return told;
    // Some drivers write all three phases for every UPS: a voltage without a phase means that there is one phase.
    if (variables.has(`${prefix}.voltage`)) return 1;
    const named = [...variables.keys()].filter((name) => name.startsWith(`${prefix}.L`));
    return Math.max(
        1,
        ...LINES.map((line, index) => (named.some((name) => name.startsWith(`${prefix}.${line}`)) ? index + 1 : 1)),
    );
}

function readLine(variables: Variables, line: Names): OutputLine {
    const read: OutputLine = {};
    for (const { field, kind, names } of line) {
        for (const name of names) {
            const told = numberOf(variables, name, kind);
            if (told === undefined) continue;
            read[field] = told;
            break;
        }
    }
    return read;
}
