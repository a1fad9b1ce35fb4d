import assert from 'node:assert/strict';
import { checkMap } from '../../../../lib/protocols/device-map/check-map';
import { decodeMap, type RawReading } from '../../../../lib/protocols/device-map/decode';
import type { ColumnPlace, Condition, DeviceMap, MapItem } from '../../../../lib/protocols/device-map/device-map';
import type { RawValue } from '../../../../lib/protocols/device-map/raw-value';
import { registersOf } from '../../../../lib/protocols/modbus-map/registers';
import { objectsOf } from '../../../../lib/protocols/snmp/map-objects';

const mapOf = (...items: Omit<MapItem, 'id'>[]): DeviceMap => ({
    version: 1,
    id: 'test',
    name: 'test',
    judgedBy: 'this test',
    items: items.map((item, index) => ({ ...item, id: `i${index}` })),
});

function reading(values: Record<string, RawValue>): RawReading {
    return {
        at: (place) =>
            'column' in place ? values[`${place.column}.${place.row}`] : 'oid' in place ? values[place.oid] : 0,
        rows: ({ column }: ColumnPlace) =>
            Object.entries(values)
                .filter(([oid]) => oid.startsWith(`${column}.`))
                .map(([oid, value]) => ({ row: oid.slice(column.length + 1), value })),
    };
}

const charge = (when: Condition, values: Record<string, RawValue>) =>
    decodeMap(
        mapOf({ at: { oid: '1.1' }, kind: 'number', to: 'battery.chargePercent', when }),
        reading({ '1.1': 50, ...values }),
        0,
    ).battery?.chargePercent;

describe('Items of a device map that depend on another value', () => {
    const at = { oid: '1.9' };

    it('count while the other value is one of those named, as number or text', () => {
        assert.equal(charge({ at, values: [1, 2] }, { '1.9': 2 }), 50);
        assert.equal(charge({ at, values: [1, 2] }, { '1.9': '2' }), 50);
        assert.equal(charge({ at, values: ['online'] }, { '1.9': 'Online' }), 50);
        assert.equal(charge({ at, values: [1, 2] }, { '1.9': 3 }), undefined);
        assert.equal(charge({ at: { oid: '1.9', bit: 1 }, values: [1] }, { '1.9': 2 }), 50);
        assert.equal(charge({ at: { oid: '1.9', bit: 0 }, values: [1] }, { '1.9': 2 }), undefined);
    });

    it('count while the other value is known, if none is named', () => {
        assert.equal(charge({ at }, { '1.9': 0 }), 50);
        assert.equal(charge({ at }, {}), undefined);
        assert.equal(charge({ at }, { '1.9': null }), undefined);
        assert.equal(charge({ at }, { '1.9': '' }), undefined);
    });

    it('count without the other value only if they say so', () => {
        assert.equal(charge({ at, values: [1] }, {}), undefined);
        assert.equal(charge({ at, values: [1], orAbsent: true }, {}), 50);
        assert.equal(charge({ at, values: [1], orAbsent: true }, { '1.9': 3 }), undefined);
    });

    it('look at the same row of another column', () => {
        const item = { at: { column: '1.2', row: '*' }, kind: 'number', unit: 'A', to: 'channel:module *' } as const;
        const when = { at: { column: '1.3', row: '*' }, values: [1] };
        const { channels } = decodeMap(
            mapOf({ ...item, when }),
            reading({ '1.2.1': 4, '1.2.2': 0, '1.2.3': 5, '1.3.1': 1, '1.3.2': 0 }),
            0,
        );
        assert.deepEqual(channels, { 'module 1': { value: 4, unit: 'A' } });
    });

    it('let a channel exist only while they count', () => {
        const item = { at: { oid: '1.1' }, kind: 'number', to: 'channel:probe' } as const;
        const map = mapOf({ ...item, when: { at, values: [1] } });
        assert.deepEqual(decodeMap(map, reading({ '1.9': 1 }), 0).channels, { probe: {} });
        assert.equal(decodeMap(map, reading({ '1.1': 20, '1.9': 2 }), 0).channels, undefined);
    });

    it('let a list that is read deny alarms only while it counts', () => {
        const list = {
            at: { column: '1.2', row: '*' },
            kind: 'state',
            states: { 7: 'on-battery' },
            to: 'alarm',
        } as const;
        const map = mapOf({ ...list, when: { at } });
        assert.deepEqual(decodeMap(map, reading({ '1.9': 0 }), 0).alarmsTold, ['on-battery', 'vendor:*']);
        assert.equal(decodeMap(map, reading({}), 0).alarmsTold, undefined);
        assert.equal(decodeMap(map, reading({ '1.2.1': 7 }), 0).alarms, undefined);
    });

    it('have the other value read, too', () => {
        const when = { at: { oid: '1.9' }, values: [1] };
        const { fast, fastColumns, slow } = objectsOf(
            mapOf(
                { at: { oid: '1.1' }, kind: 'number', to: 'battery.chargePercent', when },
                { at: { oid: '1.2' }, kind: 'text', to: 'identity.model', when: { at: { column: '1.8', row: '4' } } },
                {
                    at: { column: '1.5', row: '*' },
                    kind: 'number',
                    to: 'channel:module *',
                    when: { at: { column: '1.6', row: '*' } },
                },
            ),
        );
        assert.deepEqual(fast, ['1.1', '1.9']);
        assert.deepEqual(slow, ['1.2', '1.8.4']);
        assert.deepEqual(fastColumns, ['1.5', '1.6']);
        const register = { register: 5, table: 'holding' } as const;
        const registers = registersOf(
            mapOf({
                at: register,
                kind: 'number',
                to: 'battery.chargePercent',
                when: { at: { ...register, register: 90 } },
            }),
        );
        assert.deepEqual(
            registers.fast.map(({ address }) => address),
            [5, 90],
        );
    });

    const faults: [string, unknown, string[]][] = [
        ['no condition', 1, ['when']],
        ['no place', {}, ['place']],
        ['an empty list of values', { at: { oid: '1.2.3' }, values: [] }, ['when']],
        ['a value that is none', { at: { oid: '1.2.3' }, values: [null] }, ['when']],
        ['a wrong orAbsent', { at: { oid: '1.2.3' }, orAbsent: 1 }, ['when']],
        ['a misspelt key', { at: { oid: '1.2.3' }, value: [1] }, ['key']],
        ['all rows for an item with one', { at: { column: '1.2.3', row: '*' } }, ['whenRow']],
    ];
    for (const [what, when, rules] of faults)
        it(`are refused with ${what}`, () => {
            const map = mapOf({
                at: { oid: '1.2.3.4' },
                kind: 'number',
                to: 'battery.chargePercent',
                when: when as Condition,
            });
            assert.deepEqual(
                checkMap(map).faults?.map(({ rule }) => rule),
                rules,
            );
        });
});
