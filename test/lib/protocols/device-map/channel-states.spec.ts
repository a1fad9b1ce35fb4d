import assert from 'node:assert/strict';
import { channelStates } from '../../../../lib/protocols/device-map/channel-states';
import type { DeviceMap, MapItem } from '../../../../lib/protocols/device-map/device-map';

const item = (to: string, more: Partial<MapItem> = {}): MapItem => ({
    ...{ id: to, at: { label: to }, kind: 'state', states: { 0: 'open', 1: 'closed', 2: 'closed' }, to },
    ...more,
});
const map: DeviceMap = {
    ...{ version: 1, id: 'm', name: 'm', judgedBy: 'm' },
    items: [
        item('channel:door'),
        item('channel:input * state'),
        item('channel:both'),
        item('channel:both', { kind: 'text' }),
    ],
};

describe('The states of a channel', () => {
    it('are those of its map, each once, also of a row of a table', () => {
        assert.deepEqual(channelStates(map, 'door'), ['open', 'closed']);
        assert.deepEqual(channelStates(map, 'input 7 state'), ['open', 'closed']);
    });

    it('are not known of a channel that the map does not have, or that may be any text', () => {
        for (const name of ['gate', 'input  state', 'both']) assert.equal(channelStates(map, name), undefined);
    });
});
