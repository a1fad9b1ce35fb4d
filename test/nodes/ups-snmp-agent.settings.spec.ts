import assert from 'node:assert/strict';
import { faultsOf, readSettings } from '../../lib/core/settings';
import { KEPT } from '../../nodes/editor/row-passwords';
import { placeSecret, withSecret } from '../../nodes/editor/row-secrets';
import { secretOf, settings } from '../../nodes/servers/ups-snmp-agent.settings';
import { ownEngineId } from '../../nodes/shared/server/own-engine-id';

const SERVES = [{ name: 'ups', ups: 'unit1' }];
const AUTH = { key: 'authKey', slot: 'authSlot' };
const rules = (config: object) => faultsOf(settings, config, {}).map(({ property, rule }) => `${property} ${rule}`);

describe('settings of ups-snmp-agent', () => {
    it('are SNMPv3 at port 161 where nothing else is set, for private networks, and nobody writes', () => {
        const own = readSettings(settings, { serves: SERVES, accounts: [{ name: 'a' }] });
        assert.deepEqual(
            [own.versions, own.address, own.port, own.writes, own.unknownAs, own.engineId, own.communities.length],
            ['3', '0.0.0.0', 161, false, 'no-such-instance', '', 0],
        );
        assert.equal(own.clients.length, 8);
        assert.deepEqual(own.accounts, [
            { name: 'a', auth: 'sha256', priv: 'aes', write: false, authSlot: 0, privSlot: 0 },
        ]);
    });

    it('count users and communities only for their versions', () => {
        const all = { serves: SERVES, accounts: [{ name: 'a' }], communities: [{ clients: '*' }] };
        const counts = (versions: string) => {
            const { accounts, communities } = readSettings(settings, { ...all, versions });
            return [accounts.length, communities.length];
        };
        assert.deepEqual(['3', '2c', '2c-3'].map(counts), [
            [1, 0],
            [0, 1],
            [1, 1],
        ]);
    });

    it('refuse what no manager could use', () => {
        assert.equal(rules({ serves: [] }).length, 1);
        assert.equal(rules({ serves: [...SERVES, ...SERVES] }).length, 1);
        assert.equal(rules({ serves: [{ name: 'a@b', ups: 'unit1' }] }).length, 1);
        assert.equal(rules({ serves: SERVES, engineId: '80001f8' }).length, 1);
        assert.equal(rules({ serves: SERVES, accounts: [{ name: 'a' }, { name: 'a' }] }).length, 1);
        assert.deepEqual(rules({ serves: SERVES, engineId: '0x80001F8803020000000001' }), []);
    });

    it('find a secret by its slot, or by its place', () => {
        const own = { auth1: 'one', auth2: 'two', priv1: 'three' };
        assert.deepEqual(
            [secretOf(own, 'auth', 2, 0), secretOf(own, 'auth', 0, 0), secretOf(own, 'priv', 99, 0)],
            ['two', 'one', 'three'],
        );
        assert.equal(secretOf(own, 'community', 0, 0), '');
    });

    it('keep secrets that were not touched, and take them out of the rows', () => {
        const stored = [
            { name: 'a', authSlot: 3 },
            { name: 'b', authSlot: 1 },
        ];
        const shown = withSecret(stored, AUTH, (slot) => slot === 3);
        assert.deepEqual(shown, [
            { name: 'a', authSlot: 3, authKey: `${KEPT}3` },
            { name: 'b', authSlot: 1 },
        ]);
        const { rows, secrets } = placeSecret([{ ...shown[1], authKey: 'new-password' }, shown[0]!], AUTH, 4);
        assert.deepEqual(rows, [
            { name: 'b', authSlot: 1 },
            { name: 'a', authSlot: 3 },
        ]);
        assert.deepEqual(secrets, ['new-password', '', KEPT, '']);
    });

    it('make an engine id of the machine, the same each time', () => {
        assert.match(ownEngineId(), /^80001f88(03[0-9a-f]{12}|05[0-9a-f]{16})$/);
        assert.equal(ownEngineId(), ownEngineId());
    });
});
