import assert from 'node:assert/strict';
import {
    checkMap,
    mapFaultText,
    mapFaultTexts,
    readMap,
    readStoredMap,
} from '../../../../lib/protocols/device-map/check-map';
import { FRAME_MAPS, MODBUS_MAPS, SNMP_MAPS } from '../../../../lib/protocols/device-map/maps';
import { hostileValues } from '../../../support/hostile-values';
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

const FRAME = { id: 'f', request: '01', start: '01', length: 4, checksum: 'none' };
const WRITE = {
    send: '01',
    checksum: 'none',
    answer: { start: '01', length: 3, checksum: 'none' },
    status: { at: { offset: 1, type: 'u8' }, taken: [0], refused: { 1: 'mode' } },
};
const SET = { ...WRITE, value: { offset: 1, type: 'u8' }, min: 0, max: 9, default: 1 };
/** A map that has each key at least once. */
const EVERYTHING = {
    ...map(
        {
            ...ITEM,
            ...{ id: 'a', unit: '%', scale: 2, offset: 1, digits: 1, min: 0, max: 9, absent: [1] },
            when: { at: { oid: '1.3.6.1' }, values: [1], orAbsent: true },
        },
        { ...ITEM, id: 'b', at: { column: '1.3.6.1', row: '1', bit: 1 }, to: 'channel:b' },
        { ...ITEM, id: 'c', at: { register: 1, table: 'input', type: 'u32', order: 'big' }, to: 'channel:c' },
        {
            ...ITEM,
            id: 'd',
            at: { register: 1, table: 'input', type: 'text', words: 1, char: 1 },
            kind: 'text',
            to: 'channel:d',
        },
        { ...ITEM, id: 'e', at: { label: 'x' }, kind: 'text', date: 'ymd', to: 'battery.installedOn' },
        {
            ...ITEM,
            ...{ id: 'f', at: { frame: 'f', offset: 1, type: 'text', length: 1 }, kind: 'state' },
            ...{ states: { 1: 'on', 2: 'off' }, to: 'outlet:1' },
        },
        {
            ...{ ...ITEM, id: 'h', at: { oid: '1.3.6.1.9' }, kind: 'state' },
            ...{ states: { 1: 'on', 2: 'off' }, write: { on: 1, off: 2 }, to: 'outlet:2' },
        },
        { ...ITEM, id: 'g', at: { offset: 1, type: 'u16', endian: 'big' }, to: 'setting:g', set: SET },
    ),
    agents: ['1.3.6.1'],
    probes: ['1.3.6.1'],
    frames: [
        { ...FRAME, every: 1 },
        { ...FRAME, id: 'g', length: { offset: 1, type: 'u8', endian: 'big', add: 1 } },
    ],
    commands: [
        { does: 'outlet.on', outlets: ['1'], set: [{ at: { oid: '1.3.6' }, type: 'integer', value: 1 }] },
        {
            does: 'reboot',
            set: [{ at: { oid: '1.3.6' }, value: { of: 'seconds', scale: 1, min: 0, max: 9 } }],
            shows: { at: { oid: '1.3.6' }, values: [1] },
        },
        { does: 'latch-reset', set: [], send: [WRITE] },
    ],
};

/** All copies of a value in which one part is another value. */
function* withOnePart(value: unknown, part: unknown): Generator<[path: string, copy: unknown]> {
    yield ['', part];
    if (typeof value !== 'object' || value === null) return;
    for (const [key, inside] of Object.entries(value)) {
        for (const [path, copy] of withOnePart(inside, part))
            yield [
                `.${key}${path}`,
                Array.isArray(value)
                    ? value.map((each: unknown, index) => (String(index) === key ? copy : each))
                    : { ...value, [key]: copy },
            ];
    }
}

describe('Checking a device map', () => {
    it('has no fault in a map with all keys', () => {
        assert.equal(checkMap(EVERYTHING).faults, undefined);
    });

    for (const [what, hostile] of hostileValues())
        it(`names the fault, wherever there is ${what}`, () => {
            for (const [path, value] of withOnePart(EVERYTHING, hostile)) {
                const { faults = [] } = checkMap(value);
                for (const fault of faults) assert.ok(JSON.stringify(mapFaultText(fault)).length < 2000, path);
                assert.ok(faults.length > 0, path);
            }
        });

    it('refuses a text that is nested too deeply, also where only a list is broken', () => {
        const deep = '['.repeat(100_000) + ']'.repeat(100_000);
        for (const key of ['version', 'id', 'items', 'commands', 'strange']) {
            const text = JSON.stringify({ ...map(), [key]: 'X' }).replace('"X"', deep);
            assert.deepEqual(readMap(text).faults, [{ rule: 'tooDeep' }], key);
            assert.deepEqual(readStoredMap(JSON.parse(text)).faults, [{ rule: 'tooDeep' }], key);
        }
    });

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
        ['an empty OID', { ...ITEM, at: { oid: '' } }, ['charge: noOid']],
        ['an empty column', { ...ITEM, at: { column: '', row: '1' } }, ['charge: noOid']],
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

    const fit: [to: string, unit: string][] = [
        ['battery.chargePercent', 'percent'],
        ['battery.voltage', 'mV'],
        ['battery.voltage', ' Volts DC '],
        ['dc.temperature', '°F'],
        ['dc.temperature', 'Kelvin'],
        ['environment.humidity', '%RH'],
        ['output.lines.1.power', 'KW'],
        ['output.energy', 'MWh'],
        ['battery.minutesRemaining', 'h'],
        ['battery.minutesRemaining', ''],
        ['input.lineBads', 'outages'],
        ['setting:idleSeconds', 'min'],
        ['setting:deepDischargeThreshold', '%'],
        ['setting:anything', 'widgets'],
        ['channel:anything', 'widgets'],
    ];
    for (const [to, unit] of fit)
        it(`takes ${unit} for ${to}`, () => {
            assert.deepEqual(faultsOf(map({ ...ITEM, to, unit })), []);
        });

    const unfit: [to: string, unit: string, rule: string][] = [
        ['dc.outputVoltage', 'A', 'unit'],
        ['battery.voltage', '°F', 'unit'],
        ['dc.temperature', 'V', 'unit'],
        ['output.lines.1.power', 'VA', 'unit'],
        ['battery.minutesRemaining', 'Ah', 'unit'],
        ['battery.voltage', 'widgets', 'unit'],
        // Whether the value is scaled already is not plain.
        ['battery.voltage', '0.1 V', 'unit'],
        ['battery.voltage', 'Volts x 10', 'unit'],
        ['input.lineBads', 'V', 'unitOfCount'],
        ['setting:idleSeconds', 'V', 'unit'],
        ['setting:bufferThreshold', '%', 'unit'],
        ['setting:deepDischargeThreshold', 'mV', 'oneOf'],
    ];
    for (const [to, unit, rule] of unfit)
        it(`refuses ${unit} for ${to}, and names the item`, () => {
            assert.deepEqual(faultsOf(map({ ...ITEM, to, unit })), [`charge: ${rule}`]);
        });

    it('names the unit, and that of the target', () => {
        const [fault] = checkMap(map({ ...ITEM, to: 'dc.outputVoltage', unit: 'Amps' })).faults!;
        assert.deepEqual(fault, { item: 'charge', rule: 'unit', data: { unit: 'Amps', expected: 'V' } });
    });

    it('has no fault in the shipped maps', () => {
        for (const shipped of [...SNMP_MAPS, ...MODBUS_MAPS, ...FRAME_MAPS])
            assert.deepEqual(checkMap(shipped).faults, undefined, shipped.id);
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
