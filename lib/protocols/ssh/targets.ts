import { UpsError } from '../../core/errors';
import { splitList } from '../../core/split-list';
import { hostKey, parseHosts } from '../shared/hosts';

export const SSH_PORT = 22;
/** Each may hold a connection at the same time as all others. */
const MOST_TARGETS = 512;

export interface SshTarget {
    user: string;
    /** IPv4, IPv6 without brackets, or a host name. */
    host: string;
    port: number;
    /** It may also use algorithms that are no longer thought to be safe. */
    old?: boolean;
}

/** Behind a host in the list. */
const OLD_MARK = /\+old$/i;

/**
 * A list of `user@host:port`, or `user@host:port+old`; user and port may be left out where there is a default. Each once, order kept.
 * @throws UpsError config-missing (no host; no user and no default), config-invalid
 */
export function parseTargets(list: string | undefined, defaultUser = '', defaultPort = SSH_PORT): SshTarget[] {
    const targets = new Map<string, SshTarget>();
    for (const marked of splitList(list ?? '')) {
        const entry = marked.replace(OLD_MARK, '');
        // The last one: `name@domain@host` is a log-in of a directory service.
        const at = entry.lastIndexOf('@');
        const user = at < 0 ? defaultUser.trim() : entry.slice(0, at);
        if (at >= 0 && !/^[^\s:@][^\s:]{0,99}$/.test(user)) throw invalid(entry);
        if (user === '') throw new UpsError('config-missing', { property: 'user' });
        const [host] = parseHosts(entry.slice(at + 1), defaultPort);
        if (!host) throw invalid(entry);
        const target: SshTarget = { user, ...host, ...(entry === marked ? {} : { old: true }) };
        targets.set(targetKey(target), target);
    }
    if (!targets.size) throw new UpsError('config-missing', { property: 'hosts' });
    if (targets.size <= MOST_TARGETS) return [...targets.values()];
    throw new UpsError('config-invalid', {
        property: 'hosts',
        value: targets.size,
        expected: `at most ${MOST_TARGETS} hosts`,
    });
}

/** `root@server1:22`: a target's own name, for people and in the journal. */
export function targetKey(target: SshTarget): string {
    return `${target.user}@${hostKey(target)}`;
}

function invalid(entry: string): UpsError {
    return new UpsError('config-invalid', {
        property: 'hosts',
        value: entry.slice(0, 100),
        expected: 'user@host or user@host:port, for an old host with +old behind it',
    });
}
