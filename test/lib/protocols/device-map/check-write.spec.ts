import assert from 'node:assert/strict';
import { checkMap, mapFaultText } from '../../../../lib/protocols/device-map/check-map';
import { plainText } from '../../../../lib/core/language/sentence';

const OID = { oid: '1.3.6.1.4.1.8072.9999.9999.2.0' };
const holding = { register: 5, table: 'holding' };
const outlet = (more: object) => ({
    id: 'o',
    at: OID,
    kind: 'state',
    states: { 0: 'off', 1: 'on' },
    write: { on: 1, off: 0 },
    to: 'outlet:o',
    ...more,
});
const map = (item: object, more: object = {}) => ({
    version: 1,
    id: 'm',
    name: 'm',
    judgedBy: 'm',
    items: [item],
    ...more,
});

function rulesOf(value: unknown): string[] {
    return (checkMap(value).faults ?? []).map(({ item, rule }) => `${item}: ${rule}`);
}

describe('Checking how an outlet of a map is switched', () => {
    const places: [string, object, string[]][] = [
        ['an object', OID, []],
        ['a cell', { column: '1.3.6.1.4.1.8072.3', row: '4' }, []],
        ['a coil', { register: 5, table: 'coil' }, []],
        ['a holding register', holding, []],
        ['a holding register with a sign', { ...holding, type: 's16' }, []],
        ['a bit of an object', { ...OID, bit: 3 }, ['o: writePart']],
        ['a character of an object', { ...OID, char: 3 }, ['o: writePart']],
        ['a bit of a holding register', { ...holding, bit: 3 }, ['o: writePart']],
        ['a bit of a cell', { column: '1.3.6.1.4.1.8072.3', row: '4', bit: 0 }, ['o: writePart']],
        ['an input register', { register: 6, table: 'input' }, ['o: writeTable']],
        ['a discrete input', { register: 7, table: 'discrete' }, ['o: writeTable']],
        ['two registers', { ...holding, type: 'u32' }, ['o: writeRegister']],
        ['two registers with a sign', { ...holding, type: 's32' }, ['o: writeRegister']],
        ['a float', { ...holding, type: 'f32' }, ['o: writeRegister']],
        ['a text of registers', { ...holding, type: 'text', words: 1 }, ['o: writeRegister']],
        ['a label', { label: 'Alarm Out' }, ['o: writeLabel']],
        ['a column without its row', { column: '1.3.6.1.4.1.8072.3' }, ['o: row']],
    ];
    for (const [what, at, faults] of places)
        it(`${faults.length > 0 ? 'refuses' : 'takes'} ${what}`, () => {
            assert.deepEqual(rulesOf(map(outlet({ at }))), faults);
            assert.deepEqual(
                rulesOf(map(outlet({ at, write: undefined }))).filter((each) => each.includes('write')),
                [],
                'it may be shown',
            );
        });

    it('refuses a place in a frame, and takes the rows of a column', () => {
        const frames = [{ id: 'f', request: 'a5', start: '5a', length: 4, checksum: 'none' }];
        assert.deepEqual(rulesOf(map(outlet({ at: { offset: 1, type: 'u8' } }), { frames })), ['o: writeFrame']);
        const rows = outlet({ at: { column: '1.3.6.1.4.1.8072.3', row: '*' }, to: 'outlet:*' });
        assert.deepEqual(rulesOf(map(rows)), []);
    });

    it('names the item, the place and what to do', () => {
        const [fault] = checkMap(map(outlet({ at: { register: 6, table: 'input' } }))).faults!;
        assert.deepEqual(fault, { item: 'o', rule: 'writeTable', data: { table: 'input' } });
        assert.match(plainText(mapFaultText(fault!)), /o/);
    });

    const values: [string, object, string[]][] = [
        ['texts of a text object', { states: { ON: 'on', OFF: 'off' }, write: { on: 'ON', off: 'OFF' } }, []],
        ['numbers written as texts', { write: { on: '1', off: '0' } }, []],
        ['meanings in place of raw values', { write: { on: 'on', off: 'off' } }, ['o: writeWord', 'o: writeWord']],
        ['words where texts are given as type', { write: { on: 'a', off: 'b', type: 'text' } }, []],
        ['values that states does not name', { write: { on: 7, off: 8 } }, []],
        ['what is ON while inactive', { states: { 0: 'on', 1: 'off' }, write: { on: 0, off: 1 } }, []],
        ['what crosses states', { write: { on: 0, off: 1 } }, ['o: writeOther', 'o: writeOther']],
        ['one value that crosses states', { write: { on: 0, off: 2 } }, ['o: writeOther']],
        [
            'texts that cross states, in other letters',
            { states: { ON: 'on', OFF: 'off' }, write: { on: 'off', off: 'x' } },
            ['o: writeOther'],
        ],
        [
            'a text and a number that are the same',
            { states: { 1: 'on' }, write: { on: 1, off: ' 1' } },
            ['o: writeSame'],
        ],
        ['0 and -0', { states: { 2: 'on' }, write: { on: 0, off: -0 } }, ['o: writeSame']],
        ['an empty text', { write: { on: '', off: 0 } }, ['o: write']],
        ['a blank', { write: { on: 1, off: '  ' } }, ['o: write']],
        ['a fraction', { write: { on: 1.5, off: 0 } }, ['o: whole']],
        ['more than 32 bits', { write: { on: 1e300, off: 0 } }, ['o: whole']],
        ['more than INTEGER', { write: { on: 2 ** 31, off: 0 } }, ['o: whole']],
        ['a negative INTEGER', { write: { on: -1, off: 0 } }, []],
        ['a gauge of 32 bits', { write: { on: 2 ** 31, off: 0, type: 'gauge' } }, []],
        ['a gauge below 0', { write: { on: -1, off: 0, type: 'gauge' } }, ['o: whole']],
        [
            'an integer that is a text',
            { states: { A: 'on' }, write: { on: 'on', off: 0, type: 'integer' } },
            ['o: whole'],
        ],
        ['a number as a text', { write: { on: 1, off: 0, type: 'text' } }, []],
        ['a type that is none', { write: { on: 1, off: 0, type: 'oid' } }, ['o: oneOf']],
        ['a type that no text can be made of', { write: { on: 1, off: 0, type: { toString: 1 } } }, ['o: oneOf']],
        ['a type that is a list', { write: { on: 1, off: 0, type: [[1]] } }, ['o: oneOf']],
        ['a text and a number', { states: { ON: 'on', 0: 'off' }, write: { on: 'ON', off: 0 } }, ['o: writeMixed']],
        ['a coil with 2', { at: { register: 1, table: 'coil' }, write: { on: 2, off: 0 } }, ['o: whole']],
        ['a register with -1', { at: holding, write: { on: -1, off: 0 } }, ['o: whole']],
        ['a signed register with -1', { at: { ...holding, type: 's16' }, write: { on: -1, off: 0 } }, []],
        ['a register with 65536', { at: holding, write: { on: 65_536, off: 0 } }, ['o: whole']],
        ['a register with a text', { at: holding, write: { on: 'ON', off: 'OFF' } }, ['o: whole', 'o: whole']],
        [
            'a register with a type of SNMP',
            { at: holding, write: { on: 1, off: 0, type: 'integer' } },
            ['o: writeType'],
        ],
    ];
    for (const [what, more, faults] of values)
        it(`${faults.length > 0 ? 'refuses' : 'takes'} ${what}`, () => {
            assert.deepEqual(rulesOf(map(outlet(more))), faults);
        });

    const sets: [string, object, string[]][] = [
        ['a bit of a register', { at: { ...holding, bit: 2 }, value: 1 }, ['reboot: setPart']],
        ['a character of an object', { at: { ...OID, char: 2 }, value: 1 }, ['reboot: setPart']],
        ['a label', { at: { label: 'x' }, value: 1 }, ['reboot: notWritable']],
        ['two registers', { at: { ...holding, type: 'u32' }, value: 1 }, ['reboot: notWritable']],
        ['a text as INTEGER', { at: OID, value: 'go' }, ['reboot: whole']],
        ['a text as text', { at: OID, value: 'go', type: 'text' }, []],
        ['a fraction', { at: OID, value: 0.5 }, ['reboot: whole']],
        ['ticks below 0', { at: OID, value: -1, type: 'ticks' }, ['reboot: whole']],
        ['65536 in a register', { at: holding, value: 65_536 }, ['reboot: whole']],
    ];
    for (const [what, set, faults] of sets)
        it(`of a command ${faults.length > 0 ? 'refuses' : 'takes'} ${what}`, () => {
            const shown = outlet({ write: undefined });
            assert.deepEqual(rulesOf(map(shown, { commands: [{ does: 'reboot', set: [set] }] })), faults);
        });
});
