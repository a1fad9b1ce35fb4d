import type { Siblings, When } from './conditions';
import type { Family } from './declaration';
import type { FieldFault } from './fault';

/** The kinds of settings; the dialog has a widget for each. */
export type FieldKind =
    | 'text'
    | 'template'
    | 'whole'
    | 'number'
    | 'seconds'
    | 'choice'
    | 'tick'
    | 'list'
    | 'day'
    | 'moment'
    | 'time'
    | 'reference'
    | 'node'
    | 'rows'
    | 'events'
    | 'special'
    | 'stored';

/** Options of every kind of setting. */
export interface CommonOptions {
    /** Name of a Font Awesome icon, without `fa-`. */
    icon?: string;
    /** When it applies; otherwise it is hidden, not checked, and has its default. */
    when?: When;
    /** Node-RED stores it as a credential: the dialog may show `text` again, `password` never. */
    credential?: 'text' | 'password';
    /** An example, shown in grey; an example in words is in the catalogue as `placeholder.<property>`. */
    example?: string;
    width?: 'short' | 'medium';
    /** Its tip is a warning. */
    warn?: boolean;
}

/** A part of a JSON Schema (draft 2020-12). */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** The outcome of reading one setting. */
export type Read<T> = { value: T } | { fault: FieldFault };

/** One setting: how it is stored, read, checked and shown. `T` is the type that the node works with. */
export interface Field<T = unknown> {
    readonly kind: FieldKind;
    readonly options: CommonOptions;
    /** The value of a new node, and of a missing setting. */
    readonly initial: unknown;
    /** The value of a missing or empty setting; a fault if it must be filled in. */
    readonly empty: Read<T>;
    /** The value in place of an invalid one, in a node that works on; default: as for a missing one. */
    readonly wrong?: unknown;
    /** Whether `raw` counts as empty; default: undefined, null, blanks. */
    isEmpty?(raw: unknown): boolean;
    /**
     * Reads a value that is not empty.
     * @param stored true: as a flow stores it, where `${NAME}` is an environment variable. At runtime, a remaining `${NAME}` is a variable
     * that does not exist.
     */
    read(raw: unknown, sibling: Siblings, stored?: boolean): Read<T>;
    /** The JSON Schema of the stored value. */
    schema(): JsonSchema;
    /** Properties of the widget: bounds, choices, columns, … */
    readonly widget: Widget;
}

export interface Widget {
    min?: number;
    max?: number;
    whole?: boolean;
    /** s, min, %, VA; a unit that needs translation is in the catalogue as `unit.<unit>`. */
    unit?: string;
    values?: readonly string[];
    /** Values in groups, by the key of their heading `group.<key>`. */
    groups?: Readonly<Record<string, readonly string[]>>;
    /** Lines of a text field; 1: a single line. */
    lines?: number;
    /** The text is chosen from a list. */
    picked?: boolean;
    /** Type of the config node, or node, that is referred to. */
    refersTo?: string;
    /** Family of the nodes that may be referred to, whatever their type. */
    refersToFamily?: Family;
    required?: boolean;
    columns?: Columns;
    /** Checks one entry of a list. */
    entry?(entry: string): FieldFault | undefined;
    /** Each entry has its own row in the dialog. */
    rowEach?: boolean;
    /** At least one event has to be chosen. */
    atLeastOne?: boolean;
}

export type Fields = Readonly<Record<string, Field>>;
export type Columns = Fields;

export type ValueOf<F> = F extends Field<infer T> ? T : never;
export type ValuesOf<F extends Fields> = { [K in keyof F]: ValueOf<F[K]> };

const ENV = /^\$(\{\S+\}|\(\S+\))$/;

/** `${NAME}`, or `$(NAME)` in old flows: Node-RED replaces it by the value of an environment variable before the node gets it. */
export function isEnv(raw: unknown): boolean {
    return typeof raw === 'string' && ENV.test(raw);
}

/** The schema of `${NAME}`. */
export const ENV_SCHEMA: JsonSchema = { type: 'string', pattern: ENV.source };

/** The schema of a list or an object as JSON text, see `fromJsonText`. */
export const JSON_TEXT_SCHEMA: JsonSchema = { type: 'string', pattern: '^\\s*[\\[{]' };

/** The schema of an empty text. */
export const BLANK_SCHEMA: JsonSchema = { type: 'string', pattern: '^\\s*$' };

/** The words that are numbers: a flow may also store a choice as a number. */
export function numbersIn(words: readonly string[]): number[] {
    return words.map(Number).filter((value, index) => String(value) === words[index]);
}

/** The schema of one of these words; blanks around it do not count, nor does, with `anyCase`, the case of its letters. */
export function wordSchema(words: readonly string[], anyCase = false): JsonSchema {
    const letters = (word: string) => word.replace(/[a-z]/gi, (each) => `[${each.toLowerCase()}${each.toUpperCase()}]`);
    const plain = words.map((word) => word.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&'));
    return { type: 'string', pattern: `^\\s*(${(anyCase ? words.map(letters) : plain).join('|')})\\s*$` };
}

/** A missing value and null mean the default, if there is one. */
export function propertySchema(field: Field): JsonSchema {
    const schema = field.schema();
    return 'fault' in field.empty ? schema : { anyOf: [schema, { type: 'null' }] };
}

/** A list or an object. An environment variable holds it as JSON; any other text stays a text. */
export function fromJsonText(raw: unknown): unknown {
    if (typeof raw !== 'string' || !/^\s*[[{]/.test(raw)) return raw;
    try {
        return JSON.parse(raw) as unknown;
    } catch {
        return raw;
    }
}

export function isBlank(raw: unknown): boolean {
    return raw === undefined || raw === null || (typeof raw === 'string' && raw.trim() === '');
}
