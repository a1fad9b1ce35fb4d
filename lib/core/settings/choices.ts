import { asFlag, FLAG_WORDS } from '../plain-values';
import type { Siblings } from './conditions';
import { invalid, missing, type FieldFault } from './fault';
import { BLANK_SCHEMA, ENV_SCHEMA, numbersIn, wordSchema, type CommonOptions, type Field } from './field';

export interface ChoiceOptions<V extends string> extends CommonOptions {
    default: NoInfer<V>;
    /** The setting must be stored: the default is only for new nodes, a missing value is a fault. */
    required?: boolean;
    /** The values in groups, by the key of the group's heading; together the groups contain all values. */
    groups?: Readonly<Record<string, readonly V[]>>;
    /** The values that the dialog offers, if not all; a node that has another value keeps it. */
    offers?: readonly V[];
    /** A new node stores it as a number. */
    numeric?: boolean;
    /** Checks the choice against its siblings. */
    check?(value: V, sibling: Siblings): FieldFault | undefined;
}

/** One of several words; the catalogue has their labels as `option.<property>.<value>`. */
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
            anyOf: [
                { enum: [...values, ...numbersIn(values)] },
                wordSchema(values),
                ...(required ? [] : [BLANK_SCHEMA]),
                ENV_SCHEMA,
            ],
            default: otherwise,
        }),
    };
}

export interface NumberChoiceOptions<V extends number> extends CommonOptions {
    default: NoInfer<V>;
    /** A new node stores it as a text. */
    asText?: boolean;
}

/** One of several numbers, e.g. a baud rate. */
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
 * A tick box; a flow may also set it by an environment variable, as a text. An empty text is a variable that does not exist, and a fault:
 * the default might be the unsafe choice.
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
                wordSchema([...FLAG_WORDS.on, ...FLAG_WORDS.off], true),
                ENV_SCHEMA,
            ],
            default: options.default,
        }),
    };
}
