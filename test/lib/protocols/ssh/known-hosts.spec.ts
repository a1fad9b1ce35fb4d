import { strict as assert } from 'node:assert';
import { createHmac } from 'node:crypto';
import type { UpsError } from '../../../../lib/core/errors';
import { KnownHosts, fingerprintOf } from '../../../../lib/protocols/ssh/known-hosts';
import { parseTargets, targetKey } from '../../../../lib/protocols/ssh/targets';

/** A key as it stands on the wire: type, then the key proper. */
function key(type: string, filler: string): Buffer {
    const part = (bytes: Buffer) => {
        const length = Buffer.alloc(4);
        length.writeUInt32BE(bytes.length);
        return Buffer.concat([length, bytes]);
    };
    return Buffer.concat([part(Buffer.from(type)), part(Buffer.alloc(32, filler))]);
}
const ONE = key('ssh-ed25519', 'a');
const TWO = key('ssh-ed25519', 'b');
const RSA = key('ssh-rsa', 'c');
const line = (names: string, blob: Buffer, type = 'ssh-ed25519') => `${names} ${type} ${blob.toString('base64')} me@x`;

describe('KnownHosts', () => {
    it('knows nobody when empty', () => {
        for (const empty of [undefined, '', ' \n# a comment\n\n'])
            assert.equal(new KnownHosts(empty).verdict('a', 22, ONE), 'unknown');
    });

    it('takes no line without a name for one of any host', () => {
        for (const names of [',', ',,', '!a'])
            assert.throws(() => new KnownHosts(line(names, ONE)), { code: 'config-invalid' });
    });

    it('trusts a bare fingerprint for any host, one with a name for that host', () => {
        const any = new KnownHosts(fingerprintOf(ONE));
        assert.deepEqual([any.verdict('a', 22, ONE), any.verdict('a', 22, TWO)], ['trusted', 'unknown']);
        const named = new KnownHosts(`A ${fingerprintOf(ONE)}=\r\n[b]:2222 ${fingerprintOf(TWO)}`);
        assert.deepEqual(
            [
                named.verdict('a', 22, ONE),
                named.verdict('a', 22, TWO),
                named.verdict('c', 22, ONE),
                named.verdict('a', 2222, ONE),
                named.verdict('b', 2222, TWO),
                named.verdict('b', 22, TWO),
            ],
            ['trusted', 'changed', 'unknown', 'unknown', 'trusted', 'unknown'],
        );
    });

    it('reads the fingerprint as ssh-keygen prints it', () => {
        // ssh-keygen -lf on the host key of github.com, which is public.
        const blob = 'AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl';
        const fingerprint = 'SHA256:+DiY3wvvV6TuJJhbpZisF/zLDA0zPMSvHdkr4UvCOqU';
        assert.equal(fingerprintOf(Buffer.from(blob, 'base64')), fingerprint);
        assert.equal(
            new KnownHosts(`github.com ssh-ed25519 ${blob}`).verdict('github.com', 22, Buffer.from(blob, 'base64')),
            'trusted',
        );
    });

    it('reads names, wildcards, negations, hashes and revocations of OpenSSH', () => {
        const salt = Buffer.alloc(20, 's');
        const hash = createHmac('sha1', salt).update('hidden').digest('base64');
        const known = new KnownHosts(
            [
                line('a,192.0.2.1', ONE),
                line('*.lan,!bad.lan', ONE),
                line('s?', TWO),
                line(`|1|${salt.toString('base64')}|${hash}`, TWO),
                `@revoked ${line('*', RSA, 'ssh-rsa')}`,
            ].join('\n'),
        );
        const verdict = (host: string, blob: Buffer) => known.verdict(host, 22, blob);
        assert.deepEqual(
            [
                verdict('192.0.2.1', ONE),
                verdict('x.lan', ONE),
                verdict('bad.lan', ONE),
                verdict('s1', TWO),
                verdict('s12', TWO),
                verdict('hidden', TWO),
                verdict('hidden', ONE),
                verdict('a', RSA),
            ],
            ['trusted', 'trusted', 'unknown', 'trusted', 'unknown', 'trusted', 'changed', 'revoked'],
        );
    });

    it('knows which types to ask a host for', () => {
        const known = new KnownHosts([line('a', RSA, 'ssh-rsa'), line('b', ONE)].join('\n'));
        assert.deepEqual(
            [known.typesOf('a', 22), known.typesOf('b', 22), known.typesOf('c', 22)],
            [['ssh-rsa'], ['ssh-ed25519'], []],
        );
    });

    for (const wrong of [
        'a',
        'SHA256:short',
        'a MD5:00:11',
        'a ssh-ed25519',
        `a ssh-ed25519 ${ONE.toString('base64').slice(0, 20)}`,
        line('a', ONE, 'ssh-rsa'),
        `@cert-authority ${line('*', ONE)}`,
        '|2|a|b ssh-ed25519 AAAA',
    ]) {
        it(`refuses ${wrong.slice(0, 40)}`, () =>
            assert.throws(
                () => new KnownHosts(wrong),
                (error: UpsError) => error.code === 'config-invalid' && error.data.property === 'hostKeys',
            ));
    }
});

describe('SSH targets', () => {
    const targets = (list: string, user?: string) => parseTargets(list, user, 22).map(targetKey);

    it('are user@host:port, with defaults', () => {
        assert.deepEqual(targets('root@a, b:2222\nme@[::1]:22;me@corp@c root@A', 'ops'), [
            'root@a:22',
            'ops@b:2222',
            'me@[::1]:22',
            'me@corp@c:22',
        ]);
    });

    for (const [list, code] of [
        ['', 'config-missing'],
        ['host', 'config-missing'],
        ['@host', 'config-invalid'],
        ['root@', 'config-invalid'],
        ['root@a:0', 'config-invalid'],
        ['root@192.0.2.256', 'config-invalid'],
        ['a:b@c', 'config-invalid'],
    ] as const) {
        it(`refuse ${JSON.stringify(list)}`, () =>
            assert.throws(
                () => targets(list),
                (error: UpsError) => error.code === code,
            ));
    }
});
