import { strict as assert } from 'node:assert';
import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { utils } from 'ssh2';
import { UpsError } from '../../../../lib/core/errors';
import { readPrivateKey } from '../../../../lib/protocols/ssh/private-key';

describe('a private key as it is pasted', () => {
    const secret = { cipher: 'aes-256-cbc', passphrase: 'open sesame' };
    const makers: [string, () => KeyObject][] = [
        ['RSA', () => generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey],
        ['EC', () => generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey],
        ['Ed25519', () => generateKeyPairSync('ed25519').privateKey],
    ];
    const pem = (key: KeyObject, type: 'pkcs1' | 'pkcs8', more = {}) =>
        key.export({ type: type as 'pkcs8', format: 'pem', ...more }) as string;
    const rsa = makers[0]![1]();
    const code = (work: () => unknown) => {
        try {
            work();
        } catch (error) {
            assert.ok(error instanceof UpsError, String(error));
            return error.code;
        }
        return 'read';
    };

    for (const [name, make] of makers) {
        it(`is read from PKCS#8, encrypted or not: ${name}`, () => {
            const key = make();
            for (const [text, passphrase] of [
                [pem(key, 'pkcs8'), undefined],
                [pem(key, 'pkcs8', secret), secret.passphrase],
            ] as const) {
                const read = readPrivateKey(text, passphrase);
                // A signature that the key's public half accepts: it is this key and whole.
                assert.equal(read.verify('hello', read.sign('hello')), true);
                const open = utils.parseKey(`${read.type} ${read.getPublicSSH().toString('base64')}`);
                assert.ok(!(open instanceof Error) && open.verify('hello', read.sign('hello')));
            }
        });
    }

    it('is the key that it was: the public half is that of its own', () => {
        for (const [, make] of makers) {
            const key = make();
            const { x, n } = key.export({ format: 'jwk' });
            const open = readPrivateKey(pem(key, 'pkcs8')).getPublicSSH().toString('hex');
            assert.ok(open.includes(Buffer.from((x ?? n)!, 'base64url').toString('hex')));
        }
    });

    it('is read many times over, whatever its bytes are', () => {
        for (let i = 0; i < 100; i++) readPrivateKey(pem(generateKeyPairSync('ed25519').privateKey, 'pkcs8'));
    });

    const mangled: [string, (text: string) => string][] = [
        ['line ends of Windows', (text) => text.replace(/\n/g, '\r\n')],
        ['a byte order mark', (text) => `\ufeff${text}`],
        ['all on one line', (text) => text.trim().replace(/\n+/g, ' ')],
        ['line ends written out', (text) => text.replace(/\n/g, '\\n')],
        ['blanks around', (text) => `\n  ${text}  \n\n`],
        ['words before and after', (text) => `Bag Attributes\n  friendlyName: x\n${text}bye`],
    ];
    for (const [name, mangle] of mangled)
        it(`is read with ${name}`, () => {
            assert.equal(readPrivateKey(mangle(pem(rsa, 'pkcs1'))).type, 'ssh-rsa');
            assert.equal(readPrivateKey(mangle(pem(rsa, 'pkcs1', secret)), secret.passphrase).type, 'ssh-rsa');
            assert.equal(readPrivateKey(mangle(OPENSSH)).type, 'ssh-ed25519');
        });

    it('is told to have a wrong passphrase, also if that one decrypts to an end that looks right', () => {
        const text = pem(rsa, 'pkcs1', secret);
        // One in 256 does.
        for (let i = 0; i < 2000; i++)
            assert.equal(
                code(() => readPrivateKey(text, `wrong ${i}`)),
                'key-passphrase-wrong',
            );
    });

    it('is told to lack its passphrase, or to have a wrong one', () => {
        for (const text of [pem(rsa, 'pkcs1', secret), pem(rsa, 'pkcs8', secret), OPENSSH_LOCKED]) {
            assert.equal(
                code(() => readPrivateKey(text)),
                'key-passphrase-missing',
            );
            for (let i = 0; i < 5; i++)
                assert.equal(
                    code(() => readPrivateKey(text, `no ${i}`)),
                    'key-passphrase-wrong',
                );
        }
        assert.equal(
            code(() => readPrivateKey(OPENSSH_LOCKED, 'open sesame')),
            'read',
        );
    });

    for (const [name, text, expected] of [
        [
            'a public key',
            'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl a@b',
            'key-public',
        ],
        ['a public PEM key', '-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----', 'key-public'],
        ['a PuTTY key of version 3', 'PuTTY-User-Key-File-3: ssh-ed25519\r\nEncryption: none\r\n', 'key-putty'],
        [
            'a PuTTY key of version 2 that ssh2 does not read',
            'PuTTY-User-Key-File-2: ssh-ed25519\r\nEncryption: none\r\n',
            'key-putty',
        ],
        ['a word', 'hello', 'key-unreadable'],
        ['a key without its end', pem(rsa, 'pkcs1').slice(0, 400), 'key-unreadable'],
        ['a key with a hole', pem(rsa, 'pkcs1').replace(/\n.{64}\n/, '\n'), 'key-unreadable'],
        ['a kind that SSH does not have', pem(generateKeyPairSync('ed448').privateKey, 'pkcs8'), 'key-unsupported'],
    ] as const)
        it(`is told to be ${name}`, () =>
            assert.equal(
                code(() => readPrivateKey(text)),
                expected,
            ));
});

/** By ssh-keygen, for this test alone; the second with the passphrase `open sesame`. */
const OPENSSH = `-----BEGIN OPENSSH PRIVATE KEY-----
b3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAEbm9uZQAAAAAAAAABAAAAMwAAAAtzc2gtZW
QyNTUxOQAAACDYRfJ8TdtMu+UEmggcOj2Uyc+ZNxAlive+48KKCoegGwAAAIiC0C75gtAu
+QAAAAtzc2gtZWQyNTUxOQAAACDYRfJ8TdtMu+UEmggcOj2Uyc+ZNxAlive+48KKCoegGw
AAAECijTstZ95RW9q3cs8qH5p/ZmuYUsWrEPBfEHaRV+sLNthF8nxN20y75QSaCBw6PZTJ
z5k3ECWK977jwooKh6AbAAAABHRlc3QB
-----END OPENSSH PRIVATE KEY-----
`;
const OPENSSH_LOCKED = `-----BEGIN OPENSSH PRIVATE KEY-----
b3BlbnNzaC1rZXktdjEAAAAACmFlczI1Ni1jdHIAAAAGYmNyeXB0AAAAGAAAABDpdNVbal
ua3p1f6lEO8TdRAAAAAQAAAAEAAAAzAAAAC3NzaC1lZDI1NTE5AAAAICG1DkB4w3ZndOl6
heSM8SY2n2/F4XsmnPknbrDnqZj0AAAAkOwzKy9AO5/9q9KOwvbAohrMrt6RgPzmSYAo5f
580/bpN7w1PXZONnCeUWAwuxjhyFPksbeTKSAdbu1VH6NOeS7h50ShsbbM0AWICqBloLXd
fUdvEJDn38lQ9UgYsnGOtRl9+kQYJfD8fUkJ4Y9eSbqDH4XrJ9WlcTZRE67Ojryzd1ksRW
p8f9U/yKi1xj7Qjg==
-----END OPENSSH PRIVATE KEY-----
`;
