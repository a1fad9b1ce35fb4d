import type { CarriedObject, Mib, MibObject, Syntax } from './model';
import { MADE_UP, playpen, statesText } from './smi-v2';

/**
 * The MIB file in SMIv1, for a tree of tables. No module identity and no UNITS, as SMIv1 has neither.
 * @param root name of the root node
 */
export function smiV1(mib: Omit<Mib, 'text'>, root: string): string {
    const tables = [...new Set(mib.objects.map(({ table }) => table ?? ''))];
    const node = mib.nodes[0];
    return [
        `${mib.module} DEFINITIONS ::= BEGIN`,
        '',
        `-- ${MADE_UP}`,
        '',
        'IMPORTS',
        '    enterprises',
        '        FROM RFC1155-SMI',
        '    OBJECT-TYPE',
        '        FROM RFC-1212',
        '    TRAP-TYPE',
        '        FROM RFC-1215',
        '    DisplayString',
        '        FROM RFC1213-MIB;',
        '',
        `${root} OBJECT IDENTIFIER ::= ${playpen(mib.root)}`,
        ...(node ? [`${node.name} OBJECT IDENTIFIER ::= { ${root} ${lastArc(node.oid)} }`] : []),
        '',
        ...tables.flatMap((table) => tableText(mib, table, root)),
        ...mib.carried.flatMap((object) => objectType(object, node?.name ?? root, 'not-accessible')),
        ...mib.notifications.flatMap(({ name, number, description, carries }) => [
            `${name} TRAP-TYPE`,
            `    ENTERPRISE ${root}`,
            `    VARIABLES { ${carries.join(', ')} }`,
            `    DESCRIPTION "${description}"`,
            `    ::= ${number}`,
            '',
        ]),
        'END',
        '',
    ].join('\n');
}

function tableText(mib: Omit<Mib, 'text'>, table: string, root: string): string[] {
    const columns = mib.objects.filter((object) => object.table === table);
    const index = columns[0];
    if (!index) return [];
    const row = `${table[0]?.toUpperCase()}${table.slice(1)}Entry`;
    const tableOid = index.oid.split('.').slice(0, -2).join('.');
    const members = columns.map(
        ({ name, syntax }) => `    ${name} ${syntax.kind === 'text' ? 'DisplayString' : 'INTEGER'}`,
    );
    return [
        `${table}Table OBJECT-TYPE`,
        `    SYNTAX SEQUENCE OF ${row}`,
        '    ACCESS not-accessible',
        '    STATUS mandatory',
        '    DESCRIPTION "One row for each channel."',
        `    ::= { ${root} ${lastArc(tableOid)} }`,
        '',
        `${table}Entry OBJECT-TYPE`,
        `    SYNTAX ${row}`,
        '    ACCESS not-accessible',
        '    STATUS mandatory',
        '    DESCRIPTION "A channel."',
        `    INDEX { ${index.name} }`,
        `    ::= { ${table}Table 1 }`,
        '',
        `${row} ::= SEQUENCE {`,
        members.join(',\n'),
        '}',
        '',
        ...columns.flatMap((column) => objectType(column, `${table}Entry`, column.write ? 'read-write' : 'read-only')),
    ];
}

function objectType(
    { name, oid, syntax, description }: MibObject | CarriedObject,
    parent: string,
    access: string,
): string[] {
    return [
        `${name} OBJECT-TYPE`,
        `    SYNTAX ${syntaxText(syntax)}`,
        `    ACCESS ${access}`,
        '    STATUS mandatory',
        `    DESCRIPTION "${description}"`,
        `    ::= { ${parent} ${lastArc(oid)} }`,
        '',
    ];
}

function syntaxText(syntax: Syntax): string {
    if (syntax.kind === 'state') return `INTEGER { ${statesText(syntax.states)} }`;
    if (syntax.kind === 'text') return `DisplayString (SIZE (0..${syntax.most}))`;
    return syntax.min === undefined ? 'INTEGER' : `INTEGER (${syntax.min}..${syntax.max})`;
}

function lastArc(oid: string): string {
    return oid.slice(oid.lastIndexOf('.') + 1);
}
