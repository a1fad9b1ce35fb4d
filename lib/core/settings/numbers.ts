import { holds, type When } from './conditions';
import { invalid, missing } from './fault';
import { BLANK_SCHEMA, ENV_SCHEMA, isBlank, type CommonOptions, type Field, type FieldKind } from './field';

export interface NumberOptions extends CommonOptions {
    min?: number;
    max?: number;
    /** Other bounds under a condition; the first condition that holds counts. */
    bounds?: readonly { when: When; min?: number; max?: number }[];
    /** Shown behind the field: s, ms, min, %, VA; see Widget. */
    unit?: string;
    /** 0 is invalid. */
    notZero?: boolean;
    /** The field is empty in a new node, which means the default. */
    blank?: boolean;
    /** An empty text means "no number"; only a missing value means the default. */
    mayBeEmptied?: boolean;
}

type WithDefault = NumberOptions & { default: number };
type Optional = NumberOptions & { optional: true };
/** Kinds of numbers; `required`: there is no default, and the setting must be filled in. */
type Kinds = WithDefault | Optional | (NumberOptions & { required: true });

/** A whole number. */
export function whole(options: WithDefault | (NumberOptions & { required: true })): Field<number>;
export function whole(options: Optional): Field<number | undefined>;
export function whole(options: Kinds): Field<number | undefined> {
    return numeric('whole', options, true);
}

export function number(options: WithDefault | (NumberOptions & { required: true })): Field<number>;
export function number(options: Optional): Field<number | undefined>;
export function number(options: Kinds): Field<number | undefined> {
    return numeric('number', options, false);
}

/** A duration in seconds; the dialog shows hours, minutes and seconds. */
export function seconds(options: WithDefault & { mayBeEmptied: true }): Field<number | undefined>;
export function seconds(options: WithDefault | (NumberOptions & { required: true })): Field<number>;
export function seconds(options: Optional): Field<number | undefined>;
export function seconds(options: Kinds): Field<number | undefined> {
    return numeric('seconds', options, false);
}

type PortOptions = CommonOptions & Pick<NumberOptions, 'min' | 'blank'>;

/** A TCP or UDP port. */
export function port(options: PortOptions & { default: number }): Field<number>;
export function port(options: PortOptions & { required: true }): Field<number>;
export function port(options: PortOptions & { optional: true }): Field<number | undefined>;
export function port(options: PortOptions & Kinds): Field<number | undefined> {
    return numeric('whole', { icon: 'plug', min: 1, max: 65_535, width: 'short', ...options }, true);
}

function numeric(kind: FieldKind, options: Kinds, isWhole: boolean): Field<number | undefined> {
    const { min, max, bounds = [], unit, notZero, blank = false, mayBeEmptied = false } = options;
    const otherwise = 'default' in options ? options.default : undefined;
    const required = 'required' in options;
    return {
        kind,
        options: { width: kind === 'seconds' ? undefined : 'short', ...options },
        initial: blank ? '' : (otherwise ?? ''),
        empty: required ? { fault: missing() } : { value: otherwise },
        isEmpty: mayBeEmptied ? (raw) => raw !== '' && isBlank(raw) : undefined,
        widget: { min: lowest(options), max: highest(options), whole: isWhole, unit, required },
        read(raw, sibling) {
            if (mayBeEmptied && raw === '') return { value: undefined };
            const own = bounds.find(({ when }) => holds(when, sibling));
            const [from, to] = [own?.min ?? min, own?.max ?? max];
            const value = typeof raw === 'number' || typeof raw === 'string' ? Number(raw) : NaN;
            const inRange = !(from !== undefined && value < from) && !(to !== undefined && value > to);
            if (notZero && value === 0) return { fault: invalid('notZero', raw) };
            if (Number.isFinite(value) && inRange && (!isWhole || Number.isInteger(value))) return { value };
            return { fault: outside(raw, from, to, isWhole) };
        },
        schema: () => ({
            anyOf: [
                {
                    type: isWhole ? 'integer' : 'number',
                    ...(lowest(options) === undefined ? {} : { minimum: lowest(options) }),
                    ...(highest(options) === undefined ? {} : { maximum: highest(options) }),
                },
                { type: 'string', pattern: isWhole ? WHOLE_TEXT : NUMBER_TEXT },
                ...(required ? [] : [BLANK_SCHEMA]),
                ENV_SCHEMA,
            ],
            ...(otherwise === undefined ? {} : { default: otherwise }),
        }),
    };
}

// A number in a text, as an input field or a program stores it: everything that `Number` reads.
const OF_OTHER_BASE = '0[xX][\\da-fA-F]+|0[oO][0-7]+|0[bB][01]+';
const WITH_EXPONENT = '[-+]?(\\d+\\.?\\d*|\\.\\d+)[eE][-+]?\\d+';
const NUMBER_TEXT = `^\\s*([-+]?(\\d+\\.?\\d*|\\.\\d+)|${WITH_EXPONENT}|${OF_OTHER_BASE})\\s*$`;
const WHOLE_TEXT = `^\\s*([-+]?(\\d+\\.?0*|\\.0+)|${WITH_EXPONENT}|${OF_OTHER_BASE})\\s*$`;

function outside(raw: unknown, min: number | undefined, max: number | undefined, isWhole: boolean) {
    const kind = isWhole ? 'whole' : 'number';
    if (min === undefined && max === undefined) return invalid(kind, raw);
    if (max === undefined) return invalid(`${kind}From`, raw, { min: min ?? 0 });
    if (min === undefined) return invalid(`${kind}To`, raw, { max });
    return invalid(`${kind}Between`, raw, { min, max });
}

function lowest({ min, bounds = [] }: NumberOptions): number | undefined {
    const all = [min, ...bounds.map((own) => own.min ?? min)];
    return all.includes(undefined) ? undefined : Math.min(...(all as number[]));
}

function highest({ max, bounds = [] }: NumberOptions): number | undefined {
    const all = [max, ...bounds.map((own) => own.max ?? max)];
    return all.includes(undefined) ? undefined : Math.max(...(all as number[]));
}
