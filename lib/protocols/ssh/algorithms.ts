import type { Algorithms, ServerHostKeyAlgorithm } from 'ssh2';

/** RSA keys sign in several ways (RFC 8332). */
const HOST_KEYS: Record<string, ServerHostKeyAlgorithm[]> = {
    'ssh-ed25519': ['ssh-ed25519'],
    'ecdsa-sha2-nistp256': ['ecdsa-sha2-nistp256'],
    'ecdsa-sha2-nistp384': ['ecdsa-sha2-nistp384'],
    'ecdsa-sha2-nistp521': ['ecdsa-sha2-nistp521'],
    'ssh-rsa': ['rsa-sha2-512', 'rsa-sha2-256', 'ssh-rsa'],
};

/**
 * What old hosts need and new ones have given up, after all else: Diffie-Hellman with SHA-1 (RFC 9142 section 3), ciphers in CBC mode, MACs by MD5
 * and short ones, DSA host keys. Patterns, as an OpenSSL of today may lack some.
 */
const OLD = {
    kex: /^diffie-hellman-group(-exchange|14|1)-sha1$/,
    cipher: /^(aes(128|192|256)|3des)-cbc$/,
    hmac: /^hmac-(md5|sha1-96|md5-96)$/,
    serverHostKey: /^ssh-dss$/,
};

/**
 * What to offer a host.
 * @param known types of the keys that are known of it: asked for first, so that it shows one of them if it has one
 * @param old also what is no longer thought to be safe
 */
export function algorithmsFor(known: readonly string[], old: boolean): Algorithms {
    const types = [...new Set([...known, ...Object.keys(HOST_KEYS)])];
    const keys = types.flatMap((type) => HOST_KEYS[type] ?? (old && type === 'ssh-dss' ? ['ssh-dss' as const] : []));
    const later = (pattern: RegExp) => ({ append: [pattern], prepend: [], remove: [] });
    const more = old ? { kex: later(OLD.kex), cipher: later(OLD.cipher), hmac: later(OLD.hmac) } : {};
    const asked = known.length ? keys : old ? later(OLD.serverHostKey) : undefined;
    return { ...more, ...(asked ? { serverHostKey: asked } : {}) } as unknown as Algorithms;
}
