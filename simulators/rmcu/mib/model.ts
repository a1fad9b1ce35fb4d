import type { Notification } from '../device';

/** netSnmpPlaypen: net-snmp's arc for experiments. Nothing below it belongs to a product. */
export const PLAYPEN = '1.3.6.1.4.1.8072.9999.9999';

export type Syntax =
    /** A whole number; value = raw × scale. `units` is the text of UNITS. */
    | { kind: 'number'; scale: number; units: string; min?: number; max?: number }
    | { kind: 'state'; states: Readonly<Record<number, string>> }
    | { kind: 'text'; most: number };

/** A scalar, or a column of a table. */
export interface MibObject {
    name: string;
    /** Without an instance. */
    oid: string;
    syntax: Syntax;
    description: string;
    /** 0: a scalar; else a column with the rows 1 to `rows`. */
    rows: number;
    /** Of a column: the name of its table, without `Table`. */
    table?: string;
    /** The raw value. `row`: 0 for a scalar. */
    read(row: number): number | string;
    /** A number as a person reads it, e.g. `13.2 Volts`. */
    asText?(row: number): string;
    /** Present if the object is writable. @throws UpsError */
    write?(value: number | string, row: number): void;
}

/** An object that only notifications carry. */
export interface CarriedObject {
    name: string;
    oid: string;
    syntax: Exclude<Syntax, { kind: 'number' }>;
    description: string;
    /** The raw value; undefined if this notification does not tell it. */
    of(notification: Notification): number | string | undefined;
}

export interface MibNotification {
    what: Notification['what'];
    name: string;
    number: number;
    description: string;
    /** Names of carried objects. */
    carries: readonly string[];
}

/** A tree of objects: what the agent serves, and what its MIB file says. */
export interface Mib {
    module: string;
    /** OID of the module; sysObjectID. */
    root: string;
    /** Nodes between the root and the objects, parents first. */
    nodes: readonly { name: string; oid: string }[];
    objects: readonly MibObject[];
    carried: readonly CarriedObject[];
    notifications: readonly MibNotification[];
    /** OID that the number of a notification is appended to: it ends in 0 (RFC 2578 section 8.5). */
    notificationPrefix: string;
    /** The MIB file. */
    text: string;
}

export function number(scale: number, units: string): Syntax {
    return { kind: 'number', scale, units };
}

/** Raw value of `value`. */
export function rawOf(value: number, scale: number): number {
    return Math.round(value / scale);
}
