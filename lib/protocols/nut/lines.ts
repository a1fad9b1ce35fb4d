import type { Line, OutputLine } from '../../core/status/status';
import { BOUNDS, known, numberOf, plainNumber, type Bounds, type Variables } from './values';

type Field = keyof OutputLine;

/** Names below `input.`, `output.` or `input.bypass.`, the more telling first; `{L}` stands for `.L1`, `{N}` for `.L1-N`. */
interface LineNames {
    prefix: string;
    fields: Partial<Record<Field, { single: string[]; phase: string[]; bounds: Bounds }>>;
}

const common = (prefix: string): LineNames['fields'] => ({
    voltage: {
        single: [`${prefix}.voltage`, `${prefix}.L1-N.voltage`, `${prefix}.L1.voltage`],
        phase: [`${prefix}.{L}-N.voltage`, `${prefix}.{L}.voltage`],
        bounds: BOUNDS.acVoltage,
    },
    current: {
        single: [`${prefix}.current`, `${prefix}.L1.current`],
        phase: [`${prefix}.{L}.current`],
        bounds: BOUNDS.current,
    },
    power: {
        single: [`${prefix}.realpower`, `${prefix}.L1.realpower`],
        phase: [`${prefix}.{L}.realpower`],
        bounds: BOUNDS.power,
    },
});

const supply = (prefix: string): LineNames => ({
    prefix,
    fields: {
        frequency: {
            single: [`${prefix}.frequency`],
            phase: [`${prefix}.{L}.frequency`],
            bounds: BOUNDS.frequency,
        },
        ...common(prefix),
    },
});

const INPUT = supply('input');
const BYPASS = supply('input.bypass');
const OUTPUT: LineNames = {
    prefix: 'output',
    fields: {
        ...common('output'),
        power: {
            single: ['output.realpower', 'ups.realpower', 'output.L1.realpower'],
            phase: ['output.{L}.realpower'],
            bounds: BOUNDS.power,
        },
        load: {
            single: ['ups.load', 'output.L1.power.percent'],
            phase: ['output.{L}.power.percent'],
            bounds: BOUNDS.load,
        },
        apparentPower: {
            single: ['output.power', 'ups.power', 'output.L1.power'],
            phase: ['output.{L}.power'],
            bounds: BOUNDS.power,
        },
    },
};

const LINES = ['L1', 'L2', 'L3'];

/** Lines of the input; a frequency that is told once holds for each line. */
export function inputLines(variables: Variables): Line[] {
    return shareFrequency(variables, INPUT);
}

/** Lines of the bypass. */
export function bypassLines(variables: Variables): Line[] {
    return shareFrequency(variables, BYPASS).map(({ frequency: _told, ...line }) => line);
}

/** Lines of the output. The load of a three-phase UPS that tells only one stands on its first line: an average, not a share. */
export function outputLines(variables: Variables): OutputLine[] {
    const lines = readLines(variables, OUTPUT);
    if (lines.length > 1 && lines.every((line) => line.load === undefined)) {
        const load = numberOf(variables, 'ups.load', BOUNDS.load);
        if (load !== undefined) lines[0]!.load = load;
    }
    return lines.map(withoutZeros);
}

/** Zeros beside a load are registers that the UPS does not fill. */
function withoutZeros(line: OutputLine): OutputLine {
    if (!line.load) return line;
    return Object.fromEntries(Object.entries(line).filter(([, value]) => value !== 0));
}

function shareFrequency(variables: Variables, names: LineNames): Line[] {
    const shared = numberOf(variables, `${names.prefix}.frequency`, BOUNDS.frequency);
    return readLines(variables, names).map((line) => known({ ...line, frequency: line.frequency ?? shared }));
}

function readLines(variables: Variables, names: LineNames): OutputLine[] {
    const count = countLines(variables, names.prefix);
    if (count > 1) {
        const lines = LINES.slice(0, count).map((line) => readLine(variables, names, 'phase', line));
        if (lines.some((line) => Object.keys(line).length > 0)) return lines;
    }
    const line = readLine(variables, names, 'single', 'L1');
    return Object.keys(line).length > 0 ? [line] : [];
}

/** By `<prefix>.phases`; where that is missing or nonsense (0), by the lines that are named. */
function countLines(variables: Variables, prefix: string): number {
    const told = plainNumber(variables.get(`${prefix}.phases`));
    if (told === 1 || told === 2 || told === 3) return told;
    // Some drivers write every phase of every UPS: a voltage without a phase says that there is one.
    if (variables.has(`${prefix}.voltage`)) return 1;
    const named = [...variables.keys()].filter((name) => name.startsWith(`${prefix}.L`));
    return Math.max(
        1,
        ...LINES.map((line, index) => (named.some((name) => name.startsWith(`${prefix}.${line}`)) ? index + 1 : 1)),
    );
}

function readLine(variables: Variables, names: LineNames, kind: 'single' | 'phase', line: string): OutputLine {
    const read: OutputLine = {};
    for (const [field, { [kind]: candidates, bounds }] of Object.entries(names.fields)) {
        const told = candidates
            .map((name) => numberOf(variables, name.replace('{L}', line), bounds))
            .find((value) => value !== undefined);
        if (told !== undefined) read[field as Field] = told;
    }
    return read;
}
