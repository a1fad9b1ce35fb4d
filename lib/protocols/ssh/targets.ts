import { readLogin } from '../../core/addresses/login';
import { UpsError } from '../../core/errors';
import { said } from '../../core/language/sentence';
import { entriesOf } from '../../core/split-list';
import { hostKey, parseHosts } from '../shared/hosts';

export const SSH_PORT = 22;

export interface SshTarget {
    user: string;
    /** IPv4, IPv6 without brackets, or a host name. */
    host: string;
    port: number;
    /** Also offers algorithms that are considered insecure today. */
    old?: boolean;
}

/**
 * A list of `user@host:port` or `user@host:port+old`; user and port may be omitted if there is a default. Without duplicates, in
 * order.
 * @throws UpsError config-missing (no host; no user and no default), config-invalid
 */
export function parseTargets(list: string | readonly string[], defaultUser = '', defaultPort = SSH_PORT): SshTarget[] {
    const targets = new Map<string, SshTarget>();
    for (const marked of entriesOf(list)) {
        const login = readLogin(marked);
        if (!login) throw invalid(marked);
        const user = login.user ?? defaultUser.trim();
        if (user === '') throw new UpsError('config-missing', { property: 'user' });
        const [host] = parseHosts(login.host, defaultPort);
        if (!host) throw invalid(marked);
        const target: SshTarget = { user, ...host, ...(login.old && { old: true }) };
        targets.set(targetKey(target), target);
    }
    if (!targets.size) throw new UpsError('config-missing', { property: 'hosts' });
    return [...targets.values()];
}

/** `root@server1:22`: the name of a target, for people and in the journal. */
export function targetKey(target: SshTarget): string {
    return `${target.user}@${hostKey(target)}`;
}

function invalid(entry: string): UpsError {
    return new UpsError('config-invalid', {
        property: 'hosts',
        value: entry.slice(0, 100),
        expected: said('expected.login'),
    });
}
