import { UpsError } from '../../core/errors';
import { said, type Told } from '../../core/language/sentence';
import { BAUD_RATES, isCalendarDate } from './polls';

export { BAUD_RATES } from './polls';

/** The set commands of protocol 1.44 and the ranges of their parameters ("Regular Format: Set Commands"). */
interface Parameter {
    name: string;
    kind: 'number' | 'text' | 'date';
    min: number;
    max: number;
    options?: readonly number[];
}

const number = (name: string, min: number, max: number, options?: readonly number[]): Parameter => ({
    ...{ name, kind: 'number', min, max, options },
});
const date = (name: string): Parameter => ({ name, kind: 'date', min: 8, max: 8 });
const choice = (name: string, min: number, max: number) => [number(name, min, max)];

export const SETS = {
    BUZ: choice('buzzer', 1, 2),
    SDA: choice('seconds', 0, 9999),
    SDR: choice('minutes', 0, 65_535),
    SDT: choice('type', 1, 2),
    // Applications should send 0, 3 and 4 (UPS serial protocol 1.44, TST). 2 starts the test of BTV (BTV), so it is allowed; 1 is
    // not.
    TST: [number('test', 0, 4, [0, 2, 3, 4])],
    UBR: [number('baudRate', 1200, 9600, BAUD_RATES)],
    UID: choice('id', 0, 99),
    TXV: [number('lowVoltage', 0, 999), number('highVoltage', 0, 999)],
    VSN: choice('sensitivity', 0, 2),
    RON: [number('outlet', 1, 99), number('seconds', 0, 9999)],
    ROF: [number('outlet', 1, 99), number('seconds', 0, 9999)],
    RNF: [number('outlet', 1, 99), number('offSeconds', 1, 9999), number('onMinutes', 1, 65_535)],
    TEL: [{ name: 'phone', kind: 'text', min: 0, max: 16 }],
    BRD: [date('last'), date('next')],
    ECO: choice('economic', 1, 2),
    ATT: choice('period', 1, 5),
    BTT: choice('seconds', 1, 99),
    ATX: choice('reboot', 1, 2),
    ARB: choice('reboot', 1, 2),
    RSM: choice('resume', 1, 2),
    UBD: choice('seconds', 0, 999),
    // In tenths of a hertz.
    TXF: [number('lowFrequency', 0, 999), number('highFrequency', 0, 999)],
    SOV: choice('voltage', 0, 999),
    EDB: choice('enabled', 1, 2),
    BTV: [number('minutes', 1, 60), number('voltage', 0, 999)],
} satisfies Record<string, Parameter[]>;

export type SetName = keyof typeof SETS;

/**
 * The data of a set frame, e.g. `RNF1;5;2`. Dates are `YYYY-MM-DD` or empty.
 * @throws UpsError out-of-range, config-invalid: then nothing may be sent
 */
export function encodeSet(name: SetName, ...values: (number | string)[]): string {
    const parameters: Parameter[] = SETS[name];
    if (values.length !== parameters.length)
        throw new UpsError('protocol', { reason: said('of', { what: name, how: said('delta.parameters') }) });
    return name + parameters.map((parameter, index) => encode(name, parameter, values[index]!)).join(';');
}

function encode(command: SetName, { name, kind, min, max, options }: Parameter, value: number | string): string {
    const property = `${command} ${name}`;
    if (kind === 'number') {
        const valid = typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max;
        if (!valid) throw new UpsError('out-of-range', { property, value, min, max });
        if (options && !options.includes(value)) {
            throw new UpsError('config-invalid', { property, value, expected: options.join(', ') });
        }
        return String(value);
    }
    const text = String(value).trim();
    const invalid = (expected: Told) => new UpsError('config-invalid', { property, value: text, expected });
    if (kind === 'date') {
        if (text !== '' && !isCalendarDate(text)) throw invalid('YYYY-MM-DD');
        return text.replaceAll('-', '');
    }
    // `;` and `~` are separators of the protocol.
    if (text.length > max || !/^[\x20-\x7d]*$/.test(text) || text.includes(';'))
        throw invalid(said('expected.atMostCharacters', { count: max }));
    return text;
}

/**
 * For simulators: the command and its parameters; undefined if the command is unknown or a parameter is out of range. TST accepts
 * every type.
 */
export function decodeSet(data: string): { name: SetName; values: (number | string)[] } | undefined {
    const name = data.slice(0, 3) as SetName;
    if (!(name in SETS)) return undefined;
    const parameters: Parameter[] = SETS[name];
    const parts = data.slice(3).split(';');
    if (parts.length !== parameters.length) return undefined;
    const values = parameters.map(({ kind }, index) =>
        kind === 'number' ? wholeNumber(parts[index]!) : parts[index]!,
    );
    const inRange = parameters.every(({ kind, min, max }, index) => {
        const value = values[index]!;
        return kind === 'number' ? Number(value) >= min && Number(value) <= max : String(value).length <= max;
    });
    return inRange ? { name, values } : undefined;
}

const wholeNumber = (part: string) => (/^ *[0-9]+ *$/.test(part) ? Number(part) : NaN);

/**
 * Names of the AVL bits from b19, the first character, to b0. TEL, BRD, RSM, SOV, EDB and BTV have no bit, so AVL says nothing
 * about them. RST was deleted in version 1.41.
 */
const AVL_BITS = [
    ...['RNF', 'ROF', 'RON', 'VSN', 'TXV', 'UID', 'UBR', 'TST', 'SDT', 'SDR', 'SDA', 'RST', 'BUZ', 'ARB', 'ATX', 'BTT'],
    ...['ATT', 'ECO', 'TXF', 'UBD'],
] as const;

/**
 * The set commands that AVL offers or denies; empty if AVL does not have the 20 bits of this version (earlier versions have other
 * bits [inferred]).
 */
export function availableSets(bits: string | undefined): Partial<Record<SetName, boolean>> {
    if (bits === undefined || !/^[01]{20}$/.test(bits)) return {};
    const known = AVL_BITS.map((name, index) => [name, bits[index] === '1'] as const);
    return Object.fromEntries(known.filter(([name]) => name !== 'RST'));
}

/** For simulators: the text of AVL. */
export function availableBits(offered: readonly SetName[]): string {
    return AVL_BITS.map((name) => ((offered as readonly string[]).includes(name) ? '1' : '0')).join('');
}
