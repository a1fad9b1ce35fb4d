import assert from 'node:assert/strict';
import type { DeviceMap, MapCommand, MapItem } from '../../../../lib/protocols/device-map/device-map';
import { MapCommands } from '../../../../lib/protocols/device-map/map-commands';
import { simulatedDuramax } from '../../../../lib/protocols/device-map/maps/simulated-duramax';
import { placesFaults, type Places } from '../../../../lib/protocols/device-map/places';

const VOLTS: MapItem = { id: 'volts', at: { oid: '1.3.6.1' }, kind: 'number', to: 'battery.voltage' };
const { send } = simulatedDuramax.commands![0]!;

const map = (change: Partial<DeviceMap>): DeviceMap => ({
    ...{ version: 1, id: 'm', name: 'm', judgedBy: 'm', items: [VOLTS] },
    ...change,
});
const faultsOf = (change: Partial<DeviceMap>, places: Places) =>
    placesFaults(map(change), places).map(({ item, rule }) => `${item}: ${rule}`);

describe('What a node cannot read or send of a map', () => {
    it('is each item with a place of another protocol, also that of its condition', () => {
        const items = [
            VOLTS,
            { ...VOLTS, id: 'one', at: { label: 'x' } },
            { ...VOLTS, id: 'two', when: { at: { register: 1, table: 'holding' as const } } },
        ];
        assert.deepEqual(faultsOf({ items }, 'objects'), ['one: objects', 'two: objects']);
        assert.deepEqual(faultsOf({}, 'registers'), ['volts: registers']);
    });

    it('is a command that is sent as frames, but of a device that speaks them; and there any but latch-reset', () => {
        const commands: MapCommand[] = [{ does: 'shutdown.output', set: [], send }];
        assert.deepEqual(faultsOf({ commands }, 'objects'), ['shutdown.output: sendFrames']);
        const { items, frames } = simulatedDuramax;
        assert.deepEqual(faultsOf({ items, frames, commands }, 'frames'), ['shutdown.output: frameCommand']);
        assert.deepEqual(placesFaults(simulatedDuramax, 'frames'), []);
    });

    it('is never done: a command that writes nothing is not offered', async () => {
        const commands: MapCommand[] = [{ does: 'shutdown.output', set: [], send }];
        const link = { write: () => assert.fail('written'), ask: () => assert.fail('asked') };
        const device = new MapCommands(map({ commands }), 'host', link);
        const order = { type: 'shutdown', scope: 'output', seconds: 5 } as const;
        assert.equal(device.supports(order), false);
        await assert.rejects(device.execute(order), { code: 'not-supported' });
    });
});
