import { UpsError } from '../errors';
import { said, type Told } from '../language/sentence';
import { isIPv4, isIPv6 } from './ip';

/** Default address of every receiver: only programs on this machine can connect. */
export const LOOPBACK = '127.0.0.1';

/** A computer or device in the network, and its port. */
export interface Host {
    /** IPv4, IPv6 without brackets (with its zone), or a host name. */
    host: string;
    port: number;
}

/** A label of a host name (RFC 1123 section 2.1), in any script (IDN); underscores are common on Windows. */
const LABEL = /^[\p{L}\p{M}\p{N}_](?:[\p{L}\p{M}\p{N}_-]{0,61}[\p{L}\p{M}\p{N}_])?$/u;
/** An IPv6 zone id: the name or number of an interface (RFC 4007 section 11). */
const ZONE = /^[A-Za-z0-9_.:~-]{1,64}$/;

/**
 * Reads the host of a setting that has a separate field for the port: a name, an IPv4 address, or an IPv6 address with or without brackets
 * and zone. Returns it in the form that sockets want: trimmed and without brackets.
 * @throws UpsError config-missing, config-invalid
 */
export function hostSetting(property: string, typed: string | undefined): string {
    const text = String(typed ?? '').trim();
    if (text === '') throw new UpsError('config-missing', { property });
    const host = readHost(text);
    if (host !== undefined) return host;
    throw invalidHost(property, text, said('expected.hostWithoutPort'));
}

/**
 * One entry that may name its port: `host`, `host:port`, `[v6]`, `[v6]:port`, or a bare IPv6 address.
 * @throws UpsError config-invalid
 */
export function hostPortSetting(property: string, typed: string, defaultPort: number): Host {
    const text = typed.trim();
    const read = readHostPort(text, defaultPort);
    if (read) return read;
    throw invalidHost(property, text, said('expected.hostAndPort'));
}

/** As `hostPortSetting`; undefined if `text` is not such an entry. */
export function readHostPort(text: string, defaultPort: number): Host | undefined {
    const whole = readHost(text);
    const parts = whole === undefined ? /^(\[[^\]]*\]|[^:[\]]*):(\d{1,5})$/.exec(text) : undefined;
    const host = whole ?? readHost(parts?.[1] ?? '');
    const port = parts ? Number(parts[2]) : defaultPort;
    return host !== undefined && Number.isInteger(port) && port >= 1 && port <= 65_535 ? { host, port } : undefined;
}

/** A host name or an address without brackets; undefined when `text` is neither. */
export function readHost(text: string): string | undefined {
    const bracketed = /^\[([^\]]*)\]$/.exec(text)?.[1];
    const address = readIPv6(bracketed ?? text);
    if (address !== undefined || bracketed !== undefined) return address;
    return isIPv4(text) || isName(text) ? text : undefined;
}

/** The form of a host that is used before `:port` and in a URL: IPv6 addresses in brackets. */
export function bracketedHost(host: string): string {
    return host.includes(':') && !host.startsWith('[') ? `[${host}]` : host;
}

/** The form of a host that sockets want: an IPv6 address without brackets. */
export function bareHost(host: string): string {
    return readHost(host.trim()) ?? host;
}

/** A URL writes the % of a zone as %25 (RFC 6874). Both forms are accepted, because people copy addresses from URLs. */
function readIPv6(text: string): string | undefined {
    const [address = '', ...rest] = text.split('%');
    if (!isIPv6(address)) return undefined;
    if (rest.length === 0) return address;
    const zone = rest.join('%').replace(/^25(?=.)/, '');
    return ZONE.test(zone) ? `${address}%${zone}` : undefined;
}

function isName(name: string): boolean {
    // Digits and dots that do not form an IPv4 address are a typing error. A resolver might still accept them as some address.
    if (/^[\d.]+$/.test(name) || name.length > 253) return false;
    return name
        .replace(/\.$/, '')
        .split('.')
        .every((label) => LABEL.test(label));
}

/** The error quotes the typed text, shortened, and without what may be a password before an @. */
function invalidHost(property: string, text: string, expected: Told): UpsError {
    const isUrl = /^[a-z][a-z0-9+.-]*:\/\//i.test(text);
    return new UpsError('config-invalid', {
        property,
        value: text.replace(/^([a-z][a-z0-9+.-]*:\/\/)?.*@/is, '$1…@').slice(0, 100),
        expected: isUrl ? said('expected.hostAlone') : expected,
    });
}
