import { isIPv4, isIPv6 } from 'node:net';
import { UpsError } from '../../core/errors';
import { splitList } from '../shared/split-list';

/** Registered for RCCMD clients (CS141 manual, lines 600-635 and 2985). */
export const RCCMD_PORT = 6003;

export interface RccmdHost {
    /** IPv4, IPv6 without brackets, or a host name. */
    host: string;
    port: number;
}

/** A label of a host name (RFC 1123, section 2.1); underscores are common on Windows. */
const LABEL = /^[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?$/;

/**
 * An address list: entries apart by commas, semicolons, blanks or line ends; each `host`, `host:port`, `[v6]`, `[v6]:port` or a bare IPv6
 * address. Duplicates are dropped, order is kept.
 *
 * @throws UpsError config-invalid, `value` naming the entry that is wrong
 */
export function parseHosts(list: string, defaultPort: number = RCCMD_PORT): RccmdHost[] {
    const hosts = new Map<string, RccmdHost>();
    for (const entry of splitList(list)) {
        const host = parseHost(entry, defaultPort);
        const key = hostKey(host);
        if (!hosts.has(key)) hosts.set(key, host);
    }
    return [...hosts.values()];
}

/** A host's own name in lists and in the journal: `host:port`, lower case. */
export function hostKey(host: RccmdHost): string {
    const name = host.host.toLowerCase();
    return name.includes(':') ? `[${name}]:${host.port}` : `${name}:${host.port}`;
}

function parseHost(entry: string, defaultPort: number): RccmdHost {
    if (isIPv6(entry)) return { host: entry, port: checkPort(defaultPort, entry) };
    const parts = /^(?:\[([^\]]*)\]|([^:[\]]*))(?::(.*))?$/.exec(entry);
    if (!parts) throw invalid(entry);
    const [, bracketed, plain, port] = parts;
    if (bracketed !== undefined ? !isIPv6(bracketed) : !isHost(plain!)) throw invalid(entry);
    return {
        host: bracketed ?? plain!,
        port: port === undefined ? checkPort(defaultPort, entry) : parsePort(port, entry),
    };
}

function isHost(name: string): boolean {
    if (isIPv4(name)) return true;
    // Digits and dots that are no IPv4 address are a slip of the pen, which a resolver might still take for some address.
    if (/^[\d.]+$/.test(name) || name.length > 253) return false;
    return name
        .replace(/\.$/, '')
        .split('.')
        .every((label) => LABEL.test(label));
}

function parsePort(port: string, entry: string): number {
    if (!/^\d{1,5}$/.test(port)) throw invalid(entry);
    return checkPort(Number(port), entry);
}

function checkPort(port: number, entry: string): number {
    if (!Number.isInteger(port) || port < 1 || port > 65535) throw invalid(entry);
    return port;
}

function invalid(entry: string): UpsError {
    return new UpsError('config-invalid', {
        property: 'hosts',
        value: entry.slice(0, 100),
        expected: 'an address or host name, optionally with :port',
    });
}
