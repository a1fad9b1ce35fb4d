/** Syntax of an object: as the agent sends it. `index`: a number that stands in the name of a row alone. */
export type MibSyntax = 'integer' | 'text' | 'oid' | 'ticks' | 'counter' | 'gauge' | 'index';

/** One object type. */
export interface MibObject {
    /** Below the root of its module, e.g. `1.2.4`. */
    arcs: string;
    name: string;
    syntax: MibSyntax;
    /** Labels of numbers. */
    labels?: Readonly<Record<string, number>>;
    isWritable?: true;
    /** E.g. `0.1 V`. */
    units?: string;
}

/** A node without a value: a group, or one that stands for an alarm. */
export interface MibNode {
    arcs: string;
    name: string;
}

export interface MibTable extends MibNode {
    /** The index column is the first one. */
    columns: readonly MibObject[];
    /** `upsInputTable` has the rows `upsInputEntry`. */
    entry: string;
}

export interface MibTrap extends MibNode {
    objects: readonly string[];
}

/** A MIB module: all that is below one root. */
export interface MibModule {
    name: string;
    /** The node that the module is, and where it stands. */
    identity: { name: string; parent: string; arc: number };
    /** Numeric. */
    root: string;
    imports: readonly { from: string; names: readonly string[] }[];
    about: string;
    nodes: readonly MibNode[];
    scalars: readonly MibObject[];
    tables: readonly MibTable[];
    traps: readonly MibTrap[];
}

type More = Partial<Pick<MibObject, 'labels' | 'isWritable' | 'units'>>;

/** Numbers the columns or scalars of a group: each is a name, its syntax, and more; `_` leaves a number out. */
export function numbered(
    below: string,
    objects: readonly (readonly [name: string, syntax: MibSyntax, more?: More] | '_')[],
    first = 1,
): MibObject[] {
    return objects.flatMap((object, index) => {
        if (object === '_') return [];
        const [name, syntax, more] = object;
        return [{ arcs: `${below}.${first + index}`, name, syntax, ...more }];
    });
}

/** @param below where the table stands; its rows are at `.1` */
export function tableOf(
    below: string,
    name: string,
    columns: readonly (readonly [name: string, syntax: MibSyntax, more?: More])[],
): MibTable {
    const entry = name.replace(/Table$/, 'Entry');
    return { arcs: below, name, entry, columns: numbered(`${below}.1`, columns) };
}

export const WRITABLE = { isWritable: true } as const;

/** Labels by their numbers in order. */
export function labelled(labels: readonly string[], first = 1): { labels: Record<string, number> } {
    return { labels: Object.fromEntries(labels.map((label, index) => [label, first + index])) };
}
