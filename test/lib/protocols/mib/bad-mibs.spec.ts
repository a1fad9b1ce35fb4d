import assert from 'node:assert/strict';
import { UpsError } from '../../../../lib/core/errors';
import { ModuleStore } from '../../../../lib/protocols/mib/module-store';
import { readMib } from '../../../../lib/protocols/mib/objects';
import { errorInEnglish } from '../../../support/in-english';
import { SMI_V1, SMI_V2 } from './sample-mibs';

const lineOf = (text: string, piece: string) => text.slice(0, text.indexOf(piece)).split('\n').length;
const padded = (bytes: number) => `${SMI_V2}${'-- so much\n'.repeat(bytes / 10)}`.slice(0, bytes);
const cutAt = (piece: string) => SMI_V2.slice(0, SMI_V2.indexOf(piece));
const BODY = 'X-MIB DEFINITIONS ::= BEGIN\nIMPORTS enterprises FROM SNMPv2-SMI\n  OBJECT-TYPE FROM RFC-1212;\n';
const object = (name: string, place: string) =>
    `${name} OBJECT-TYPE SYNTAX INTEGER ACCESS read-only STATUS mandatory DESCRIPTION "" ::= { ${place} }\n`;

/** What may come for a MIB file, and why it is none. */
const BAD: [name: string, file: string | Uint8Array, fault: string, sentence: string][] = [
    ['an empty file', '', 'empty', 'it is empty'],
    ['blank lines', '\r\n \t\r\n', 'empty', 'it is empty'],
    [
        'a web page',
        `<!DOCTYPE html>\n<html><body><pre>${SMI_V2}</pre></body></html>`,
        'html',
        'it is a web page; save the file that its link leads to',
    ],
    [
        'a log-in page',
        '\n<HTML><head><title>401 Unauthorized</title></head></HTML>',
        'html',
        'it is a web page; save the file that its link leads to',
    ],
    ['a picture', Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex'), 'binary', 'it is no text file'],
    [
        'a packed file',
        Buffer.concat([Buffer.from('1f8b0800', 'hex'), Buffer.from(SMI_V2)]),
        'binary',
        'it is no text file',
    ],
    ['more than 1 MiB', padded(1024 * 1024 + 1), 'tooLong', 'it is larger than 1 MiB'],
    [
        'a table of measurements',
        'Time,Volts\n06/14/18 12:26:19,13.2\n',
        'notMib',
        'it is no MIB file: it defines no module (DEFINITIONS ::= BEGIN)',
    ],
    [
        'a file cut in its IMPORTS',
        cutAt('TEXTUAL-CONVENTION, Disp'),
        'cut',
        'line 5: a module has no END here: the file is cut; download it again',
    ],
    [
        'a file cut in a definition',
        cutAt('MAX-ACCESS  read-write\n    STATUS      current\n    DESCRIPTION "Whether'),
        'cut',
        `line ${lineOf(SMI_V2, 'SYNTAX      TruthValue')}: a module has no END here: the file is cut; download it again`,
    ],
    [
        'a file cut in a text',
        cutAt(' called."'),
        'unclosed',
        `line ${lineOf(SMI_V2, '"What it is')}: a quote or a bracket is opened and never closed: the file is cut or damaged`,
    ],
    [
        'a brace that is never closed',
        SMI_V2.replace('none(3)\n                }', 'none(3)'),
        'unclosed',
        `line ${lineOf(SMI_V2, 'INTEGER {\n')}: a quote or a bracket is opened and never closed: the file is cut or damaged`,
    ],
    [
        'a brace too many',
        SMI_V2.replace('{ plantObjects 1 }', '{ plantObjects 1 }}'),
        'syntax',
        `line ${lineOf(SMI_V2, '{ plantObjects 1 }')}: this definition cannot be read`,
    ],
    [
        'a definition without its value',
        SMI_V2.replace('    ::= { plantObjects 2 }\n', ''),
        'syntax',
        `line ${lineOf(SMI_V2, 'plantTemperature OBJECT') - 1}: this definition cannot be read`,
    ],
    [
        'a name defined twice',
        SMI_V2.replace('plantVoltage OBJECT', 'plantName OBJECT'),
        'double',
        `line ${lineOf(SMI_V2, 'plantVoltage OBJECT')}: "plantName" is defined twice, first in line ${lineOf(SMI_V2, 'plantName OBJECT')}`,
    ],
    [
        'a parent that is nowhere',
        SMI_V2.replace('{ plantObjects 5 }', '{ plantThings 5 }'),
        'unresolved',
        `line ${lineOf(SMI_V2, 'plantDoor OBJECT')}: "plantDoor" stands below "plantThings", which is not defined anywhere`,
    ],
    [
        'a ring',
        SMI_V1.replace('{ branch 5 }', '{ relays 5 }'),
        'ring',
        `line ${lineOf(SMI_V1, 'relays OBJECT')}: "relays" stands below itself`,
    ],
    [
        'a module that needs others',
        `${BODY.replace(';', ' acme FROM ACME-SMI other FROM OTHER-MIB;')}${object('a', 'acme 1')}${object('b', 'other 1')}END`,
        'missingImport',
        'it needs these modules, too: ACME-SMI and OTHER-MIB; choose all their files together, this one as well',
    ],
    [
        'a module of types and traps only',
        'T-MIB DEFINITIONS ::= BEGIN\nIMPORTS enterprises FROM RFC1155-SMI;\nT ::= INTEGER { a(1) }\nx OBJECT IDENTIFIER ::= { enterprises 1 }\nEND\n',
        'noObject',
        'it has no object that can be read',
    ],
    [
        'objects that nobody may read',
        SMI_V1.replaceAll('read-only', 'not-accessible').replaceAll('read-write', 'write-only'),
        'noObject',
        'it has no object that can be read',
    ],
    [
        'too many names',
        `${BODY}${Array.from({ length: 10_000 }, (_, at) => `n${at} OBJECT IDENTIFIER ::= { enterprises ${at} }`).join('\n')}\nEND`,
        'tooMany',
        'it defines more than 10000 names',
    ],
    [
        'a number that is none',
        `${BODY}${object('a', 'enterprises x')}END`,
        'syntax',
        'line 4: this definition cannot be read',
    ],
    [
        'a damaged macro behind a good one',
        `${BODY}${object('a', 'enterprises 1')}${object('b', 'enterprises 2').replace('OBJECT-TYPE', 'OBJECT-TYP')}END`,
        'syntax',
        'line 4: this definition cannot be read',
    ],
    [
        'two definitions that have run together',
        `${BODY}${object('a', 'enterprises 1').slice(0, -30)}${object('b', 'enterprises 2').slice(15)}END`,
        'syntax',
        'line 4: this definition cannot be read',
    ],
    [
        'a clause twice',
        SMI_V2.replace('UNITS       "0.1 Volts"', 'UNITS "V" UNITS "A"'),
        'syntax',
        `line ${lineOf(SMI_V2, '0.1 Volts')}: this definition cannot be read`,
    ],
    [
        'a type whose values belong to its neighbour',
        SMI_V2.replace('SYNTAX       Integer32 (-1000', 'SYNTA Integer32 (-1000'),
        'syntax',
        `line ${lineOf(SMI_V2, '(-1000')}: this definition cannot be read`,
    ],
    [
        'values without a comma between them',
        SMI_V1.replace('off(1), on(2)', 'off(1) on(2)'),
        'syntax',
        'line 4: this definition cannot be read',
    ],
    ['two names for one value', SMI_V1.replace('on(2)', 'on(1)'), 'syntax', 'line 4: this definition cannot be read'],
    [
        'IMPORTS twice',
        `${BODY}IMPORTS x FROM Y;\n${object('a', 'enterprises 1')}END`,
        'syntax',
        'line 4: this definition cannot be read',
    ],
    [
        'IMPORTS in the middle, without an end',
        `${BODY}${object('a', 'enterprises 1')}IMPORTS x FROM Y\nEND`,
        'syntax',
        'line 5: this definition cannot be read',
    ],
    [
        'a module called like what every object has',
        `${BODY}END\nconstructor DEFINITIONS ::= BEGIN\nEND`,
        'syntax',
        'line 5: this definition cannot be read',
    ],
];

describe('what is no MIB file', function () {
    this.timeout(60_000);
    const store = new ModuleStore();
    const printed: unknown[] = [];
    const names = ['log', 'info', 'warn', 'error', 'debug', 'trace'] as const;
    const printers = names.map((name) => console[name]);
    beforeEach(() => {
        for (const name of names) console[name] = (...words: unknown[]) => void printed.push(words);
    });
    afterEach(() => names.forEach((name, at) => (console[name] = printers[at]!)));

    for (const [name, file, fault, sentence] of BAD) {
        it(`${name} is refused by its name, and nothing is printed`, () => {
            const bytes = typeof file === 'string' ? Buffer.from(file) : file;
            const error: unknown = (() => {
                try {
                    return readMib(bytes, store);
                } catch (refusal) {
                    return refusal;
                }
            })();
            assert.ok(error instanceof UpsError, String(error));
            assert.equal(error.code, 'file-refused');
            assert.equal(error.data.fault, fault);
            assert.equal(errorInEnglish(error), `The file is not used: ${sentence}.`);
            assert.deepEqual(printed, []);
        });
    }

    it('is as large as 1 MiB, and takes no long time', () => {
        const started = process.cpuUsage();
        assert.equal(readMib(Buffer.from(padded(1024 * 1024)), store).length, 10);
        const wide = `${BODY}${Array.from({ length: 9990 }, (_, at) => `T${at} ::= X`).join('\n')}\n${object('a', 'enterprises 1')}END`;
        assert.equal(readMib(Buffer.from(wide), store).length, 1);
        const deep = `${BODY}${Array.from({ length: 9990 }, (_, at) => `n${at + 1} OBJECT IDENTIFIER ::= { n${at} 1 }`).join('\n')}\n${object('a', 'enterprises 1')}END`;
        assert.equal(readMib(Buffer.from(deep), store).length, 1);
        const { user } = process.cpuUsage(started);
        assert.ok(user < 20e6, `${user} µs`);
        assert.deepEqual(printed, []);
    });

    it('leaves the console as it was, and every object of the program, too', () => {
        const before = Object.getOwnPropertyNames(Object).concat(Object.getOwnPropertyNames(Object.prototype));
        const log = console.log;
        const named = `${BODY}${object('toString', 'enterprises 1')}${object('constructor', 'enterprises 2')}${object('hasOwnProperty', 'enterprises 3')}END`;
        assert.deepEqual(
            readMib(Buffer.from(named), store).map(({ oid }) => oid.split('.').at(-1)),
            ['1', '2', '3'],
        );
        assert.equal(console.log, log);
        assert.deepEqual(
            Object.getOwnPropertyNames(Object).concat(Object.getOwnPropertyNames(Object.prototype)),
            before,
        );
    });
});
