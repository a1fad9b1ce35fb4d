import type { MibModule, MibNode, MibObject, MibSyntax, MibTable, MibTrap } from './mib-table';

const SYNTAX: Readonly<Record<MibSyntax, string>> = {
    integer: 'Integer32',
    text: 'DisplayString (SIZE (0..255))',
    oid: 'OBJECT IDENTIFIER',
    ticks: 'TimeTicks',
    counter: 'Counter32',
    gauge: 'Gauge32',
    index: 'Integer32 (1..2147483647)',
};
/** Of the modules: their names and numbers are the same since. */
const UPDATED = '202611300000Z';
const MACROS = ['MODULE-IDENTITY', 'OBJECT-TYPE', 'NOTIFICATION-TYPE', 'OBJECT-IDENTITY'];
const TYPES = ['Integer32', 'Counter32', 'Gauge32', 'TimeTicks'];

/** The file of a module, in SMIv2 (RFC 2578): what programs for management load to show names in place of numbers. */
export function mibText(module: MibModule): string {
    const parts = new Map<string, string>();
    const parentOf = parents(module);
    for (const node of module.nodes) parts.set(node.arcs, nodeText(node, parentOf(node.arcs)));
    for (const scalar of module.scalars) parts.set(scalar.arcs, objectText(scalar, parentOf(scalar.arcs)));
    for (const table of module.tables) parts.set(table.arcs, tableText(table, parentOf(table.arcs)));
    for (const trap of module.traps) parts.set(trap.arcs, trapText(trap, parentOf(trap.arcs)));
    const inOrder = [...parts].sort(([a], [b]) => compare(a, b)).map(([, text]) => text);
    const { name, identity, about } = module;
    return [
        `${name} DEFINITIONS ::= BEGIN`,
        importsText(module),
        `${identity.name} MODULE-IDENTITY
    LAST-UPDATED "${UPDATED}"
    ORGANIZATION "Ridethrough"
    CONTACT-INFO "The operator of this agent: see sysContact."
    DESCRIPTION "${about}"
    ::= { ${identity.parent} ${identity.arc} }`,
        ...inOrder,
        'END\n',
    ].join('\n\n');
}

/** The name of an instance, e.g. `upsShutdownAfterDelay.0`; undefined: it is not of this module. */
export function nameOfInstance({ root, scalars, tables }: MibModule, oid: string): string | undefined {
    if (!oid.startsWith(`${root}.`)) return undefined;
    const arcs = oid.slice(root.length + 1);
    const found = [...scalars, ...tables.flatMap(({ columns }) => columns)].find((each) =>
        arcs.startsWith(`${each.arcs}.`),
    );
    return found && `${found.name}${arcs.slice(found.arcs.length)}`;
}

function importsText({ imports, nodes }: MibModule): string {
    const smi = [...MACROS.filter((each) => each !== 'OBJECT-IDENTITY' || nodes.length > 0), ...TYPES];
    const all = new Map([
        ['SNMPv2-SMI', smi],
        ['SNMPv2-TC', ['DisplayString']],
    ]);
    for (const { from, names } of imports) all.set(from, [...(all.get(from) ?? []), ...names]);
    const lines = [...all].map(([from, names]) => `    ${names.join(', ')}\n        FROM ${from}`);
    return `IMPORTS\n${lines.join('\n')};`;
}

function nodeText({ arcs, name }: MibNode, parent: string): string {
    return `${name} OBJECT-IDENTITY
    STATUS current
    DESCRIPTION "${wordsOf(name)}."
    ::= { ${parent} ${last(arcs)} }`;
}

function objectText({ arcs, name, syntax, labels, isWritable, units }: MibObject, parent: string): string {
    const named = labels && Object.entries(labels).map(([label, number]) => `${label}(${number})`);
    const access = syntax === 'index' ? 'not-accessible' : isWritable ? 'read-write' : 'read-only';
    return [
        `${name} OBJECT-TYPE`,
        `    SYNTAX ${named ? `INTEGER { ${named.join(', ')} }` : SYNTAX[syntax]}`,
        ...(units ? [`    UNITS "${units}"`] : []),
        `    MAX-ACCESS ${access}`,
        '    STATUS current',
        `    DESCRIPTION "${wordsOf(name)}."`,
        `    ::= { ${parent} ${last(arcs)} }`,
    ].join('\n');
}

function tableText({ arcs, name, entry, columns }: MibTable, parent: string): string {
    const type = entry.charAt(0).toUpperCase() + entry.slice(1);
    const plain = (syntax: MibSyntax) => SYNTAX[syntax].replace(/ \(.*/, '');
    const fields = columns.map((column) => `    ${column.name} ${plain(column.syntax)}`);
    const head = (syntax: string, more: string) => `    SYNTAX ${syntax}
    MAX-ACCESS not-accessible
    STATUS current
    DESCRIPTION "${wordsOf(name)}."${more}`;
    return [
        `${name} OBJECT-TYPE\n${head(`SEQUENCE OF ${type}`, '')}\n    ::= { ${parent} ${last(arcs)} }`,
        `${entry} OBJECT-TYPE\n${head(type, `\n    INDEX { ${columns[0]!.name} }`)}\n    ::= { ${name} 1 }`,
        `${type} ::= SEQUENCE {\n${fields.join(',\n')}\n}`,
        ...columns.map((column) => objectText(column, entry)),
    ].join('\n\n');
}

function trapText({ arcs, name, objects }: MibTrap, parent: string): string {
    return `${name} NOTIFICATION-TYPE
    OBJECTS { ${objects.join(', ')} }
    STATUS current
    DESCRIPTION "${wordsOf(name)}."
    ::= { ${parent} ${last(arcs)} }`;
}

/** The name of what a node stands below. */
function parents({ identity, nodes }: MibModule): (arcs: string) => string {
    const names = new Map(nodes.map(({ arcs, name }) => [arcs, name]));
    return (arcs) => names.get(arcs.slice(0, Math.max(0, arcs.lastIndexOf('.')))) ?? identity.name;
}

/** `upsBatteryVoltage`: Battery voltage. */
function wordsOf(name: string): string {
    const words = name
        .replace(/^(ups|bacs|alarm)(?=[A-Z])/, '')
        .replaceAll(/([a-z\d])([A-Z])/g, '$1 $2')
        .split(' ');
    const told = words.map((word) => (/^[A-Z]{2}/.test(word) ? word : word.toLowerCase())).join(' ');
    return told.charAt(0).toUpperCase() + told.slice(1);
}

function last(arcs: string): string {
    return arcs.slice(arcs.lastIndexOf('.') + 1);
}

function compare(a: string, b: string): number {
    const [first, second] = [a, b].map((arcs) => arcs.split('.').map(Number)) as [number[], number[]];
    for (let index = 0; index < Math.min(first.length, second.length); index++) {
        const difference = first[index]! - second[index]!;
        if (difference) return difference;
    }
    return first.length - second.length;
}
