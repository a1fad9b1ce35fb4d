import assert from 'node:assert/strict';
import { checkMap } from '../../../../lib/protocols/device-map/check-map';
import { probeMap } from '../../../../lib/protocols/device-map/probe-map';

describe('A map that asks for raw values', () => {
    it('reads every place of an unfinished map, by the numbers of its items', () => {
        const unfinished = {
            items: [
                { at: { oid: '1.3.6.1.4.1.1.1.0' } },
                { id: 'x', at: { oid: 'nonsense' }, kind: 'number' },
                { id: 'x', at: { column: '1.3.6.1.4.1.1.2', row: '*' }, to: 'battery.voltage', scale: 0 },
                'rubbish',
                { id: 'bit', at: { register: 4, table: 'holding', bit: 3 }, kind: 'state', states: {} },
            ],
        };
        const probe = probeMap(unfinished)!;
        assert.deepEqual(
            probe.items.map(({ id, at }) => [id, at]),
            [
                ['0', { oid: '1.3.6.1.4.1.1.1.0' }],
                ['2', { column: '1.3.6.1.4.1.1.2', row: '*' }],
                ['4', { register: 4, table: 'holding', bit: 3 }],
            ],
        );
        assert.equal(checkMap(probe).faults, undefined, 'it is a valid map itself');
    });

    it('is not made where there is nothing to read', () => {
        for (const nothing of [undefined, '', 'text', {}, { items: [] }, { items: [{ id: 'a', at: {} }] }])
            assert.equal(probeMap(nothing), undefined);
    });
});
