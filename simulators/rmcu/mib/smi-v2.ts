import { PLAYPEN, type CarriedObject, type Mib, type MibObject, type Syntax } from './model';

/** Says in the file itself what it is. */
export const MADE_UP =
    'Made-up objects of a simulator of a power supply with remote monitoring. They are not the objects of any real device.';

/**
 * The MIB file in SMIv2 (RFC 2578), for a tree of scalars.
 * @param identity name of the module's root node
 */
export function smiV2(mib: Omit<Mib, 'text'>, identity: string): string {
    const nameOf = new Map([[mib.root, identity], ...mib.nodes.map(({ name, oid }): [string, string] => [oid, name])]);
    const place = (oid: string) => {
        const cut = oid.lastIndexOf('.');
        return `{ ${nameOf.get(oid.slice(0, cut)) ?? identity} ${oid.slice(cut + 1)} }`;
    };
    return [
        `${mib.module} DEFINITIONS ::= BEGIN`,
        '',
        'IMPORTS',
        '    MODULE-IDENTITY, OBJECT-TYPE, NOTIFICATION-TYPE, Integer32, enterprises',
        '        FROM SNMPv2-SMI',
        '    DisplayString',
        '        FROM SNMPv2-TC;',
        '',
        `${identity} MODULE-IDENTITY`,
        '    LAST-UPDATED "202601010000Z"',
        '    ORGANIZATION "Ridethrough"',
        '    CONTACT-INFO "The simulator of this project"',
        `    DESCRIPTION "${MADE_UP}"`,
        `    ::= ${playpen(mib.root)}`,
        '',
        ...mib.nodes.map(({ name, oid }) => `${name} OBJECT IDENTIFIER ::= ${place(oid)}`),
        '',
        ...mib.objects.flatMap((object) => [
            ...objectType(object, object.write ? 'read-write' : 'read-only'),
            `    ::= ${place(object.oid)}`,
            '',
        ]),
        ...mib.carried.flatMap((object) => [
            ...objectType(object, 'accessible-for-notify'),
            `    ::= ${place(object.oid)}`,
            '',
        ]),
        ...mib.notifications.flatMap(({ name, number, description, carries }) => [
            `${name} NOTIFICATION-TYPE`,
            `    OBJECTS { ${carries.join(', ')} }`,
            '    STATUS current',
            `    DESCRIPTION "${description}"`,
            `    ::= ${place(`${mib.notificationPrefix}.${number}`)}`,
            '',
        ]),
        'END',
        '',
    ].join('\n');
}

/** `{ enterprises netSnmp(8072) … 34 }` for a root below the playpen. */
export function playpen(root: string): string {
    const last = root.slice(PLAYPEN.length + 1);
    return `{ enterprises netSnmp(8072) netSnmpExperimental(9999) netSnmpPlaypen(9999) ${last} }`;
}

export function statesText(states: Readonly<Record<number, string>>): string {
    return Object.entries(states)
        .map(([raw, name]) => `${name}(${raw})`)
        .join(', ');
}

function objectType({ name, syntax, description }: MibObject | CarriedObject, access: string): string[] {
    const units = syntax.kind === 'number' ? [`    UNITS "${syntax.units}"`] : [];
    return [
        `${name} OBJECT-TYPE`,
        `    SYNTAX ${syntaxText(syntax)}`,
        ...units,
        `    MAX-ACCESS ${access}`,
        '    STATUS current',
        `    DESCRIPTION "${description}"`,
    ];
}

function syntaxText(syntax: Syntax): string {
    if (syntax.kind === 'state') return `INTEGER { ${statesText(syntax.states)} }`;
    if (syntax.kind === 'text') return `DisplayString (SIZE (0..${syntax.most}))`;
    return syntax.min === undefined ? 'Integer32' : `Integer32 (${syntax.min}..${syntax.max})`;
}
