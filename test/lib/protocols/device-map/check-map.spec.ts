import assert from 'node:assert/strict';
import { checkMap, mapFaultTexts, readMap } from '../../../../lib/protocols/device-map/check-map';
import type { DeviceMap, MapItem } from '../../../../lib/protocols/device-map/device-map';
import { inEnglish } from '../../../support/in-english';

const ITEM: MapItem = {
    id: 'charge',
    at: { oid: '1.3.6.1.4.1.318.1.1.1.2.2.1.0' },
    kind: 'number',
    to: 'battery.chargePercent',
};

const map = (...items: unknown[]) => ({
    version: 1,
    id: 'my-ups',
    name: 'My UPS',
    judgedBy: 'nothing yet',
    items: items.length > 0 ? items : [ITEM],
});

/** The rules of all faults, each with its item. */
function faultsOf(value: unknown): string[] {
    return (checkMap(value).faults ?? []).map(({ item, rule }) => (item === undefined ? rule : `${item}: ${rule}`));
}

describe('Checking a device map', () => {
    it('gives back a map without faults', () => {
        assert.deepEqual(checkMap(map()).map, map() as unknown as DeviceMap);
    });

    it('reads JSON text, and refuses a text that is none, is too long, or is no map', () => {
        assert.equal(readMap(JSON.stringify(map())).map?.id, 'my-ups');
        const rule = (text: string) => readMap(text).faults?.[0]?.rule;
        assert.equal(rule('<html>'), 'noJson');
        assert.equal(rule(''), 'noJson');
        assert.equal(rule('[]'), 'noMap');
        assert.equal(rule('null'), 'noMap');
        assert.equal(rule(`{"version": 1, "name": "${'x'.repeat(256 * 1024)}"}`), 'tooLong');
    });

    const asWhole: [string, unknown, string[]][] = [
        ['a later version', { ...map(), version: 2 }, ['version']],
        ['a misspelt key', { ...map(), judgdBy: 'me' }, ['key']],
        ['an id with blanks', { ...map(), id: 'My UPS' }, ['id']],
        ['no judge', { ...map(), judgedBy: ' ' }, ['text']],
        ['no items', { ...map(), items: [] }, ['noItems']],
        ['agents that are no OIDs', { ...map(), agents: ['APC'] }, ['oids']],
        [
            'more than 512 items',
            map(...Array.from({ length: 513 }, (_, i) => ({ ...ITEM, id: `item ${i}` }))),
            ['tooMany'],
        ],
    ];
    for (const [what, value, rules] of asWhole)
        it(`refuses ${what}`, () => {
            assert.deepEqual(faultsOf(value), rules);
        });

    const STATE: MapItem = {
        id: 'source',
        at: { oid: '1.3.6.1.4.1.1.0' },
        kind: 'state',
        states: { 1: 'normal' },
        to: 'output.source',
    };
    const OUTLET: MapItem = { ...STATE, id: 'o', to: 'outlet:1', states: { 1: 'on', 2: 'off' } };
    const inItem: [string, unknown, string[]][] = [
        ['an unknown target', { ...ITEM, to: 'battery.chargePercents' }, ['charge: target']],
        ['a target in the prototype', { ...ITEM, to: 'constructor' }, ['charge: target']],
        ['a name that is none', { ...ITEM, to: 'channel:__proto__' }, ['charge: target']],
        ['line 13', { ...ITEM, to: 'input.lines.13.voltage' }, ['charge: target']],
        ['an alarm that is none', { ...STATE, to: 'alarm:fire', states: { 1: 'on' } }, ['source: target']],
        ['scale 0', { ...ITEM, scale: 0 }, ['charge: scale']],
        ['scale NaN', { ...ITEM, scale: NaN }, ['charge: scale']],
        ['scale ∞', { ...ITEM, scale: Infinity }, ['charge: scale']],
        ['scale as text', { ...ITEM, scale: '2' }, ['charge: scale']],
        ['offset NaN', { ...ITEM, offset: NaN }, ['charge: number']],
        ['min = max', { ...ITEM, min: 5, max: 5 }, ['charge: minMax']],
        ['min > max', { ...ITEM, min: 6, max: 5 }, ['charge: minMax']],
        ['7 digits', { ...ITEM, digits: 7 }, ['charge: whole']],
        ['half a digit', { ...ITEM, digits: 0.5 }, ['charge: whole']],
        ['no place', { ...ITEM, at: {} }, ['charge: place']],
        ['no OID', { ...ITEM, at: { oid: 'upsBasic.0' } }, ['charge: oid']],
        ['a register beyond 65535', { ...ITEM, at: { register: 65_536, table: 'input' } }, ['charge: whole']],
        ['a register of no table', { ...ITEM, at: { register: 1 } }, ['charge: oneOf']],
        ['a misspelt key', { ...ITEM, scal: 2 }, ['charge: key']],
        ['states of a number', { ...ITEM, states: { 1: 'on' } }, ['charge: onlyFor']],
        ['a state without states', { ...STATE, states: undefined }, ['source: states']],
        ['empty states', { ...STATE, states: {} }, ['source: states']],
        ['a meaning that the target lacks', { ...STATE, states: { 1: 'online' } }, ['source: meaning']],
        ['a number for a state', { ...ITEM, to: 'output.source' }, ['charge: kindOfTarget']],
        ['all rows into one value', { ...ITEM, at: { column: '1.3.6.1', row: '*' } }, ['charge: rowsToOne']],
        ['one row into all', { ...ITEM, to: 'output.lines.*.load' }, ['charge: oneToRows']],
        ['write with one value', { ...OUTLET, write: { on: 1 } }, ['o: write']],
        ['write with one value for both', { ...OUTLET, write: { on: 1, off: 1 } }, ['o: writeSame']],
        ['write of a measurement', { ...STATE, write: { on: 1, off: 2 } }, ['source: writeOnly']],
        ['bit and character', { ...ITEM, at: { oid: '1.3.6', bit: 1, char: 1 } }, ['charge: bitAndChar']],
        ['an item without an id', { ...ITEM, id: '' }, ['#1: text']],
        ['an item that is none', 7, ['#1: noItem']],
    ];
    for (const [what, item, faults] of inItem)
        it(`refuses ${what}, and names the item`, () => {
            assert.deepEqual(faultsOf(map(item)), faults);
        });

    it('refuses two items with one id', () => {
        assert.deepEqual(faultsOf(map(ITEM, { ...ITEM, to: 'battery.lowPercent' })), ['charge: twice']);
    });

    it('takes ids that differ in blanks alone for one, and refuses names that begin or end with one', () => {
        assert.deepEqual(faultsOf(map(ITEM, { ...ITEM, id: 'charge ' })), ['charge: twice']);
        assert.deepEqual(faultsOf(map({ ...ITEM, to: 'channel: lead' })), ['charge: blanks']);
    });

    it('tells each misspelt key, and each of many items', () => {
        assert.deepEqual(faultsOf(map({ ...ITEM, scael: 1, ofset: 2, knd: 3 })), Array(3).fill('charge: key'));
        const many = Array.from({ length: 30 }, (_, i) => ({ ...ITEM, id: `item ${i}`, scale: 0 }));
        const { faults } = checkMap(map(...many));
        assert.equal(faults?.length, 30);
        const texts = mapFaultTexts(faults, 20).map(inEnglish);
        assert.deepEqual([texts.length, texts.at(-1)], [21, 'and 10 more']);
    });

    it('tells each of several faults', () => {
        assert.deepEqual(faultsOf(map({ ...ITEM, scale: 0 }, { ...STATE, states: {} })), [
            'charge: scale',
            'source: states',
        ]);
    });

    it('refuses commands that are not known, write nothing, or write where nothing can be written', () => {
        const at = { oid: '1.3.6.1.4.1.1.0' };
        const of = (...commands: unknown[]) => faultsOf({ ...map(), commands });
        assert.deepEqual(of({ does: 'test.quick', set: [{ at, value: 2 }] }), []);
        assert.deepEqual(of({ does: 'explode', set: [{ at, value: 2 }] }), ['explode: does']);
        assert.deepEqual(of({ does: 'reboot', set: [] }), ['reboot: set']);
        assert.deepEqual(of({ does: 'reboot', set: [{ at, value: { of: 'days' } }] }), ['reboot: writeValue']);
        const input = { register: 1, table: 'input' };
        assert.deepEqual(of({ does: 'reboot', set: [{ at: input, value: 1 }] }), ['reboot: notWritable']);
        assert.deepEqual(of({ does: 'outlet.on', outlets: ['7'], set: [{ at, value: 1 }] }), ['outlet.on: noOutlet']);
    });
});
