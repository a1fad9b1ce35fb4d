import type { Algorithms, ServerHostKeyAlgorithm } from 'ssh2';

/** An RSA key has several signature algorithms (RFC 8332). */
const HOST_KEYS: Record<string, ServerHostKeyAlgorithm[]> = {
    'ssh-ed25519': ['ssh-ed25519'],
    'ecdsa-sha2-nistp256': ['ecdsa-sha2-nistp256'],
    'ecdsa-sha2-nistp384': ['ecdsa-sha2-nistp384'],
    'ecdsa-sha2-nistp521': ['ecdsa-sha2-nistp521'],
    'ssh-rsa': ['rsa-sha2-512', 'rsa-sha2-256', 'ssh-rsa'],
};

/**
 * Algorithms that old hosts need and new hosts no longer offer, placed last: Diffie-Hellman with SHA-1 (RFC 9142 section 3),
 * ciphers in CBC mode, MACs by MD5 and truncated MACs, DSA host keys. Patterns, since a current OpenSSL may lack some.
 */
const OLD = {
    kex: /^diffie-hellman-group(-exchange|14|1)-sha1$/,
    cipher: /^(aes(128|192|256)|3des)-cbc$/,
    hmac: /^hmac-(md5|sha1-96|md5-96)$/,
    serverHostKey: /^ssh-dss$/,
};

/**
 * The algorithms to offer to a host.
 * @param known types of its known host keys: requested first, so that the host shows a known key if it has one
 * @param old also offers algorithms that are considered insecure today
 */
export function algorithmsFor(known: readonly string[], old: boolean): Algorithms {
    const types = [...new Set([...known, ...Object.keys(HOST_KEYS)])];
    const keys = types.flatMap((type) => HOST_KEYS[type] ?? (old && type === 'ssh-dss' ? ['ssh-dss' as const] : []));
    const later = (pattern: RegExp) => ({ append: [pattern], prepend: [], remove: [] });
    const more = old ? { kex: later(OLD.kex), cipher: later(OLD.cipher), hmac: later(OLD.hmac) } : {};
    const asked = known.length ? keys : old ? later(OLD.serverHostKey) : undefined;
    return { ...more, ...(asked ? { serverHostKey: asked } : {}) } as unknown as Algorithms;
}
