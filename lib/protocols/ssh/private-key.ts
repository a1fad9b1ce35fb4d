import { createPrivateKey, randomBytes, type KeyObject } from 'node:crypto';
import type { ParsedKey } from 'ssh2';
import { UpsError } from '../../core/errors';
import { said, type Told } from '../../core/language/sentence';
import { ssh2 } from '../shared/packages';

const LABELLED = /-----BEGIN ([A-Z0-9 ]+)-----([^]*?)-----END \1-----/;
/** The header of an encrypted key in the older PEM form (RFC 1421, section 4.6). */
const PEM_HEADERS = /^\s*Proc-Type:\s*4,\s*ENCRYPTED\s+DEK-Info:\s*([A-Z0-9-]+,\s*[0-9A-F]+)\s/i;
const BASE64 = /^[A-Za-z0-9+/]+=*$/;
const PUTTY = /^PuTTY-User-Key-File-/;
const ANY_PUBLIC = /^(ssh-|ecdsa-sha2-|sk-)\S+ AAAA|BEGIN (SSH2 |RSA |)PUBLIC KEY|BEGIN CERTIFICATE/;

/**
 * Reads a private key as people paste it: OpenSSH, PEM of RSA and EC keys, PKCS#8, PuTTY version 2 (RSA); with Windows line ends,
 * a byte order mark, all on one line, or with text around it. Returns it decrypted, so that log-ins need no passphrase.
 * @throws UpsError key-public, key-putty, key-passphrase-missing, key-passphrase-wrong, key-unsupported, key-unreadable
 */
export function readPrivateKey(typed: string, passphrase?: string): ParsedKey {
    const text = typed
        .replace(/^\ufeff/, '')
        .replace(/\\n/g, '\n')
        .replace(/\r\n?/g, '\n')
        .trim();
    if (PUTTY.test(text)) return readPutty(text, passphrase);
    if (ANY_PUBLIC.test(text)) throw new UpsError('key-public');
    const [, label, body] = LABELLED.exec(text) ?? [];
    if (!label) throw unreadable(said('ssh.noLines'));
    const pem = wrapped(label, body!);
    return label === 'OPENSSH PRIVATE KEY' ? parse(pem, passphrase) : parse(converted(pem, passphrase));
}

/** Restores the line ends that a paste may have lost. */
function wrapped(label: string, body: string): string {
    const cipher = PEM_HEADERS.exec(body)?.[1];
    const data = body.replace(PEM_HEADERS, '').replace(/\s+/g, '');
    if (!BASE64.test(data)) throw unreadable(said('ssh.noBase64'));
    const headers = cipher ? `Proc-Type: 4,ENCRYPTED\nDEK-Info: ${cipher.replace(/\s/g, '')}\n\n` : '';
    return `-----BEGIN ${label}-----\n${headers}${data.match(/.{1,64}/g)!.join('\n')}\n-----END ${label}-----\n`;
}

/** Converts to a form that ssh2 reads: it does not support PKCS#8. */
function converted(pem: string, passphrase: string | undefined): string {
    const key = opened(pem, passphrase);
    switch (key.asymmetricKeyType) {
        case 'rsa':
            return key.export({ type: 'pkcs1', format: 'pem' }) as string;
        case 'ec':
            return key.export({ type: 'sec1', format: 'pem' }) as string;
        case 'ed25519':
            return openSshEd25519(key);
        default:
            throw new UpsError('key-unsupported', { type: key.asymmetricKeyType });
    }
}

function opened(pem: string, passphrase: string | undefined): KeyObject {
    const encrypted = pem.includes('ENCRYPTED');
    if (encrypted && !passphrase) throw new UpsError('key-passphrase-missing');
    try {
        return createPrivateKey({ key: pem, format: 'pem', passphrase });
    } catch (cause) {
        const { message } = cause as Error;
        if (encrypted && (!isUnsupported(cause) || opensOtherwise(pem))) {
            throw new UpsError('key-passphrase-wrong', {}, { cause });
        }
        throw new UpsError('key-unreadable', { reason: message }, { cause });
    }
}

function isUnsupported(error: unknown): boolean {
    return /unsupported/i.test((error as Error).message);
}

/**
 * Whether the cipher of an encrypted key can be read at all. One wrong passphrase in 256 has an end that looks right, and what comes out is
 * then called unsupported, as an unknown cipher is; of an unknown cipher every passphrase gives that.
 */
function opensOtherwise(pem: string): boolean {
    return [1, 2, 3].some(() => {
        try {
            createPrivateKey({ key: pem, format: 'pem', passphrase: randomBytes(16).toString('hex') });
            return true;
        } catch (error) {
            return !isUnsupported(error);
        }
    });
}

/** The unencrypted form that ssh-keygen writes (OpenSSH, PROTOCOL.key). */
function openSshEd25519(key: KeyObject): string {
    const { d, x } = key.export({ format: 'jwk' });
    const [secret, open] = [Buffer.from(d!, 'base64url'), Buffer.from(x!, 'base64url')];
    const check = randomBytes(4);
    const parts = [check, check, field('ssh-ed25519'), field(open), field(Buffer.concat([secret, open])), field('')];
    const length = parts.reduce((sum, { length: bytes }) => sum + bytes, 0);
    const padding = Buffer.from(Array.from({ length: (8 - (length % 8)) % 8 }, (_, index) => index + 1));
    const blob = Buffer.concat([
        Buffer.from('openssh-key-v1\0'),
        ...[field('none'), field('none'), field(''), Buffer.from([0, 0, 0, 1])],
        field(Buffer.concat([field('ssh-ed25519'), field(open)])),
        field(Buffer.concat([...parts, padding])),
    ]);
    return wrapped('OPENSSH PRIVATE KEY', blob.toString('base64'));
}

/** A string in SSH's binary form: its length, then its bytes (RFC 4251, section 5). */
function field(value: string | Buffer): Buffer {
    const bytes = Buffer.from(value as string);
    const length = Buffer.alloc(4);
    length.writeUInt32BE(bytes.length);
    return Buffer.concat([length, bytes]);
}

function readPutty(text: string, passphrase: string | undefined): ParsedKey {
    // ssh2 supports only version 2 with RSA.
    if (!/^PuTTY-User-Key-File-2: ssh-rsa\n/.test(text)) throw new UpsError('key-putty');
    return parse(text, passphrase);
}

function parse(text: string, passphrase?: string): ParsedKey {
    const key = ssh2().utils.parseKey(text, passphrase) as ParsedKey | Error;
    if (key instanceof Error) throw refusal(key, passphrase);
    if (!key.isPrivateKey()) throw new UpsError('key-public');
    return key;
}

function refusal(cause: Error, passphrase: string | undefined): UpsError {
    const { message } = cause;
    if (/no passphrase given/.test(message)) return new UpsError('key-passphrase-missing', {}, { cause });
    const type = /Unsupported OpenSSH private key type: (\S+)/.exec(message)?.[1];
    if (type) return new UpsError('key-unsupported', { type }, { cause });
    // For an encrypted key, a damaged file gives the same message.
    if (passphrase && /integrity check failed|unable to authenticate|bad passphrase/i.test(message))
        return new UpsError('key-passphrase-wrong', {}, { cause });
    return new UpsError('key-unreadable', { reason: message }, { cause });
}

function unreadable(reason: Told): UpsError {
    return new UpsError('key-unreadable', { reason });
}
