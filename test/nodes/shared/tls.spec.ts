import assert from 'node:assert/strict';
import type { NodeAPI } from 'node-red';
import { tlsOptions } from '../../../nodes/shared/settings/tls';

/** As much of Node-RED as a look-up needs. */
function redWith(nodes: Record<string, object>): NodeAPI {
    return { nodes: { getNode: (id: string) => nodes[id] ?? null } } as unknown as NodeAPI;
}

describe('The tls-config of a node', () => {
    const RED = redWith({
        own: { addTLSOptions: (options: object) => ({ ...options, ca: 'the CA of the house' }) },
        other: { type: 'mqtt-broker' },
    });

    it('says which certificates count', () => {
        assert.deepEqual(tlsOptions(RED, 'own'), { ca: 'the CA of the house' });
    });

    it('may be left out', () => {
        assert.equal(tlsOptions(RED, ''), undefined);
        assert.equal(tlsOptions(RED, undefined), undefined);
    });

    it('that was chosen and is gone, or is none, is missing: nothing is sent unencrypted, or to anybody, instead', () => {
        for (const id of ['gone', 'other']) {
            assert.throws(() => tlsOptions(RED, id), { code: 'config-missing', data: { property: 'tls' } }, id);
        }
    });
});
