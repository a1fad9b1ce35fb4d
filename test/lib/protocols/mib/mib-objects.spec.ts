import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { mibModules } from '../../../../lib/protocols/mib/mib-file';
import { ModuleStore } from '../../../../lib/protocols/mib/module-store';
import { mibObjects, readMib, type MibObject } from '../../../../lib/protocols/mib/objects';
import { SMI_V1, SMI_V2 } from './sample-mibs';

const store = new ModuleStore();
const objectsOf = (...texts: string[]) =>
    mibObjects(
        texts.flatMap((text) => mibModules(Buffer.from(text))),
        store,
    );
const named = (objects: MibObject[], name: string) => objects.find((object) => object.name === name)!;

describe('the objects of a MIB file', () => {
    it('behind comments that end within their line (X.680, 12.6.3), and below drawn lines', () => {
        const text = `Z-MIB DEFINITIONS ::= BEGIN
---------- a drawn line -----
-- ---- heading ---- of - a - part
z OBJECT IDENTIFIER ::= { 1 3 6 1 4 1 99998 } -- one --
a OBJECT-TYPE SYNTAX INTEGER { no(1), -- not -- yes(3)--well--, more(4) -- and so on
} ACCESS read-only STATUS mandatory DESCRIPTION "d -- e" ::= { z 1 }
b OBJECT-TYPE -- volts - "dc" -- SYNTAX INTEGER ACCESS read-only STATUS mandatory DESCRIPTION "d" ::= { z 2 }
END`;
        const [a, b, ...others] = objectsOf(text);
        assert.deepEqual(a?.type, { kind: 'state', states: { 1: 'no', 3: 'yes', 4: 'more' } });
        assert.equal(a?.description, 'd -- e');
        assert.deepEqual([b?.name, b?.oid], ['b', '1.3.6.1.4.1.99998.2']);
        assert.deepEqual(others, []);
    });

    it('of SMIv2: place, type, states, units, access, table', () => {
        const base = '1.3.6.1.4.1.8072.9999.9999.77';
        const common = { module: 'PLANT-MIB', access: 'read-only' };
        assert.deepEqual(objectsOf(SMI_V2), [
            {
                ...common,
                name: 'plantName',
                oid: `${base}.1.1`,
                type: { kind: 'text' },
                access: 'read-write',
                description: 'What it is called.',
            },
            {
                ...common,
                name: 'plantVoltage',
                oid: `${base}.1.2`,
                type: { kind: 'number' },
                units: '0.1 Volts',
                description: 'The voltage.',
            },
            {
                ...common,
                name: 'plantTemperature',
                oid: `${base}.1.3`,
                type: { kind: 'number', decimals: 1 },
                units: 'degrees Celsius',
                description: 'The temperature.',
            },
            {
                ...common,
                name: 'plantSource',
                oid: `${base}.1.4`,
                type: { kind: 'state', states: { 1: 'mains', 2: 'battery', 3: 'none' } },
                description: 'What feeds it.',
            },
            {
                ...common,
                name: 'plantDoor',
                oid: `${base}.1.5`,
                type: { kind: 'state', states: { 1: 'open', 2: 'closed', '-1': 'unknown' } },
                description: 'The door.',
            },
            {
                ...common,
                name: 'plantArmed',
                oid: `${base}.1.6`,
                type: { kind: 'state', states: { 1: 'true', 2: 'false' } },
                access: 'read-write',
                description: 'Whether it is armed.',
            },
            {
                ...common,
                name: 'plantUptime',
                oid: `${base}.1.7`,
                type: { kind: 'number', ticks: true },
                description: 'Since it was started.',
            },
            {
                ...common,
                name: 'plantAddress',
                oid: `${base}.1.8`,
                type: { kind: 'bytes' },
                description: 'Of its card.',
            },
            { ...common, name: 'plantFlags', oid: `${base}.1.9`, type: { kind: 'bits' }, description: 'Flags.' },
            {
                ...common,
                name: 'plantCurrent',
                oid: `${base}.2.1.3`,
                table: { name: 'plantTable', index: ['plantIndex', 'plantLabel'] },
                type: { kind: 'number' },
                units: 'hundredths of Amps',
                description: 'The current.',
            },
        ]);
    });

    it('of SMIv1, however it is laid out', () => {
        const base = '1.3.6.1.4.1.8072.9999.9999.78.5';
        const common = { module: 'RELAY-MIB', access: 'read-only' };
        const table = { name: 'relayTable', index: ['relayNumber'] };
        assert.deepEqual(objectsOf(SMI_V1), [
            {
                ...common,
                name: 'relayState',
                oid: `${base}.1.1.2`,
                table,
                type: { kind: 'state', states: { 1: 'off', 2: 'on' } },
                access: 'read-write',
                description: 'On or off.',
            },
            {
                ...common,
                name: 'relayNumber',
                oid: `${base}.1.1.1`,
                table,
                type: { kind: 'number' },
                description: '1 to 4.',
            },
            { ...common, name: 'mode', oid: `${base}.2`, type: { kind: 'state', states: { 1: 'auto', 2: 'manual' } } },
            { ...common, name: 'load', oid: `${base}.3`, type: { kind: 'number' }, description: 'Load.' },
            { ...common, name: 'reading', oid: `${base}.4`, type: { kind: 'text' }, description: 'As text.' },
        ]);
    });

    it('of two modules that belong together, in one file or two, in any order', () => {
        const smi =
            'ACME-SMI DEFINITIONS ::= BEGIN\nIMPORTS enterprises FROM SNMPv2-SMI;\nacme OBJECT IDENTIFIER ::= { enterprises 8072 9999 9999 79 }\nAcmeState ::= INTEGER { up(1), down(2) }\nEND\n';
        const mib =
            'ACME-MIB DEFINITIONS ::= BEGIN\nIMPORTS OBJECT-TYPE FROM RFC-1212 acme, AcmeState FROM ACME-SMI;\nlink OBJECT-TYPE SYNTAX AcmeState ACCESS read-only STATUS mandatory ::= { acme 1 }\nEND\n';
        const link = {
            name: 'link',
            module: 'ACME-MIB',
            oid: '1.3.6.1.4.1.8072.9999.9999.79.1',
            type: { kind: 'state', states: { 1: 'up', 2: 'down' } },
            access: 'read-only',
        };
        for (const texts of [[smi, mib], [mib, smi], [smi + mib], [mib + smi]])
            assert.deepEqual(objectsOf(...texts), [link]);
    });

    it('a type that is defined nowhere leaves the object without one', () => {
        const text = SMI_V1.replace('SYNTAX Gauge\r\n', 'SYNTAX Strange\r\n');
        assert.deepEqual(named(objectsOf(text), 'load').type, { kind: 'unknown' });
        const ring = SMI_V1.replace(
            'ShortText ::= DisplayString (SIZE(0..8))',
            'ShortText ::= LongText LongText ::= ShortText',
        );
        assert.deepEqual(named(objectsOf(ring), 'reading').type, { kind: 'unknown' });
    });

    it('a name or a type of a module that is missing is not taken for one of the same name elsewhere', () => {
        const text =
            'A-MIB DEFINITIONS ::= BEGIN\nIMPORTS system, TruthValue FROM OTHER-MIB;\n' +
            'a OBJECT-TYPE SYNTAX TruthValue ACCESS read-only STATUS mandatory ::= { system 99 }\nEND';
        assert.throws(() => objectsOf(text), /fault missingImport/);
        const own = text.replace('system, ', '').replace('{ system 99 }', '{ 1 3 6 1 99 }');
        assert.deepEqual(objectsOf(own)[0]!.type, { kind: 'unknown' });
        assert.equal(objectsOf(own)[0]!.oid, '1.3.6.1.99');
    });

    it('of a large public MIB: IF-MIB (RFC 2863)', () => {
        const file = join(dirname(require.resolve('net-snmp')), 'lib', 'mibs', 'IF-MIB.mib');
        const objects = readMib(readFileSync(file), store);
        const octets = named(objects, 'ifInOctets');
        assert.equal(octets.oid, '1.3.6.1.2.1.2.2.1.10');
        assert.deepEqual(octets.table, { name: 'ifTable', index: ['ifIndex'] });
        assert.deepEqual(named(objects, 'ifOperStatus').type.states, {
            1: 'up',
            2: 'down',
            3: 'testing',
            4: 'unknown',
            5: 'dormant',
            6: 'notPresent',
            7: 'lowerLayerDown',
        });
        assert.equal(named(objects, 'ifNumber').oid, '1.3.6.1.2.1.2.1');
        assert.equal(named(objects, 'ifNumber').table, undefined);
        // A row that augments another has its index.
        assert.deepEqual(named(objects, 'ifHCInOctets').table, { name: 'ifXTable', index: ['ifIndex'] });
        assert.deepEqual(named(objects, 'ifPhysAddress').type, { kind: 'bytes' });
        assert.equal(named(objects, 'ifSpeed').type.kind, 'number');
        assert.equal(objects.length, 53);
    });

    it('nothing of a file stays behind for the next one', () => {
        const before = objectsOf(SMI_V2);
        objectsOf(SMI_V2.replace('mains(1)', 'grid(1)').replace('plantObjects 4', 'plantObjects 44'));
        assert.deepEqual(objectsOf(SMI_V2), before);
        assert.deepEqual(readMib(Buffer.from(SMI_V2)), before);
    });
});
