import assert from 'node:assert/strict';
import type { UpsCommand } from '../../../../lib/core/driver';
import type { DeviceMap, MapCommand, MapItem, Place } from '../../../../lib/protocols/device-map/device-map';
import { MapCommands } from '../../../../lib/protocols/device-map/map-commands';
import type { RawValue } from '../../../../lib/protocols/device-map/raw-value';

const COLUMN = '1.3.6.1.4.1.8072.3';
const ITEM: MapItem = {
    id: 'o',
    at: { oid: '1.3.6.1.4.1.8072.2.0' },
    kind: 'state',
    states: { 0: 'off', 1: 'on' },
    write: { on: 1, off: 0 },
    to: 'outlet:o',
};
const off = (outlet: string): UpsCommand => ({ type: 'outlet', outlet, action: 'off' });

/** Commands of an unchecked map, and what they write. */
function device(item: Partial<MapItem>, answer: RawValue = 0, commands: MapCommand[] = []) {
    const map: DeviceMap = { version: 1, id: 'm', name: 'm', judgedBy: 'm', items: [{ ...ITEM, ...item }], commands };
    const written: unknown[] = [];
    const link = {
        write: (...all: unknown[]) => Promise.resolve(void written.push(all)),
        ask: () => Promise.resolve(answer),
    };
    return { commands: new MapCommands(map, 'device', link), written };
}

describe('The commands of a device map', () => {
    const unwritable: Place[] = [
        { oid: '1.3.6.1.4.1.8072.2.0', bit: 3 },
        { oid: '1.3.6.1.4.1.8072.2.0', char: 3 },
        { register: 5, table: 'holding', bit: 3 },
        { register: 5, table: 'input' },
        { register: 5, table: 'discrete' },
        { register: 5, table: 'holding', type: 'u32' },
        { register: 5, table: 'holding', type: 'f32' },
        { register: 5, table: 'holding', type: 'text', words: 2 },
        { label: 'Alarm Out' },
        { offset: 3, type: 'u8' },
    ];
    for (const at of unwritable)
        it(`never switch an outlet at ${JSON.stringify(at)}`, async () => {
            const { commands, written } = device({ at });
            assert.equal(commands.supports(off('o')), false);
            await assert.rejects(commands.execute(off('o')), { code: 'not-supported' });
            assert.deepEqual(written, []);
        });

    it('never write a part of a place, or a column without a row', () => {
        const set = (at: MapCommand['set'][number]['at']): MapCommand[] => [
            {
                does: 'reboot',
                set: [
                    { at: { oid: '1.3.6.1.4.1.8072.9.0' }, value: 1 },
                    { at, value: 1 },
                ],
            },
        ];
        const supports = (at: MapCommand['set'][number]['at']) =>
            device({}, 0, set(at)).commands.supports({ type: 'reboot', seconds: 5 });
        assert.equal(supports({ register: 5, table: 'holding', bit: 3 }), false);
        assert.equal(supports({ column: COLUMN, row: '*' }), false);
        assert.equal(supports({ column: COLUMN, row: '1' }), true);
    });

    it('switch an outlet of a table by its row, and nothing by a name that is no row', async () => {
        const { commands, written } = device({ at: { column: COLUMN, row: '*' }, to: 'outlet:*' });
        assert.deepEqual(await commands.execute(off('1.3')), { confirmed: true });
        assert.deepEqual(written, [[{ column: COLUMN, row: '1.3' }, 0, 'asRead']]);
        assert.equal(commands.supports(off('x; 3')), false);
        assert.equal(commands.supports(off('1.')), false);
    });

    it('switch an outlet where it is read: by the item that counts now', async () => {
        const model = { oid: '1.3.6.1.4.1.8072.1.0' };
        const [one, two] = [{ oid: '1.3.6.1.4.1.8072.2.1' }, { oid: '1.3.6.1.4.1.8072.2.2' }];
        const items: MapItem[] = [
            { ...ITEM, at: one, when: { at: model, values: ['A'] } },
            { ...ITEM, at: two, when: { at: model, values: ['B'] } },
        ];
        const places = async (all: MapItem[], values: Record<string, RawValue>) => {
            const written: unknown[] = [];
            const map: DeviceMap = { version: 1, id: 'm', name: 'm', judgedBy: 'm', items: all };
            const commands = new MapCommands(map, 'device', {
                write: (at) => Promise.resolve(void written.push(at)),
                ask: () => Promise.resolve(0),
                read: (at) => ('oid' in at ? values[at.oid] : undefined),
            });
            if (commands.supports(off('o'))) await commands.execute(off('o'));
            return written;
        };
        assert.deepEqual(await places(items, { [model.oid]: 'A', [one.oid]: 1, [two.oid]: 1 }), [one]);
        assert.deepEqual(await places(items, { [model.oid]: 'B', [one.oid]: 1, [two.oid]: 1 }), [two]);
        assert.deepEqual(await places(items, { [model.oid]: 'C', [one.oid]: 1, [two.oid]: 1 }), []);
        assert.deepEqual(await places(items, {}), [], 'the model is not known');
        const always = items.map(({ when: _, ...item }) => item);
        assert.deepEqual(await places(always, { [two.oid]: 1 }), [two], 'the first known value counts');
        assert.deepEqual(await places(always, {}), [one]);
    });

    it('write the type that the map gives, and compare what they read back as states are compared', async () => {
        const texts: Partial<MapItem> = {
            states: { ON: 'on', OFF: 'off' },
            write: { on: 'ON', off: 'OFF', type: 'text' },
        };
        const { commands, written } = device(texts, 'Off\0');
        assert.deepEqual(await commands.execute(off('o')), { confirmed: true });
        assert.deepEqual(written, [[ITEM.at, 'OFF', 'text']]);
        assert.equal((await device(texts, 'on').commands.execute(off('o'))).confirmed, false);
        assert.equal((await device(texts, undefined).commands.execute(off('o'))).confirmed, false);
    });
});
