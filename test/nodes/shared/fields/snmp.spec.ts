import assert from 'node:assert/strict';
import { UpsError } from '../../../../lib/core/errors';
import { readSettings } from '../../../../lib/core/settings';
import { targetOf } from '../../../../lib/protocols/snmp/config';
import { settings } from '../../../../nodes/devices/ups-snmp.settings';

const V3 = { version: '3', user: 'reader' };

/** What a node with these settings asks, and as whom. */
function target(typed: object) {
    return targetOf(readSettings(settings, { ups: 'u', host: 'card', ...typed }, typed));
}

describe('SNMP in the settings of a node', () => {
    it('is v2c, community public, 2 s and one retry where nothing is said', () => {
        const { version, community, user, timeoutMs, retries } = target({});
        assert.deepEqual([version, community, user, timeoutMs, retries], ['2c', 'public', undefined, 2000, 1]);
    });

    it('asks as v3 with as much security as was chosen', () => {
        const auth = { authProtocol: 'sha256', authKey: 'authentic' };
        const priv = { privProtocol: 'aes256r', privKey: 'encrypted' };
        assert.deepEqual(target(V3).user, { name: 'reader', auth: undefined, priv: undefined });
        assert.deepEqual(target({ ...V3, ...auth, privProtocol: 'none' }).user?.auth, {
            protocol: 'sha256',
            key: 'authentic',
        });
        assert.deepEqual(target({ ...V3, ...auth, ...priv }).user?.priv, { protocol: 'aes256r', key: 'encrypted' });
    });

    it('does not look at the user of v3 in v1 and v2c', () => {
        assert.equal(target({ version: '1', user: '', authProtocol: 'rot13' }).user, undefined);
    });

    for (const [what, typed, code, property] of [
        ['an unknown version', { version: '4' }, 'config-invalid', 'version'],
        ['a timeout of 0', { timeout: 0 }, 'config-invalid', 'timeout'],
        ['half a retry', { retries: 0.5 }, 'config-invalid', 'retries'],
        ['v3 without a user', { version: '3' }, 'config-missing', 'user'],
        ['authentication without a key', { ...V3, authProtocol: 'sha' }, 'config-missing', 'authKey'],
        ['a key that is too short', { ...V3, authProtocol: 'sha', authKey: 'short' }, 'config-invalid', 'authKey'],
        [
            'an unknown protocol',
            { ...V3, authProtocol: 'rot13', authKey: 'authentic' },
            'config-invalid',
            'authProtocol',
        ],
        [
            'privacy without authentication, which would go out in clear text',
            { ...V3, privProtocol: 'aes', privKey: 'encrypted' },
            'config-invalid',
            'authProtocol',
        ],
    ] as [string, object, string, string][]) {
        it(`with ${what} are ${code} ${property}`, () => {
            assert.throws(
                () => target(typed),
                (error) => {
                    assert.ok(error instanceof UpsError);
                    assert.deepEqual([error.code, error.data.property], [code, property]);
                    assert.ok(!JSON.stringify(error.data).includes('short'), 'no secret in errors');
                    return true;
                },
            );
        });
    }
});
