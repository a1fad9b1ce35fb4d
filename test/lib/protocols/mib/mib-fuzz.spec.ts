import assert from 'node:assert/strict';
import { UpsError } from '../../../../lib/core/errors';
import { assignmentsOf } from '../../../../lib/protocols/mib/assignments';
import { mibModules } from '../../../../lib/protocols/mib/mib-file';
import { ModuleStore } from '../../../../lib/protocols/mib/module-store';
import { readMib, type MibObject } from '../../../../lib/protocols/mib/objects';
import { damaged, fuzzRuns, seededDice, withoutStacks } from '../../../support/fuzz';

const SMALL = `X-MIB DEFINITIONS ::= BEGIN
IMPORTS enterprises FROM RFC1155-SMI OBJECT-TYPE FROM RFC-1212;
x OBJECT IDENTIFIER ::= { enterprises 8072 9999 }
Way ::= INTEGER { up(1), down(2) }
volts OBJECT-TYPE SYNTAX INTEGER UNITS "0.1 V" ACCESS read-only STATUS mandatory DESCRIPTION "of it" ::= { x 1 }
way OBJECT-TYPE SYNTAX Way ACCESS read-only STATUS mandatory DESCRIPTION "" ::= { x 2 }
source OBJECT-TYPE SYNTAX INTEGER { mains(1), battery(2) } ACCESS read-write STATUS mandatory DESCRIPTION "" ::= { x 3 }
END
`;
const PIECES = [
    '"',
    '--',
    '{',
    '}',
    '(',
    ')',
    '::=',
    ';',
    'END\n',
    'BEGIN',
    'IMPORTS ',
    'FROM ',
    'MACRO',
    'OBJECT-TYPE ',
    'SYNTAX ',
    '1',
    'x',
    '\n',
    '-',
    'DEFINITIONS',
    'EXPORTS',
    ',',
];

function attempt<T>(run: () => T): T | undefined {
    try {
        return withoutStacks(run);
    } catch (error) {
        if (error instanceof UpsError && error.code === 'file-refused') return undefined;
        throw error;
    }
}

/** The definition of an object in a text without comments and quotes, found in another way than by the reader. */
function lookedUp(text: string, { name }: MibObject) {
    const found = new RegExp(`(?<![\\w-])${name}\\s+OBJECT-TYPE\\b(.*?)::=\\s*\\{([^}]*)\\}`, 's').exec(text);
    const names = /\bSYNTAX\s+INTEGER\s*\{([^}]*)\}/.exec(found?.[1] ?? '')?.[1];
    const states =
        names && [...names.matchAll(/(\w[\w-]*)\s*\(\s*(-?\d+)\s*\)/g)].map(([, state, raw]) => [raw, state]);
    return { arc: found?.[2]?.trim().split(/\s+/).at(-1), states: states && Object.fromEntries(states) };
}

describe('damaged MIB files', function () {
    this.timeout(240_000);

    it(`${fuzzRuns()} of them: checked to the end, or refused`, () => {
        const dice = seededDice(16);
        let read = 0;
        for (let run = fuzzRuns(); run > 0; run--) {
            const bytes = damaged(Buffer.from(SMALL), dice, PIECES);
            if (attempt(() => mibModules(bytes).map(assignmentsOf))) read++;
        }
        assert.ok(read > fuzzRuns(0.1) && read < fuzzRuns(0.9), `${read} read`);
    });

    it(`${fuzzRuns(0.03)} of them: read by net-snmp as they stand there, or refused; nothing is printed`, () => {
        const dice = seededDice(17);
        const store = new ModuleStore();
        const printed: unknown[] = [];
        const names = ['log', 'info', 'warn', 'error'] as const;
        const printers = names.map((name) => console[name]);
        for (const name of names) console[name] = (...words: unknown[]) => void printed.push(words);
        let checked = 0;
        try {
            for (let run = fuzzRuns(0.03); run > 0; run--) {
                const text = damaged(Buffer.from(SMALL), dice, PIECES, 1).toString('latin1');
                for (const object of attempt(() => readMib(Buffer.from(text, 'latin1'), store)) ?? []) {
                    // Comments and lost quotes are for the tests of the pieces.
                    if (/--/.test(text) || text.split('"').length % 2 === 0) continue;
                    const { arc, states } = lookedUp(text.replace(/"[^"]*"/g, ''), object);
                    checked++;
                    if (object.oid.split('.').at(-1) !== arc?.replace(/^.*\((\d+)\)$/, '$1'))
                        assert.fail(`${object.name} is ${object.oid} in ${text}`);
                    if (states && object.type.kind === 'state') assert.deepEqual(object.type.states, states, text);
                }
            }
        } finally {
            names.forEach((name, at) => (console[name] = printers[at]!));
        }
        assert.deepEqual(printed, []);
        assert.ok(checked > fuzzRuns(0.01), `${checked} objects`);
    });

    it('a file that is cut anywhere is refused', () => {
        for (let end = 0; end < SMALL.length - 2; end++)
            assert.equal(
                attempt(() => mibModules(Buffer.from(SMALL.slice(0, end)))),
                undefined,
                `${end} bytes`,
            );
    });
});
