import { bracketedHost, hostPortSetting, type HostPort } from '../shared/host';
import { splitList } from '../shared/split-list';

/** Registered for RCCMD clients (CS141 manual, "Required Ports" and "Port selection"). */
export const RCCMD_PORT = 6003;

export type RccmdHost = HostPort;

/**
 * An address list: entries apart by commas, semicolons, blanks or line ends; each `host`, `host:port`, `[v6]`, `[v6]:port` or a bare IPv6
 * address. Duplicates are dropped, order is kept.
 *
 * @throws UpsError config-invalid, `value` naming the entry that is wrong
 */
export function parseHosts(list: string, defaultPort: number = RCCMD_PORT): RccmdHost[] {
    const hosts = new Map<string, RccmdHost>();
    for (const entry of splitList(list)) {
        const host = hostPortSetting('hosts', entry, defaultPort);
        const key = hostKey(host);
        if (!hosts.has(key)) hosts.set(key, host);
    }
    return [...hosts.values()];
}

/** A host's own name in lists and in the journal: `host:port`, lower case. */
export function hostKey(host: RccmdHost): string {
    return `${bracketedHost(host.host.toLowerCase())}:${host.port}`;
}
