import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { UpsError } from '../../core/errors';
import { said } from '../../core/language/sentence';

/** One line of the list. */
interface Known {
    /** Patterns of host names; empty = any host. */
    patterns: string[];
    hashed?: { salt: Buffer; hash: Buffer };
    fingerprint: string;
    /** `ssh-ed25519`, …; undefined for a bare fingerprint. */
    type?: string;
    revoked: boolean;
}

export type Verdict = 'trusted' | 'unknown' | 'changed' | 'revoked';

const MOST_LINES = 5000;
const FINGERPRINT = /^SHA256:[A-Za-z0-9+/]{43}=?$/;
const KEY_TYPE = /^[a-z0-9@.-]{3,60}$/i;

/** `SHA256:…` without padding, as printed by `ssh-keygen -lf`. @param key the public key in its binary form */
export function fingerprintOf(key: Uint8Array): string {
    return `SHA256:${createHash('sha256').update(key).digest('base64').replace(/=+$/, '')}`;
}

/**
 * The trusted host keys. Each line is one of: `SHA256:…` (any host), `host SHA256:…`, or a line of OpenSSH's known_hosts (hashed
 * names, `[host]:port`, wildcards and `@revoked` as in sshd(8), "SSH_KNOWN_HOSTS FILE FORMAT"; `@cert-authority` is not
 * supported). Empty lines and lines that begin with `#` are skipped.
 */
export class KnownHosts {
    private readonly known: Known[];

    /** @throws UpsError config-invalid naming the line */
    constructor(list: string | undefined) {
        const lines = (list ?? '')
            .split(/\r?\n/)
            .map((line) => line.trim())
            .filter((line) => line !== '' && !line.startsWith('#'));
        if (lines.length > MOST_LINES) throw invalid(`${lines.length} lines`);
        this.known = lines.map(parseLine);
    }

    verdict(host: string, port: number, key: Uint8Array): Verdict {
        const fingerprint = fingerprintOf(key);
        const entries = this.entriesOf(host, port);
        const same = entries.filter((entry) => entry.fingerprint === fingerprint);
        if (same.some(({ revoked }) => revoked)) return 'revoked';
        if (same.length) return 'trusted';
        // A fingerprint for any host does not mean that the key of this host has changed.
        return entries.some(({ patterns, hashed, revoked }) => !revoked && (patterns.length || hashed))
            ? 'changed'
            : 'unknown';
    }

    /** Types of the known keys of a host: a host with several keys should show one of these. */
    typesOf(host: string, port: number): string[] {
        const types = this.entriesOf(host, port).flatMap(({ type, revoked }) => (type && !revoked ? [type] : []));
        return [...new Set(types)];
    }

    private entriesOf(host: string, port: number): Known[] {
        const name = host.toLowerCase();
        const names = port === 22 ? [name, `[${name}]:22`] : [`[${name}]:${port}`, `${name}:${port}`];
        return this.known.filter((entry) => names.some((candidate) => matches(entry, candidate)));
    }
}

function parseLine(line: string): Known {
    const words = line.split(/\s+/);
    const marker = words[0]!.startsWith('@') ? words.shift()! : '';
    if (marker !== '' && marker !== '@revoked') throw invalid(line);
    const revoked = marker === '@revoked';
    const [first, second, third] = words;
    if (FINGERPRINT.test(first!) && second === undefined) return { patterns: [], fingerprint: bare(first!), revoked };
    if (!second) throw invalid(line);
    const names = namesOf(first!, line);
    if (FINGERPRINT.test(second)) return { ...names, fingerprint: bare(second), revoked };
    const key = Buffer.from(third ?? '', 'base64');
    // A key begins with its own type (RFC 4253, section 6.6): this detects a truncated line.
    const length = key.length > 4 ? key.readUInt32BE(0) : 0;
    const type = key.toString('latin1', 4, 4 + length);
    if (!KEY_TYPE.test(second) || type !== second || key.length <= 4 + length) throw invalid(line);
    return { ...names, fingerprint: fingerprintOf(key), type: second, revoked };
}

function namesOf(word: string, line: string): Pick<Known, 'patterns' | 'hashed'> {
    if (!word.startsWith('|')) {
        const patterns = word.toLowerCase().split(',').filter(Boolean);
        // An entry without a pattern would be trusted for any host: reject it as a typing error.
        if (patterns.every((pattern) => pattern.startsWith('!'))) throw invalid(line);
        return { patterns };
    }
    const [, version, salt, hash] = word.split('|');
    if (version !== '1' || !salt || !hash) throw invalid(line);
    return { patterns: [], hashed: { salt: Buffer.from(salt, 'base64'), hash: Buffer.from(hash, 'base64') } };
}

function matches({ patterns, hashed }: Known, name: string): boolean {
    if (hashed) {
        const hash = createHmac('sha1', hashed.salt).update(name).digest();
        return hash.length === hashed.hash.length && timingSafeEqual(hash, hashed.hash);
    }
    if (!patterns.length) return true;
    if (patterns.some((pattern) => pattern.startsWith('!') && fits(pattern.slice(1), name))) return false;
    return patterns.some((pattern) => !pattern.startsWith('!') && fits(pattern, name));
}

/** `*` and `?` as in a shell. Runs in linear time: the list may come from an untrusted source. */
function fits(pattern: string, name: string): boolean {
    let [p, n, star, from] = [0, 0, -1, 0];
    while (n < name.length) {
        if (pattern[p] === '*') {
            star = p++;
            from = n;
        } else if (p < pattern.length && (pattern[p] === '?' || pattern[p] === name[n])) {
            p++;
            n++;
        } else if (star >= 0) {
            p = star + 1;
            n = ++from;
        } else return false;
    }
    return [...pattern.slice(p)].every((rest) => rest === '*');
}

function bare(fingerprint: string): string {
    return fingerprint.replace(/=+$/, '');
}

function invalid(line: string): UpsError {
    return new UpsError('config-invalid', {
        property: 'hostKeys',
        value: line.slice(0, 80),
        expected: said('expected.hostKeys'),
    });
}
