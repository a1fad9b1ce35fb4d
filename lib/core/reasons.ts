/** Why something does not answer or cannot be used: a word for programs. People read its text from the catalogue, `reasons.<word>`. */
export type Reason =
    // the network
    | 'refused'
    | 'timeout'
    | 'name-unknown'
    | 'name-server'
    | 'no-route'
    | 'cut'
    // this machine
    | 'no-permission'
    | 'in-use'
    | 'not-ours'
    | 'missing'
    | 'gone'
    | 'io'
    | 'disk-full'
    | 'read-only'
    | 'too-many'
    | 'no-memory'
    // certificates
    | 'cert-expired'
    | 'cert-early'
    | 'cert-unknown'
    | 'cert-name'
    | 'not-tls'
    // serial ports
    | 'port-missing'
    | 'port-denied'
    | 'port-busy'
    // the device that answers, or fails to
    | 'community'
    | 'v3-silent'
    | 'v3-user'
    | 'v3-key'
    | 'v3-level'
    | 'v3-privacy'
    | 'no-ups-mib'
    | 'ups-name'
    | 'no-registers'
    | 'unit-silent'
    | 'no-unit'
    | 'line-silent'
    | 'behind-agent'
    | 'no-messages'
    | 'simulated';

/** The codes of Node.js and of the operating system (errno(3), getaddrinfo(3), OpenSSL's verify codes). */
const CODES: Readonly<Record<string, Reason>> = {
    ECONNREFUSED: 'refused',
    ETIMEDOUT: 'timeout',
    ESOCKETTIMEDOUT: 'timeout',
    ETIME: 'timeout',
    ENOTFOUND: 'name-unknown',
    EAI_NONAME: 'name-unknown',
    EAI_NODATA: 'name-unknown',
    ENODATA: 'name-unknown',
    EAI_AGAIN: 'name-server',
    EAI_FAIL: 'name-server',
    ESERVFAIL: 'name-server',
    EHOSTUNREACH: 'no-route',
    EHOSTDOWN: 'no-route',
    ENETUNREACH: 'no-route',
    ENETDOWN: 'no-route',
    ECONNRESET: 'cut',
    ECONNABORTED: 'cut',
    EPIPE: 'cut',
    ERR_STREAM_PREMATURE_CLOSE: 'cut',
    EACCES: 'no-permission',
    EPERM: 'no-permission',
    EADDRINUSE: 'in-use',
    EBUSY: 'in-use',
    EADDRNOTAVAIL: 'not-ours',
    ENOENT: 'missing',
    ENODEV: 'gone',
    ENXIO: 'gone',
    EIO: 'io',
    ENOSPC: 'disk-full',
    EDQUOT: 'disk-full',
    EROFS: 'read-only',
    EMFILE: 'too-many',
    ENFILE: 'too-many',
    ENOMEM: 'no-memory',
    CERT_HAS_EXPIRED: 'cert-expired',
    CERT_NOT_YET_VALID: 'cert-early',
    DEPTH_ZERO_SELF_SIGNED_CERT: 'cert-unknown',
    SELF_SIGNED_CERT_IN_CHAIN: 'cert-unknown',
    UNABLE_TO_GET_ISSUER_CERT: 'cert-unknown',
    UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'cert-unknown',
    UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'cert-unknown',
    ERR_TLS_CERT_ALTNAME_INVALID: 'cert-name',
    ERR_SSL_WRONG_VERSION_NUMBER: 'not-tls',
    EPROTO: 'not-tls',
};

/**
 * A code as Node.js writes it: `connect ECONNREFUSED 127.0.0.1:80`, `getaddrinfo ENOTFOUND ups`, `ENOENT: no such file or directory, open
 * 'x'`. The expression also matches the English text of Node.js after the code; an address is kept.
 */
const CODE =
    /(?:\b(?:connect|getaddrinfo|read|write|send|bind|listen|open|query[A-Za-z]*) )?\b((?:E[A-Z]{2,}|EAI_[A-Z]+|ERR_[A-Z_]+|[A-Z]+(?:_[A-Z]+)+))\b(?:: [a-z][a-z -]*)?/g;

/** The reason of `error`: from its code, or from a code within its text. */
export function reasonOf(error: unknown): Reason | undefined {
    if (typeof error === 'string') return reasonIn(error);
    if (typeof error !== 'object' || error === null) return undefined;
    const { code, message } = error as { code?: unknown; message?: unknown };
    const known = typeof code === 'string' ? CODES[code] : undefined;
    return known ?? (typeof message === 'string' ? reasonIn(message) : undefined);
}

function reasonIn(text: string): Reason | undefined {
    for (const [, code] of text.matchAll(CODE)) {
        const reason = CODES[code!];
        if (reason) return reason;
    }
    return undefined;
}

/** `text` with each known code replaced by words; the rest stays unchanged. */
export function withoutCodes(text: string, words: (reason: Reason) => string): string {
    return text.replace(CODE, (found: string, code: string) => {
        const reason = CODES[code];
        return reason ? words(reason) : found;
    });
}
