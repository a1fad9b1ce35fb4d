import assert from 'node:assert/strict';
import { UpsError } from '../../../../lib/core/errors';
import { readTarget, type SnmpSettings } from '../../../../lib/protocols/snmp/config';
import { TrapThrottle } from '../../../../lib/protocols/snmp/trap-throttle';
import { FakeClock } from '../../../support/fake-clock';

const V3 = { host: 'card', version: '3', user: 'reader' };

describe('SNMP settings', () => {
    it('default to v2c, port 161, community public, 2 s and one retry', () => {
        const { host, port, version, community, user, timeoutMs, retries } = readTarget({ host: ' card ' });
        assert.deepEqual(
            [host, port, version, community, user, timeoutMs, retries],
            ['card', 161, '2c', 'public', undefined, 2000, 1],
        );
    });

    it('take numbers as text, as the editor stores them', () => {
        const { port, timeoutMs, retries } = readTarget({ host: 'card', port: '1161', timeout: '0.5', retries: '0' });
        assert.deepEqual([port, timeoutMs, retries], [1161, 500, 0]);
    });

    it('of SNMPv3 make a user with as much security as was chosen', () => {
        const auth = { authProtocol: 'sha256', authKey: 'authentic' };
        assert.deepEqual(readTarget(V3).user, { name: 'reader', auth: undefined, priv: undefined });
        assert.deepEqual(readTarget({ ...V3, ...auth, privProtocol: 'none' }).user?.auth, {
            protocol: 'sha256',
            key: 'authentic',
        });
        assert.deepEqual(readTarget({ ...V3, ...auth, privProtocol: 'aes256r', privKey: 'encrypted' }).user?.priv, {
            protocol: 'aes256r',
            key: 'encrypted',
        });
    });

    for (const [what, settings, code, property] of [
        ['no host', {}, 'config-missing', 'host'],
        ['a blank host', { host: '  ' }, 'config-missing', 'host'],
        ['a port beyond 65535', { host: 'card', port: 70000 }, 'config-invalid', 'port'],
        ['a port that is no number', { host: 'card', port: 'snmp' }, 'config-invalid', 'port'],
        ['an unknown version', { host: 'card', version: '4' }, 'config-invalid', 'version'],
        ['a timeout of 0', { host: 'card', timeout: 0 }, 'config-invalid', 'timeout'],
        ['half a retry', { host: 'card', retries: 0.5 }, 'config-invalid', 'retries'],
        ['v3 without a user', { host: 'card', version: '3' }, 'config-missing', 'user'],
        ['authentication without a key', { ...V3, authProtocol: 'sha' }, 'config-missing', 'authKey'],
        ['a key that is too short', { ...V3, authProtocol: 'sha', authKey: 'short' }, 'config-invalid', 'authKey'],
        [
            'an unknown protocol',
            { ...V3, authProtocol: 'rot13', authKey: 'authentic' },
            'config-invalid',
            'authProtocol',
        ],
        [
            'privacy without authentication',
            { ...V3, privProtocol: 'aes', privKey: 'encrypted' },
            'config-invalid',
            'authProtocol',
        ],
    ] as [string, SnmpSettings, string, string][]) {
        it(`with ${what} are ${code} ${property}`, () => {
            assert.throws(
                () => readTarget(settings),
                (error) => {
                    assert.ok(error instanceof UpsError);
                    assert.deepEqual([error.code, error.data.property], [code, property]);
                    assert.ok(!error.message.includes('short'), 'no secret in errors');
                    return true;
                },
            );
        });
    }
});

describe('a storm of traps', () => {
    it('asks for a poll at once, and for one more at its end', async () => {
        const clock = new FakeClock();
        const at: number[] = [];
        const throttle = new TrapThrottle(clock, () => at.push(clock.monotonic()));
        for (let i = 0; i < 30; i++) {
            throttle.hint();
            await clock.advance(1);
        }
        await clock.advance(500);
        assert.deepEqual(at, [0, 50]);
        throttle.hint();
        assert.deepEqual(at, [0, 50, 530]);
        throttle.hint();
        throttle.destroy();
        await clock.advance(500);
        assert.deepEqual([at.length, clock.pending], [3, 0]);
    });
});
