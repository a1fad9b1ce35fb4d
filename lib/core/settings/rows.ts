import { holds, type Siblings } from './conditions';
import { invalid, missing, ownFault, type FieldFault } from './fault';
import {
    BLANK_SCHEMA,
    ENV_SCHEMA,
    fromJsonText,
    isBlank,
    isEnv,
    JSON_TEXT_SCHEMA,
    propertySchema,
    type CommonOptions,
    type Field,
    type Fields,
    type JsonSchema,
    type ValuesOf,
} from './field';

type Row = Readonly<Record<string, unknown>>;

export interface RowsOptions<F extends Fields> extends CommonOptions {
    default?: readonly Row[];
    /** At least one row is required, also in stored flows: the default rows are for new nodes only. A text is the key of the sentence. */
    atLeastOne?: string | boolean;
    /** Checks a row as a whole, with the other settings of the node. */
    check?(row: ValuesOf<F>, sibling: Siblings): FieldFault | undefined;
    /** The column whose values must differ, and the rule (`error.<rule>` of the node) for equal values. */
    unique?: { column: keyof F & string; rule: string };
}

/** A table: each row has its own settings. Column names are in the catalogue as `column.<key>`. */
export function rows<const F extends Fields>(columns: F, options: RowsOptions<F> = {}): Field<ValuesOf<F>[]> {
    const { default: otherwise = [], atLeastOne = false, check, unique } = options;
    const nothing = typeof atLeastOne === 'string' ? ownFault(atLeastOne) : missing('listEmpty');
    const read = (
        given: unknown,
        sibling: Siblings,
        stored = false,
    ): { value: ValuesOf<F>[] } | { fault: FieldFault } => {
        const raw = fromJsonText(given);
        if (!Array.isArray(raw)) return { fault: invalid('rows', raw) };
        if (raw.length === 0 && atLeastOne !== false) return { fault: nothing };
        const value: ValuesOf<F>[] = [];
        for (const one of raw) {
            const row = readRow(columns, one, sibling, stored);
            if ('fault' in row) return row;
            const fault = check?.(row.value, sibling);
            if (fault) return { fault };
            value.push(row.value);
        }
        if (unique) {
            const names = value.map((row) => String(row[unique.column]));
            const twice = names.find((name, i) => names.indexOf(name) !== i);
            if (twice !== undefined) return { fault: ownFault(unique.rule, twice) };
        }
        return { value };
    };
    return {
        kind: 'rows',
        options,
        initial: otherwise,
        empty: atLeastOne !== false ? { fault: nothing } : read(otherwise, () => undefined),
        isEmpty: (raw) => isBlank(raw),
        widget: { columns, required: atLeastOne !== false },
        read,
        schema: () => ({
            anyOf: [
                {
                    type: 'array',
                    items: rowSchema(columns),
                    ...(atLeastOne !== false ? { minItems: 1 } : {}),
                },
                JSON_TEXT_SCHEMA,
                ...(atLeastOne !== false ? [] : [BLANK_SCHEMA]),
                ENV_SCHEMA,
            ],
            ...(otherwise.length === 0 ? {} : { default: otherwise }),
        }),
    };
}

/** Checks one row, for the dialog. */
export function rowFault(field: Field, row: unknown, sibling: Siblings): FieldFault | undefined {
    const read = field.read([row], sibling, true);
    return 'fault' in read ? read.fault : undefined;
}

function readRow<F extends Fields>(
    columns: F,
    raw: unknown,
    sibling: Siblings,
    stored: boolean,
): { value: ValuesOf<F> } | { fault: FieldFault } {
    if (typeof raw !== 'object' || raw === null || Array.isArray(raw)) return { fault: invalid('rows', raw) };
    const given = raw as Row;
    const value: Record<string, unknown> = {};
    const here: Siblings = (property) =>
        property in columns ? (value[property] ?? given[property]) : sibling(property);
    for (const [key, column] of Object.entries(columns)) {
        const { when } = column.options;
        const counts = holds(when, here);
        const isEmpty = column.isEmpty?.(given[key]) ?? isBlank(given[key]);
        const outcome = !counts
            ? 'value' in column.empty
                ? column.empty
                : { value: undefined }
            : isEmpty
              ? column.empty
              : stored && isEnv(given[key])
                ? { value: given[key] }
                : column.read(given[key], here, stored);
        if ('fault' in outcome) return { fault: outcome.fault };
        value[key] = outcome.value;
    }
    return { value: value as ValuesOf<F> };
}

/** A column under a condition may hold anything while the condition does not hold; the node checks it. */
function rowSchema(columns: Fields): JsonSchema {
    const always = Object.entries(columns).filter(([, { options }]) => options.when === undefined);
    const required = always.filter(([, { empty }]) => 'fault' in empty).map(([key]) => key);
    return {
        type: 'object',
        properties: Object.fromEntries(always.map(([key, column]) => [key, propertySchema(column)])),
        ...(required.length > 0 ? { required } : {}),
    };
}

export interface EventsOptions extends CommonOptions {
    /** The ids of a new node. */
    default?: readonly string[];
    /** At least one event is required; the text is the rule with the node's own sentence. */
    atLeastOne?: string;
}

/** Ids of events, chosen from a list with search. */
export function events(options: EventsOptions = {}): Field<string[]> {
    const { default: otherwise = [], atLeastOne } = options;
    const nothing = atLeastOne === undefined ? undefined : ownFault(atLeastOne);
    return {
        kind: 'events',
        options: { icon: 'bolt', ...options },
        initial: [...otherwise],
        empty: nothing && otherwise.length === 0 ? { fault: nothing } : { value: [...otherwise] },
        widget: { atLeastOne: atLeastOne !== undefined },
        read(given) {
            const raw = fromJsonText(given);
            const isIds = Array.isArray(raw) && raw.every((id) => typeof id === 'string');
            if (!isIds) return { fault: invalid('events', raw) };
            return nothing && raw.length === 0 ? { fault: nothing } : { value: raw as string[] };
        },
        schema: () => ({
            anyOf: [
                {
                    type: 'array',
                    items: { type: 'string' },
                    ...(nothing ? { minItems: 1 } : {}),
                },
                JSON_TEXT_SCHEMA,
                ...(nothing && otherwise.length === 0 ? [] : [BLANK_SCHEMA]),
                ENV_SCHEMA,
            ],
        }),
    };
}

export interface SpecialOptions<T> extends CommonOptions {
    initial: unknown;
    /** The value of a missing setting. */
    empty: { value: T } | { fault: FieldFault };
    /** The value in place of an invalid one, in a node that works on; default: as for a missing one. */
    wrong?: T;
    /** Whether `raw` counts as empty; default: undefined, null, blanks. */
    isEmpty?(raw: unknown): boolean;
    read(raw: unknown, sibling: Siblings, stored?: boolean): { value: T } | { fault: FieldFault };
    schema: JsonSchema;
}

/** A setting with a special widget, which `<type>.editor.ts` provides; the dialog has an empty box for it. */
export function special<T>(options: SpecialOptions<T>): Field<T> {
    const { initial, empty, isEmpty, schema } = options;
    const read: typeof options.read = (raw, sibling, isStored) => options.read(fromJsonText(raw), sibling, isStored);
    const wrong = 'wrong' in options ? { wrong: options.wrong } : {};
    const blank = isEmpty === undefined && 'value' in empty ? [BLANK_SCHEMA] : [];
    const whole = () => ({ anyOf: [schema, JSON_TEXT_SCHEMA, ...blank, ENV_SCHEMA] });
    return { kind: 'special', options, initial, empty, ...wrong, isEmpty, widget: {}, read, schema: whole };
}

/** A setting that the dialog stores without showing it. */
export function stored<T>(options: SpecialOptions<T>): Field<T> {
    return { ...special(options), kind: 'stored' };
}
