import { entriesOf } from '../../core/split-list';
import { bracketedHost, hostPortSetting, type Host } from './host';

/**
 * An address list, or its text: entries apart by commas, semicolons, blanks or line ends; each `host`, `host:port`, `[v6]`, `[v6]:port` or a bare IPv6
 * address. Duplicates are dropped, order is kept.
 *
 * @throws UpsError config-invalid, `value` naming the entry that is wrong
 */
export function parseHosts(list: string | readonly string[], defaultPort: number): Host[] {
    const hosts = new Map<string, Host>();
    for (const entry of entriesOf(list)) {
        const host = hostPortSetting('hosts', entry, defaultPort);
        const key = hostKey(host);
        if (!hosts.has(key)) hosts.set(key, host);
    }
    return [...hosts.values()];
}

/** A host's own name in lists and in the journal: `host:port`, lower case. */
export function hostKey({ host, port }: Host): string {
    return `${bracketedHost(host.toLowerCase())}:${port}`;
}
