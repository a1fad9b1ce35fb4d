import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { mibModules } from '../../lib/protocols/mib/mib-file';
import { ModuleStore } from '../../lib/protocols/mib/module-store';
import { mibObjects, type MibObject } from '../../lib/protocols/mib/objects';
import { SMI_V1, SMI_V2 } from '../lib/protocols/mib/sample-mibs';
import { requirePeer } from '../support/peers';

/** The modules that net-snmp for Node.js brings along: snmptranslate needs them, too. */
const BASE = join(dirname(require.resolve('net-snmp')), 'lib', 'mibs');
/** Of the Debian packages of net-snmp; a machine may lack them. */
const SYSTEM = '/usr/share/snmp/mibs';

const TYPES: Readonly<Record<MibObject['type']['kind'], RegExp>> = {
    number: /INTEGER|Integer32|Gauge|Counter|Unsigned32|TimeTicks/,
    state: /INTEGER|Integer32/,
    text: /OCTET STRING/,
    bytes: /OCTET STRING|Opaque/,
    bits: /BITS/,
    oid: /OBJECT IDENTIFIER/,
    address: /IpAddress|NetworkAddress/,
    unknown: /^$/,
};

describe('objects of MIB files, as snmptranslate of net-snmp tells them', function () {
    this.timeout(120_000);
    let snmptranslate: string;
    let folder: string;
    before(function () {
        snmptranslate = requirePeer(this, 'snmptranslate');
        folder = mkdtempSync(join(tmpdir(), 'mibs-'));
        writeFileSync(join(folder, 'PLANT-MIB.txt'), SMI_V2);
        // Of vendors' liberties, net-snmp does not take these two.
        const strict = SMI_V1.replace(/^RELAY-MIB \{.*\}/, 'RELAY-MIB').replace('manual( 2 ), }', 'manual(2) }');
        writeFileSync(join(folder, 'RELAY-MIB.txt'), strict);
    });
    after(() => folder && rmSync(folder, { recursive: true }));

    const store = new ModuleStore();

    /** What `snmptranslate -Td` says of each object. */
    const details = (objects: readonly MibObject[], folders: readonly string[]) => {
        const names = objects.map(({ module, name }) => `${module}::${name}`);
        const modules = [...new Set(objects.map(({ module }) => module))].join(':');
        const options = ['-M', folders.join(':'), '-m', modules, '-Td', '-On'];
        const told = execFileSync(snmptranslate, [...options, ...names], {
            encoding: 'utf8',
            stdio: ['ignore', 'pipe', 'pipe'],
            env: { ...process.env, SNMPCONFPATH: folder },
        });
        return told.split(/^(?=\.1\.)/m).filter((part) => part.startsWith('.1.'));
    };

    const compare = (files: readonly string[], folders: readonly string[]) => {
        const modules = files.flatMap((file) => mibModules(readFileSync(file)));
        const objects = mibObjects(modules, store);
        const told = details(objects, folders);
        assert.equal(told.length, objects.length);
        objects.forEach((object, at) => {
            const text = told[at]!;
            const clause = (name: string) => new RegExp(`^  ${name}\\s+(.*)$`, 'm').exec(text)?.[1]?.trim();
            assert.equal(text.split('\n', 1)[0], `.${object.oid}`, object.name);
            assert.equal(clause('UNITS')?.replaceAll('"', ''), object.units, object.name);
            assert.match(
                clause('MAX-ACCESS') ?? '',
                object.access === 'read-only' ? /^read-only$/ : /^read-(write|create)$/,
                object.name,
            );
            const syntax = clause('SYNTAX') ?? '';
            if (object.type.kind === 'unknown') return;
            assert.match(syntax, TYPES[object.type.kind], object.name);
            const named = [...(/\{(.*)\}/.exec(syntax)?.[1] ?? '').matchAll(/([\w-]+)\((-?\d+)\)/g)].map(
                ([, name, raw]) => [raw, name],
            );
            if (object.type.kind !== 'bits')
                assert.deepEqual(Object.fromEntries(named), object.type.states ?? {}, object.name);
        });
        return objects.length;
    };

    it('for our own files of SMIv1 and SMIv2', () => {
        const files = readdirSync(folder).map((name) => join(folder, name));
        assert.equal(
            files.map((file) => compare([file], [folder, BASE])).reduce((a, b) => a + b),
            15,
        );
    });

    it('for IF-MIB', () =>
        assert.equal(compare([join(BASE, 'IF-MIB.mib'), join(BASE, 'IANAifType-MIB.mib')], [BASE]), 53));

    for (const name of [
        'UCD-SNMP-MIB',
        'LM-SENSORS-MIB',
        'UCD-DISKIO-MIB',
        'NET-SNMP-AGENT-MIB',
        'NET-SNMP-EXTEND-MIB',
    ]) {
        it(`for ${name}`, function () {
            const files = [name, 'NET-SNMP-AGENT-MIB', 'NET-SNMP-MIB', 'NET-SNMP-TC', 'UCD-SNMP-MIB'].map((module) =>
                join(SYSTEM, `${module}.txt`),
            );
            let wanted: string[];
            try {
                wanted = [...new Set(files)].filter((file) => readFileSync(file));
            } catch (error) {
                if ((error as NodeJS.ErrnoException).code === 'ENOENT') return this.skip();
                throw error;
            }
            assert.ok(compare(wanted, [SYSTEM, BASE]) > 5);
        });
    }
});
