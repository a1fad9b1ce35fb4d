import assert from 'node:assert/strict';
import { checkMap } from '../../../lib/protocols/device-map/check-map';
import { NUMBER_TARGETS, parseTarget, STATE_TARGETS, TEXT_TARGETS } from '../../../lib/protocols/device-map/targets';
import { itemFields } from '../../../nodes/editor/device-map/item-fields';
import {
    duplicate,
    faultsOfItems,
    looseMap,
    newItem,
    placeText,
    rename,
    setKind,
    type LooseItem,
} from '../../../nodes/editor/device-map/loose-map';
import { rawText, valueText } from '../../../nodes/editor/device-map/raw-texts';
import { readOwnMap } from '../../../nodes/editor/device-map/take-over';
import { matching, targetEntries, unitOf, wordsKey } from '../../../nodes/editor/device-map/target-list';
import { statesText, typedNumber, typedRaws, typedStates } from '../../../nodes/editor/device-map/typed';
import { inBrowser, inEnglish } from './browser';
import { catalogue, LANGUAGES, leaves, PLUGIN } from './contract';

/** Types into the fields of an item, in this order. */
function typed(places: 'objects' | 'registers', fields: Record<string, string>, item = newItem(places, undefined)) {
    for (const [name, text] of Object.entries(fields)) {
        const field = itemFields(places).find((each) => each.name === name);
        assert.ok(field?.isShown(item) === true, `${name} is not there`);
        field.set(item, text);
    }
    return item;
}

describe('The form of a device map', () => {
    inBrowser({ _: inEnglish });

    it('makes an item of what is typed', () => {
        assert.deepEqual(
            typed('objects', {
                id: 'output',
                oid: '.1.3.6.1.4.1.1.1.0',
                scale: '0,1',
                unit: 'V',
                absent: '-1; 65535, n/a',
            }),
            {
                id: 'output',
                at: { oid: '1.3.6.1.4.1.1.1.0' },
                kind: 'number',
                scale: 0.1,
                unit: 'V',
                absent: [-1, 65_535, 'n/a'],
                to: 'channel:output',
            },
        );
        assert.deepEqual(
            typed('registers', {
                id: 'door',
                table: 'input',
                register: '12',
                type: 'u32',
                order: 'little',
                kind: 'state',
                bit: '3',
                states: '0 = closed\n1=open',
            }),
            {
                id: 'door',
                at: { register: 12, table: 'input', type: 'u32', order: 'little', bit: 3 },
                kind: 'state',
                states: { '0': 'closed', '1': 'open' },
                to: 'channel:door',
            },
        );
    });

    it('leaves nothing behind that the form no longer shows', () => {
        const item = typed('registers', {
            id: 'a',
            register: '4',
            type: 'f32',
            order: 'little',
            scale: '2',
            min: '0',
            max: '9',
        });
        typed('registers', { table: 'coil', kind: 'state', states: '1 = on' }, item);
        assert.deepEqual(item, {
            id: 'a',
            at: { register: 4, table: 'coil' },
            kind: 'state',
            states: { '1': 'on' },
            to: 'channel:a',
        });
        const text = typed('registers', { id: 't', register: '4', type: 'text' });
        assert.deepEqual(text.at, { register: 4, table: 'holding', type: 'text', words: 8 });
        typed('registers', { type: 'u16' }, text);
        assert.deepEqual(text.at, { register: 4, table: 'holding' });
    });

    it('turns an object into a column with its row, and back', () => {
        const item = typed('objects', { id: 'a', oid: '1.3.6.1.4.1.1.2.7' });
        typed('objects', { place: 'column' }, item);
        assert.deepEqual(item.at, { column: '1.3.6.1.4.1.1.2', row: '7' });
        typed('objects', { row: '*' }, item);
        assert.equal(placeText(item), '1.3.6.1.4.1.1.2.*');
        typed('objects', { row: '7', place: 'oid' }, item);
        assert.deepEqual(item.at, { oid: '1.3.6.1.4.1.1.2.7' });
    });

    it('asks for raw values to write of an outlet only', () => {
        const shown = (to: string) =>
            itemFields('objects')
                .filter((field) => field.isShown({ id: 'a', kind: 'state', to }))
                .map(({ name }) => name);
        assert.ok(shown('outlet:1').includes('write-on') && !shown('channel:1').includes('write-on'));
        const item = typed('objects', {
            id: 'o',
            oid: '1.3.6.1.4.1.1.1.0',
            kind: 'state',
            states: '1 = on',
            to: 'outlet:1',
            'write-on': '1',
        });
        assert.deepEqual(item.write, { on: 1 });
        assert.deepEqual(
            faultsOfItems([item])[0]!.map(({ rule }) => rule),
            ['write'],
        );
        typed('objects', { 'write-off': '2' }, item);
        assert.deepEqual(faultsOfItems([item]), [[]]);
        typed('objects', { 'write-on': '', 'write-off': '' }, item);
        assert.equal('write' in item, false);
    });

    it('asks for no raw values to write where nothing can be written on its own, and says so of those that are there', () => {
        const item = typed('registers', {
            id: 'o',
            kind: 'state',
            states: '0 = off\n1 = on',
            to: 'outlet:1',
            register: '4',
        });
        const shown = () =>
            itemFields('registers')
                .filter((field) => field.isShown(item))
                .map(({ name }) => name);
        assert.ok(shown().includes('write-on'));
        typed('registers', { bit: '3' }, item);
        assert.equal(shown().includes('write-on'), false);
        assert.deepEqual(faultsOfItems([item]), [[]]);
        typed('registers', { bit: '', 'write-on': '1', 'write-off': '0', table: 'input' }, item);
        assert.ok(shown().includes('write-on'), 'it can be emptied');
        assert.deepEqual(
            faultsOfItems([item])[0]!.map(({ rule }) => rule),
            ['writeTable'],
        );
    });

    it('keeps what is no number, so that it is named as a fault', () => {
        assert.equal(typedNumber('1,5'), 1.5);
        assert.equal(typedNumber(' 1e-3 '), 0.001);
        assert.equal(typedNumber('zehn'), 'zehn');
        assert.equal(typedNumber(''), undefined);
        const item = typed('objects', { id: 'a', oid: '1.3.6.1.4.1.1.1.0', scale: 'zehn' });
        assert.deepEqual(
            faultsOfItems([item])[0]!.map(({ rule }) => rule),
            ['scale'],
        );
    });

    it('reads states line by line, and shows them so', () => {
        assert.deepEqual(typedStates('1 = on\n\n 2=a = b\n3 =\n4'), { '1': 'on', '2': 'a = b', '3': '', '4': null });
        assert.equal(statesText({ '1': 'on', '2': 'a = b' }), '1 = on\n2 = a = b');
        assert.equal(typedStates(' \n'), undefined);
        assert.equal(typedRaws(' , '), undefined);
    });

    it('lets a channel follow the name of its item, and no other target', () => {
        const item: LooseItem = { id: 'old', to: 'channel:old' };
        rename(item, 'new');
        assert.equal(item.to, 'channel:new');
        const other: LooseItem = { id: 'old', to: 'battery.voltage' };
        rename(other, 'new');
        assert.equal(other.to, 'battery.voltage');
    });

    it('doubles an item under a name of its own', () => {
        const items = [
            { id: 'fan', to: 'channel:fan' },
            { id: 'fan 2', to: 'channel:fan 2' },
        ];
        assert.deepEqual(duplicate(items[0]!, items), { id: 'fan 3', to: 'channel:fan 3' });
        assert.deepEqual(duplicate(items[1]!, items), { id: 'fan 3', to: 'channel:fan 3' });
    });

    it('keeps what it does not show: commands, conditions, keys still to come', () => {
        const stored = {
            version: 1,
            id: 'a',
            name: 'a',
            judgedBy: 'a',
            agents: ['1.3.6.1.4.1.1'],
            items: [{ id: 'x', when: { at: {} } }],
            commands: [],
        };
        assert.deepEqual(looseMap(stored), stored);
        assert.deepEqual(looseMap('').items, []);
    });

    it('drops what only the former kind had', () => {
        const item: LooseItem = { kind: 'number', scale: 2, offset: 1, digits: 1, min: 0, max: 1, unit: 'V' };
        setKind(item, 'text');
        assert.deepEqual(item, { kind: 'text', unit: 'V' });
    });
});

describe('The targets of a device map', () => {
    inBrowser({ _: inEnglish });

    it('all have words, in every language', () => {
        for (const language of LANGUAGES) {
            const texts = leaves(catalogue(language, PLUGIN));
            for (const { to } of targetEntries()) {
                if (/^alarm:(?!vendor|state)/.test(to)) continue;
                const key = `map.target.${wordsKey(to.replace(/\.lines\.[\d*]+\./, '.lines.*.'))}`;
                assert.ok(texts.get(key), `${language} ${key}`);
            }
            for (const field of [...itemFields('objects'), ...itemFields('registers')]) {
                assert.ok(texts.get(`map.field.${field.name}`), field.name);
                for (const value of field.values ?? [])
                    assert.ok(texts.get(`map.${field.name}.${value || 'none'}`), value);
            }
        }
    });

    it('are all that a map may fill', () => {
        const offered = targetEntries().map(({ to }) => to.replace(/\.lines\.[\d*]+\./, '.lines.*.'));
        for (const to of [...Object.keys(NUMBER_TARGETS), ...Object.keys(STATE_TARGETS), ...TEXT_TARGETS])
            assert.ok(offered.includes(to), to);
        for (const { to } of targetEntries())
            assert.ok(parseTarget(to.endsWith(':') || to.endsWith('.') ? `${to}x` : to), `${to} is none`);
    });

    it('are found by their words, their name and their unit', () => {
        const found = (text: string) => matching(targetEntries(), text).map(({ to }) => to);
        assert.ok(found('battery voltage').includes('battery.voltage'));
        assert.equal(found('battery.v')[0], 'battery.voltage', 'what begins with it comes first');
        assert.ok(found('runtime min').includes('battery.minutesRemaining'));
        assert.deepEqual(found('no such thing'), []);
        assert.equal(unitOf(parseTarget('output.lines.2.apparentPower')), 'VA');
        assert.equal(unitOf(parseTarget('channel:x')), '');
    });
});

describe('What was read, beside what the map makes of it', () => {
    inBrowser({ _: inEnglish });
    const item = {
        id: 'v',
        at: { oid: '1.3.6.1.4.1.1.1.0' },
        kind: 'number',
        scale: 0.1,
        to: 'battery.voltage',
        absent: [-1],
    };

    for (const [raw, shown, value] of [
        [539, '539', '53.9 V'],
        [-1, '-1', 'unknown'],
        [undefined, 'not there', 'unknown'],
        [null, 'nothing (NULL)', 'unknown'],
        ['', 'empty text', 'unknown'],
        ['539', '539', '53.9 V'],
        [90_000, '90000', 'unknown'],
    ] as const) {
        it(`${JSON.stringify(raw) ?? 'nothing'} is shown as ${shown}, and ${value}`, () => {
            assert.equal(rawText({ raw }), shown);
            assert.equal(valueText(item, { raw }), value);
        });
    }

    it('has the unit of its target, whichever the item has', () => {
        const { absent: _, scale: __, ...plain } = item;
        const temperature = { ...plain, unit: '°F', to: 'dc.temperature' };
        assert.equal(rawText({ raw: '90.5 F' }), '90.5 F');
        assert.equal(valueText(temperature, { raw: '90.5 F' }), '32.5 °C');
        assert.equal(valueText({ ...plain, unit: 'mV' }, { raw: 13_200 }), '13.2 V');
        assert.equal(valueText({ ...plain, unit: 'V' }, { raw: '13.2 Amps' }), 'unknown');
        const setting = { ...plain, unit: 'min', to: 'setting:idleSeconds' };
        assert.equal(valueText(setting, { raw: 2 }), '120 s');
    });

    it('has the unit of a channel, and the meaning of a state', () => {
        assert.equal(valueText({ ...item, unit: 'A', to: 'channel:x' }, { raw: 12 }), '1.2 A');
        const state = { id: 's', at: item.at, kind: 'state', states: { '1': 'open' }, to: 'channel:door' };
        assert.equal(valueText(state, { raw: 1 }), 'open');
        assert.equal(valueText(state, { raw: 2 }), 'unknown');
    });

    it('has the first rows of a column', () => {
        const rows = [1, 2, 3, 4].map((row) => ({ row: String(row), raw: row * 10 }));
        const column = { ...item, at: { column: '1.3.6.1.4.1.1.1', row: '*' }, unit: 'A', to: 'channel:line *' };
        assert.equal(rawText({ rows }), 'rows: 4 (10, 20, 30, …)');
        assert.equal(valueText(column, { rows }), '1 A, 2 A, 3 A, …');
        assert.equal(rawText({ rows: [] }), 'no rows');
    });
});

describe('A device map that is taken over', () => {
    const good = {
        version: 1,
        id: 'a',
        name: 'a',
        judgedBy: 'a',
        items: [{ id: 'v', at: { oid: '1.3.6.1.4.1.1.1.0' }, kind: 'number', to: 'channel:v' }],
    };

    it('is checked whole, and fits the node', () => {
        assert.equal(checkMap(good).faults, undefined);
        assert.deepEqual(readOwnMap(JSON.stringify(good), 'objects').map, good);
        assert.deepEqual(readOwnMap(JSON.stringify(good), 'registers').faults, [{ item: 'v', rule: 'registers' }]);
        assert.equal(readOwnMap('{', 'objects').faults?.[0]?.rule, 'noJson');
        assert.equal(readOwnMap('<html>', 'objects').faults?.[0]?.rule, 'noJson');
        assert.equal(readOwnMap('[]', 'objects').faults?.[0]?.rule, 'noMap');
    });
});
