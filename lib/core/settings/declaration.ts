import type { When } from './conditions';
import type { FieldFault } from './fault';
import type { Fields, ValuesOf } from './field';
import type { LabelRule } from './label';
import type { Migration } from './migrations';
import type { Role } from './role';

/** The group of a node in the palette, and its folder. */
export type Family = 'config' | 'devices' | 'events' | 'sensors' | 'jobs' | 'batteries' | 'servers' | 'history';

/** Fields under one heading, `section.<name>` of the catalogue; the fields before the first heading are in a section with the name ''. */
export interface Section<F extends Fields = Fields> {
    readonly name: string;
    readonly fields: F;
    /** When the heading is shown; each field has its own condition. */
    readonly when?: When;
    /** The heading and labels are in the catalogue that all nodes share (`ridethrough-editor`), under this key. */
    readonly shared?: string;
}

export function section<const F extends Fields>(
    name: string,
    fields: F,
    options: Pick<Section, 'when' | 'shared'> = {},
): Section<F> {
    return { name, fields, ...options };
}

type UnionToIntersection<U> = (U extends unknown ? (u: U) => void : never) extends (i: infer I) => void ? I : never;
type FieldsOf<S extends readonly Section[]> = UnionToIntersection<S[number]['fields']> & Fields;
type Flat<T> = { [K in keyof T]: T[K] };
type Values<S extends readonly Section[]> = Flat<{ name: string } & ValuesOf<FieldsOf<S>>>;

/** The settings that `readSettings` returns: typed, and with all defaults. */
export type SettingsOf<D> = D extends Declaration<infer S> ? S : never;

export interface Ports {
    inputs: 0 | 1;
    /** A name for each output, for its label `output.<name>`. */
    outputs: readonly string[];
    /** `dynamic`: the labels depend on the settings, and the dialog makes them. */
    named?: 'list' | 'dynamic';
}

/** The declaration of a node; see `declareNode`. */
export interface Declaration<S = Record<string, unknown>> {
    readonly type: string;
    readonly family: Family;
    /** Version of its settings. A stored node without a version has version 1. */
    readonly version: number;
    readonly migrations: Readonly<Record<number, Migration>>;
    readonly ports: Ports;
    readonly label: LabelRule;
    readonly sections: readonly Section[];
    readonly fields: Fields;
    readonly checks: Checks<S>;
    readonly role?: Role<S>;
    /** Its dialog can try the entered settings before a deploy. */
    readonly triesNow: boolean;
    readonly nameRequired: boolean;
}

/** Checks of settings against each other, by the property that gets the fault. */
export type Checks<S> = Readonly<Record<string, (settings: S) => FieldFault | undefined>>;

export interface Declared<T extends string, S extends readonly Section[]> {
    type: T;
    family: Family;
    version?: number;
    /** `migrations[n]` makes settings of version n from those of version n - 1. */
    migrations?: Readonly<Record<number, Migration>>;
    ports?: Ports;
    /** The label on the canvas, in lists and in the log of a node without a name. */
    label?: LabelRule;
    sections: S;
    checks?: Checks<Values<S>>;
    role?: Role<Values<S>>;
    triesNow?: boolean;
    /** The dialog requires a name; at runtime a node without one works all the same. */
    nameRequired?: boolean;
}

/**
 * Declares a node once, for its dialog, its checks, its settings at runtime, its help and its schema. Every node has a `name`, which is
 * declared here for all nodes.
 */
export function declareNode<const T extends string, const S extends readonly Section[]>(
    declared: Declared<T, S>,
): Declaration<Values<S>> & { readonly type: T } {
    const { version = 1, migrations = {}, label = [], checks = {}, triesNow = false, sections } = declared;
    const fields: Fields = Object.assign({}, ...sections.map((each) => each.fields)) as Fields;
    return {
        ...declared,
        version,
        migrations,
        label,
        checks,
        triesNow,
        nameRequired: declared.nameRequired ?? false,
        ports: declared.ports ?? { inputs: 0, outputs: [] },
        fields,
    };
}
