/** A host to log in to, as a list writes it: `user@host:port`, or `user@host:port+old`. */
export interface Login {
    /** Undefined: the default user of the list. */
    user: string | undefined;
    /** The text after the user: a host, perhaps with its port. */
    host: string;
    /** The connection may also use algorithms that are no longer considered safe. */
    old: boolean;
}

const OLD_MARK = /\+old$/i;

/** Undefined if the text before the host is not a valid user name. The host itself is not checked. */
export function readLogin(marked: string): Login | undefined {
    const entry = marked.replace(OLD_MARK, '');
    // The last @ separates user and host: `name@domain@host` is a login of a directory service.
    const at = entry.lastIndexOf('@');
    const user = at < 0 ? undefined : entry.slice(0, at);
    if (user !== undefined && !/^[^\s:@][^\s:]{0,99}$/.test(user)) return undefined;
    return { user, host: entry.slice(at + 1), old: entry !== marked };
}
