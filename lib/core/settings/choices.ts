import { asFlag } from '../plain-values';
import type { Siblings } from './conditions';
import { invalid, missing, type FieldFault } from './fault';
import { ENV_SCHEMA, type CommonOptions, type Field } from './field';

export interface ChoiceOptions<V extends string> extends CommonOptions {
    default: NoInfer<V>;
    /** Has to be said: the default is what a new one begins with, and not what a missing one means. */
    required?: boolean;
    /** In groups with a heading each, by its key; together they must be all the values. */
    groups?: Readonly<Record<string, readonly V[]>>;
    /** What the dialog offers, if that is not all; a node that has another keeps it. */
    offers?: readonly V[];
    /** Stored as a number, as a list of baud rates is. */
    numeric?: boolean;
    /** What is wrong with a choice as its siblings are, if anything. */
    check?(value: V, sibling: Siblings): FieldFault | undefined;
}

/** One of several words; what they are called stands in the catalogue as `option.<property>.<value>`. */
export function choice<const V extends string>(values: readonly V[], options: ChoiceOptions<V>): Field<V> {
    const { default: otherwise, required = false, groups, numeric, offers = values, check } = options;
    return {
        kind: 'choice',
        options,
        initial: numeric ? Number(otherwise) : otherwise,
        empty: required ? { fault: missing() } : { value: otherwise },
        widget: { values: offers, groups, required },
        read(raw, sibling) {
            const word = typeof raw === 'string' || typeof raw === 'number' ? String(raw).trim() : '';
            const found = values.find((value) => value === word);
            if (found === undefined) return { fault: invalid('choice', raw, { choices: values.join(', ') }) };
            const fault = check?.(found, sibling);
            return fault ? { fault } : { value: found };
        },
        schema: () => ({
            anyOf: [{ enum: [...values, '', ...numbersOf(values)] }, ENV_SCHEMA],
            default: otherwise,
        }),
    };
}

/** A flow may store a number as one. */
function numbersOf(values: readonly string[]): number[] {
    return values.map(Number).filter(Number.isFinite);
}

export interface NumberChoiceOptions<V extends number> extends CommonOptions {
    default: NoInfer<V>;
    /** A new node stores it as a text, as a list of the dialog does. */
    asText?: boolean;
}

/** One of several numbers, as a baud rate is. */
export function numberChoice<const V extends number>(
    values: readonly V[],
    { asText = false, ...options }: NumberChoiceOptions<V>,
): Field<V> {
    const words = choice(values.map(String), { ...options, default: String(options.default), numeric: !asText });
    return {
        ...words,
        empty: { value: options.default },
        read(raw, sibling) {
            const read = words.read(raw, sibling);
            return 'value' in read ? { value: Number(read.value) as V } : read;
        },
    };
}

/**
 * A tick box; a text where the flow takes it from an environment variable. An empty text is a variable that is not there, and no default:
 * a gate that stands open is not what its writer meant.
 */
export function tick(options: CommonOptions & { default: boolean }): Field<boolean> {
    return {
        kind: 'tick',
        options,
        initial: options.default,
        empty: { value: options.default },
        isEmpty: (raw) => raw === undefined || raw === null,
        widget: {},
        read(raw) {
            const value = asFlag(raw);
            return value === undefined ? { fault: invalid('tick', raw) } : { value };
        },
        schema: () => ({
            anyOf: [
                { type: 'boolean' },
                { enum: [0, 1] },
                {
                    type: 'string',
                    pattern:
                        '^\\s*([10]|[tT][rR][uU][eE]|[yY][eE][sS]|[oO][nN]|[fF][aA][lL][sS][eE]|[nN][oO]|[oO][fF][fF])\\s*$',
                },
                ENV_SCHEMA,
            ],
            default: options.default,
        }),
    };
}
