import { UpsError } from '../../core/errors';
import { said, type Told } from '../../core/language/sentence';
import { readText } from '../shared/read-text';

/**
 * The polling commands of the UPS serial protocol 1.44 and the fields of their answers, in the order of "Regular Format Messages:
 * Polling Commands". Numbers are scaled to SI units.
 */
interface Field {
    key: string;
    kind: 'number' | 'text' | 'date';
    min: number;
    max: number;
    scale: number;
    /** The only valid values. */
    options?: readonly number[];
    /** A measured value: all nines mean "unknown" [inferred: no real value is that high]. */
    measured: boolean;
}

/** The fields of one answer; a field that is empty, out of range or not a number is unknown. */
export type Answer = Readonly<Record<string, number | string | undefined>>;

interface Poll {
    fields: Field[];
    /** A frame with fewer fields is not an answer to this command. */
    least: number;
    /** Number of fields up to the last mandatory one (`*` in the protocol): required in a frame of wrong length. */
    full: number;
}

const number = (key: string, max: number, scale = 1, min = 0): Field => ({
    ...{ key, kind: 'number', min, max, scale, measured: false },
});
const measured = (key: string, max: number, scale = 1): Field => ({ ...number(key, max, scale), measured: true });
const text = (key: string, max = 16): Field => ({ key, kind: 'text', min: 0, max, scale: 1, measured: false });
const date = (key: string): Field => ({ key, kind: 'date', min: 8, max: 8, scale: 1, measured: false });
const poll = (fields: Field[], least = 1, full = least): Poll => ({ fields, least, full });
const TENTH = 0.1;
const each = (...fields: ((line: number) => Field)[]) =>
    [1, 2, 3].flatMap((line) => fields.map((field) => field(line)));

export const BAUD_RATES = [1200, 2400, 4800, 9600] as const;

/** Most voltages in one answer: the protocol sets no limit, a frame has room for this many. */
const MOST_VOLTAGES = 62;

/** Bits of STA in the protocol's order. */
export const STA_FIELDS = [
    ...['temperature', 'inputBad', 'outputBad', 'overload', 'bypassBad', 'outputOff', 'shutdown', 'charger'],
    ...['systemOff', 'fan', 'fuse', 'general', 'awaitingPower', 'shutdownPending', 'shutdownImminent', 'buzzer'],
    ...['economic', 'inverter', 'emergencyPowerOff', 'buzzerEnabled'],
] as const;

export const POLLS = {
    AVL: poll([text('bits', 40)]),
    MNU: poll([text('manufacturer', 64)]),
    MOD: poll([text('model', 64)]),
    RAT: poll(
        [
            number('inputVoltage', 999),
            number('inputFrequency', 999, TENTH),
            number('outputVoltage', 999),
            number('outputFrequency', 999, TENTH),
            number('va', 999_999),
            number('power', 999_999),
            number('lowBatteryMinutes', 99),
            number('lowTransfer', 999),
            number('highTransfer', 999),
            number('lowTransferMax', 999),
            number('lowTransferMin', 999),
            number('highTransferMax', 999),
            number('highTransferMin', 999),
            number('type', 4),
            number('batteryVoltage', 999),
            number('lowFrequency', 999, TENTH),
            number('highFrequency', 999, TENTH),
            number('lowFrequencyMax', 999, TENTH),
            number('lowFrequencyMin', 999, TENTH),
            number('highFrequencyMax', 999, TENTH),
            number('highFrequencyMin', 999, TENTH),
        ],
        5,
        15,
    ),
    SDT: poll([number('type', 2, 1, 1)]),
    STB: poll(
        [
            number('condition', 2),
            number('state', 2),
            number('charging', 3),
            measured('seconds', 99_999),
            measured('minutes', 9999),
            measured('estimated', 999),
            measured('voltage', 9999, TENTH),
            measured('current', 9999, TENTH),
            measured('temperature', 999),
            measured('level', 999),
        ],
        3,
        10,
    ),
    STI: poll([
        number('lines', 9),
        ...each(
            (line) => measured(`frequency${line}`, 999, TENTH),
            (line) => measured(`voltage${line}`, 9999, TENTH),
            (line) => measured(`current${line}`, 9999, TENTH),
            (line) => measured(`power${line}`, 99_999),
        ),
    ]),
    // The protocol's range is 0 to 5, its list has 7.
    STO: poll(
        [
            number('source', 7),
            measured('frequency', 999, TENTH),
            number('lines', 9),
            ...each(
                (line) => measured(`voltage${line}`, 9999, TENTH),
                (line) => measured(`current${line}`, 9999, TENTH),
                (line) => measured(`power${line}`, 999_999),
                (line) => measured(`load${line}`, 999),
            ),
        ],
        3,
        7,
    ),
    STP: poll(
        [
            measured('frequency', 999, TENTH),
            number('lines', 9),
            ...each(
                (line) => measured(`voltage${line}`, 9999, TENTH),
                (line) => measured(`current${line}`, 9999, TENTH),
                (line) => measured(`power${line}`, 999_999),
            ),
        ],
        2,
    ),
    STA: poll(
        STA_FIELDS.map((key) => number(key, 1)),
        6,
        12,
    ),
    // The protocol's range is 0 to 5, its list has 6.
    TSR: poll([number('result', 6)]),
    UBR: poll([{ ...number('baudRate', 9600, 1, 1200), options: BAUD_RATES }]),
    UID: poll([number('id', 99)]),
    VER: poll([text('version', 64)]),
    TXV: poll([number('low', 999), number('high', 999)], 2),
    VSN: poll([number('sensitivity', 2)]),
    LET: poll([number('outlets', 99)]),
    SOL: poll([number('off', 1)]),
    TEL: poll([text('phone')]),
    BRD: poll([date('last'), date('next')], 1),
    ENV: poll(
        [
            measured('temperature', 999),
            measured('humidity', 999),
            ...[1, 2, 3, 4].map((relay) => number(`relay${relay}`, 1)),
        ],
        1,
    ),
    ATT: poll([number('period', 5, 1, 1)]),
    ATX: poll([number('reboot', 2, 1, 1)]),
    ARB: poll([number('reboot', 2, 1, 1)]),
    TXF: poll([number('low', 999, TENTH), number('high', 999, TENTH)], 2),
    UBD: poll([number('seconds', 999)]),
    SOV: poll(
        // 000 fills up the list: 0 V is not a choice.
        [
            number('current', 999),
            ...Array.from({ length: MOST_VOLTAGES }, (_, index) => number(`choice${index + 1}`, 999, 1, 1)),
        ],
        1,
    ),
    BTV: poll([number('minutes', 60, 1, 1), number('voltage', 999)], 2),
} satisfies Record<string, Poll>;

export type PollName = keyof typeof POLLS;

/** Fields beyond the protocol's that are accepted: later versions may add some; a wrong answer has more. */
const EXTRA_FIELDS = 8;

/**
 * The fields of the answer to `name`.
 * @param exact whether the frame had its stated length
 * @throws UpsError protocol if it cannot be an answer to `name`
 */
export function decodeAnswer(name: PollName, data: string, exact = true): Answer {
    const { fields, least, full }: Poll = POLLS[name];
    const parts = data.split(';');
    const wrong = (reason: Told) => new UpsError('protocol', { reason: said('of', { what: name, how: reason }) });
    if (parts.length < (exact ? least : full)) throw wrong(said('delta.fields', { count: parts.length }));
    if (parts.length > fields.length + EXTRA_FIELDS) throw wrong(said('delta.fields', { count: parts.length }));
    if (name === 'STA' && parts.some((part) => !/^[01]?$/.test(part.trim()))) throw wrong(said('delta.notBinary'));
    return Object.fromEntries(fields.map((field, index) => [field.key, valueOf(field, parts[index] ?? '')]));
}

function valueOf({ kind, min, max, scale, options, measured }: Field, part: string): number | string | undefined {
    const clean = part.replace(/[\0\r\n]/g, '').trim();
    if (clean === '') return undefined;
    if (kind === 'text') return readText(clean, max);
    if (kind === 'date') {
        const [, year, month, day] = /^([0-9]{4})([0-9]{2})([0-9]{2})$/.exec(clean) ?? [];
        const iso = `${year}-${month}-${day}`;
        return year !== undefined && isCalendarDate(iso) ? iso : undefined;
    }
    if (!/^[0-9]+$/.test(clean)) return undefined;
    const value = Number(clean);
    if (value < min || value > max || (options && !options.includes(value))) return undefined;
    if (measured && max >= 999 && value === max) return undefined;
    // 0.1 is not exact in binary: 499 × 0.1 must give 49.9.
    return scale === 1 ? value : Math.round(value * scale * 10) / 10;
}

/** Whether `YYYY-MM-DD` is a date of the calendar from 1970 on; a device without a date sends the year 0. */
export function isCalendarDate(iso: string): boolean {
    const day = new Date(`${iso}T00:00:00Z`);
    return !Number.isNaN(day.getTime()) && day.toISOString().startsWith(iso) && Number(iso.slice(0, 4)) >= 1970;
}
