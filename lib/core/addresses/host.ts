import { UpsError } from '../errors';
import { said, type Told } from '../language/sentence';
import { isIPv4, isIPv6 } from './ip';

/** Where something listens that only this machine may reach: the default of every receiver. */
export const LOOPBACK = '127.0.0.1';

/** A computer or device in the network, and the port at which it is spoken to. */
export interface Host {
    /** IPv4, IPv6 without brackets (with its zone), or a host name. */
    host: string;
    port: number;
}

/** A label of a host name (RFC 1123 section 2.1), in any script (IDN); underscores are common on Windows. */
const LABEL = /^[\p{L}\p{M}\p{N}_](?:[\p{L}\p{M}\p{N}_-]{0,61}[\p{L}\p{M}\p{N}_])?$/u;
/** Of an IPv6 zone id: a name or number of an interface (RFC 4007 section 11). */
const ZONE = /^[A-Za-z0-9_.:~-]{1,64}$/;

/**
 * The host of a setting that has a field of its own for the port: a name, an IPv4 address, an IPv6 address with or without brackets and
 * zone. Returned as sockets want it: without blanks around and without brackets.
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

/** As `hostPortSetting`; undefined when `text` is no such entry. */
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

/** A host as it stands before `:port` and in a URL: IPv6 addresses in brackets. */
export function bracketedHost(host: string): string {
    return host.includes(':') && !host.startsWith('[') ? `[${host}]` : host;
}

/** A host as sockets want it, whoever handed it over: without the brackets of an IPv6 address. */
export function bareHost(host: string): string {
    return readHost(host.trim()) ?? host;
}

/** RFC 6874 writes the % of a zone as %25 in URLs; people copy it from there. */
function readIPv6(text: string): string | undefined {
    const [address = '', ...rest] = text.split('%');
    if (!isIPv6(address)) return undefined;
    if (rest.length === 0) return address;
    const zone = rest.join('%').replace(/^25(?=.)/, '');
    return ZONE.test(zone) ? `${address}%${zone}` : undefined;
}

function isName(name: string): boolean {
    // Digits and dots that are no IPv4 address are a slip of the pen, which a resolver might still take for some address.
    if (/^[\d.]+$/.test(name) || name.length > 253) return false;
    return name
        .replace(/\.$/, '')
        .split('.')
        .every((label) => LABEL.test(label));
}

/** What was typed, short and without what may be a password before an @. */
function invalidHost(property: string, text: string, expected: Told): UpsError {
    const isUrl = /^[a-z][a-z0-9+.-]*:\/\//i.test(text);
    return new UpsError('config-invalid', {
        property,
        value: text.replace(/^([a-z][a-z0-9+.-]*:\/\/)?.*@/is, '$1…@').slice(0, 100),
        expected: isUrl ? said('expected.hostAlone') : expected,
    });
}
