import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { root } from './editor/contract';

/** Three words with letters in a row. */
const SENTENCE =
    /(?:^|[\s(“"'])[A-Za-z][A-Za-z'’-]*[,:;]? [A-Za-z][A-Za-z'’-]*[,:;]? [A-Za-z][A-Za-z'’-]*(?=$|[\s.,:;!?)”"'…])/;

/** Where English may stand in code, and why. */
const ALLOWED: readonly [RegExp, why: string][] = [
    [
        /^lib\/protocols\/cs141\/(maps\/|decode|module-rounds|sensor-modules)/,
        'names that the manual of the device prints',
    ],
    [
        /^lib\/protocols\/(delta\/decode|nut\/flags|nut\/driver|snmp\/alarms)/,
        'what a device says of itself, in its own words',
    ],
    [/^lib\/store\//, 'SQL, and what a damaged file is called'],
    [/^lib\/(simulation|protocols\/modbus-server)\//, 'simulated devices'],
    [
        /^lib\/core\/(events|sensors\/(contact|sensor)-source|unit\/mains-judge|markers\/marker-source)/,
        'names of the rules in the evidence of an event',
    ],
    [/^lib\/core\/(clock|words)\.ts/, 'for programmers; values as they are typed'],
    [/^lib\/core\/(sensors\/sensor-config|thresholds\/config)\.ts/, 'conditions on numbers: to be told in words yet'],
    [
        /^lib\/protocols\/(aux|contacts|cs141|delta|gsm|mail|modbus|nut|rccmd|shared|snmp|ssh|syslog)\//,
        'reasons of transports and devices: to be told in words yet',
    ],
    [/^lib\/flow\/delivery\/outbox\.ts/, 'states of a note'],
    [
        /^nodes\/(devices\/ups-simulator|sensors\/ups-sensor|shared\/(admin-route|buzzer-voices))\.ts/,
        'words of the protocol, or lists of choices',
    ],
];

describe('sentences', () => {
    it('stand in the catalogues, not in the code', () => {
        const found = ['nodes', 'lib'].flatMap((folder) => filesOf(folder)).flatMap((file) => sentencesOf(file));
        assert.deepEqual(found, []);
    });

    it('would be found in a text and in a template', () => {
        const source = 'const a = "mail was sent"; const b = `mail was ${a} sent to you`; const c = "on, off";';
        assert.equal(literalsOf(source).filter((text) => SENTENCE.test(text)).length, 2);
    });
});

function filesOf(folder: string): string[] {
    return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
        .filter((file) => file.endsWith('.ts'))
        .map((file) => join(folder, file));
}

function sentencesOf(file: string): string[] {
    if (ALLOWED.some(([place]) => place.test(file))) return [];
    const found = literalsOf(readFileSync(join(root, file), 'utf8')).filter((text) => SENTENCE.test(text));
    return found.map((text) => `${file}: ${text}`);
}

function literalsOf(source: string): string[] {
    const texts: string[] = [];
    const visit = (node: ts.Node): void => {
        if (ts.isStringLiteralLike(node)) texts.push(node.text);
        if (ts.isTemplateExpression(node)) {
            texts.push(node.head.text + node.templateSpans.map(({ literal }) => `…${literal.text}`).join(''));
        }
        ts.forEachChild(node, visit);
    };
    visit(ts.createSourceFile('a.ts', source, ts.ScriptTarget.Latest));
    return texts;
}
