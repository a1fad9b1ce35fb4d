/** A host that somebody logs in to, as it stands in a list: `user@host:port`, or `user@host:port+old`. */
export interface Login {
    /** Undefined: whoever is the default. */
    user: string | undefined;
    /** What is behind the user: a host, perhaps with its port. */
    host: string;
    /** It may also use algorithms that are no longer thought to be safe. */
    old: boolean;
}

const OLD_MARK = /\+old$/i;

/** Undefined when what stands before the host cannot be a user. The host is not looked at. */
export function readLogin(marked: string): Login | undefined {
    const entry = marked.replace(OLD_MARK, '');
    // The last one: `name@domain@host` is a log-in of a directory service.
    const at = entry.lastIndexOf('@');
    const user = at < 0 ? undefined : entry.slice(0, at);
    if (user !== undefined && !/^[^\s:@][^\s:]{0,99}$/.test(user)) return undefined;
    return { user, host: entry.slice(at + 1), old: entry !== marked };
}
