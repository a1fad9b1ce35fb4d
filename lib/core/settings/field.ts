import type { Siblings, When } from './conditions';
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

/** What every kind of setting may have. */
export interface CommonOptions {
    /** Of Font Awesome, without `fa-`. */
    icon?: string;
    /** When it counts; else it is hidden, not checked, and its default. */
    when?: When;
    /** Kept by Node-RED as a credential: `text` may be shown again in the dialog, `password` never. */
    credential?: 'text' | 'password';
    /** An example, shown in grey; one in words stands in the catalogue as `placeholder.<property>`. */
    example?: string;
    width?: 'short' | 'medium';
    /** Its tip warns. */
    warn?: boolean;
}

/** A part of a JSON Schema (draft 2020-12). */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** The outcome of reading one setting. */
export type Read<T> = { value: T } | { fault: FieldFault };

/** One setting: how it is stored, read, checked and shown. `T` is what the node works with. */
export interface Field<T = unknown> {
    readonly kind: FieldKind;
    readonly options: CommonOptions;
    /** What a new node has, and what stands for a missing one. */
    readonly initial: unknown;
    /** What a missing or empty setting means; a fault if it must be filled in. */
    readonly empty: Read<T>;
    /** What stands in for a wrong one, in a node that goes on; default: as for a missing one. */
    readonly wrong?: unknown;
    /** Whether `raw` counts as empty; default: undefined, null, blanks. */
    isEmpty?(raw: unknown): boolean;
    /**
     * Reads what is not empty.
     * @param stored as a flow stores it: `${NAME}` within is an environment variable. At runtime it is one that is not there.
     */
    read(raw: unknown, sibling: Siblings, stored?: boolean): Read<T>;
    /** What JSON may stand here. */
    schema(): JsonSchema;
    /** Of the widget: bounds, choices, columns, … */
    readonly widget: Widget;
}

export interface Widget {
    min?: number;
    max?: number;
    whole?: boolean;
    /** s, min, %, VA; a word that has to be translated stands in the catalogue as `unit.<unit>`. */
    unit?: string;
    values?: readonly string[];
    /** Values in groups, by the key of their heading `group.<key>`. */
    groups?: Readonly<Record<string, readonly string[]>>;
    /** Lines of a text field; 1: a single line. */
    lines?: number;
    /** A text that is picked from a list. */
    picked?: boolean;
    /** Type of the config node, or node, that is referred to. */
    refersTo?: string;
    required?: boolean;
    columns?: Columns;
    /** What an entry of a list is checked by. */
    entry?(entry: string): FieldFault | undefined;
    /** The entries have a row each in the dialog. */
    rowEach?: boolean;
    /** At least one event has to be chosen. */
    atLeastOne?: boolean;
}

export type Fields = Readonly<Record<string, Field>>;
export type Columns = Fields;

export type ValueOf<F> = F extends Field<infer T> ? T : never;
export type ValuesOf<F extends Fields> = { [K in keyof F]: ValueOf<F[K]> };

const ENV = /^\$\{[^}]+\}$/;

/** `${NAME}`: Node-RED puts the value of an environment variable in its place before the node sees it. */
export function isEnv(raw: unknown): boolean {
    return typeof raw === 'string' && ENV.test(raw.trim());
}

/** The schema of `${NAME}`. */
export const ENV_SCHEMA: JsonSchema = { type: 'string', pattern: '^\\s*\\$\\{[^}]+\\}\\s*$' };

export function isBlank(raw: unknown): boolean {
    return raw === undefined || raw === null || (typeof raw === 'string' && raw.trim() === '');
}
