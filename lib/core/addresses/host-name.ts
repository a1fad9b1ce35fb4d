/** A label of a host name (RFC 1123 section 2.1), in any script (IDN); underscores are common on Windows. */
const LABEL = /^[\p{L}\p{M}\p{N}_](?:[\p{L}\p{M}\p{N}_-]{0,61}[\p{L}\p{M}\p{N}_])?$/u;
/** Of an IPv6 zone id: a name or number of an interface (RFC 4007 section 11). */
const ZONE = /^[A-Za-z0-9_.:~-]{1,64}$/;
const MOST_CHARACTERS = 253;

/** Dotted decimal, four bytes, none with a leading zero (which some take for octal). */
export function isIPv4(text: string): boolean {
    const bytes = text.split('.');
    return bytes.length === 4 && bytes.every((byte) => /^(0|[1-9]\d{0,2})$/.test(byte) && Number(byte) <= 255);
}

/** The text form of RFC 4291 section 2.2, without zone and brackets. */
export function isPlainIPv6(text: string): boolean {
    const halves = text.split('::');
    if (halves.length > 2) return false;
    const groups = halves.flatMap((half) => (half === '' ? [] : half.split(':')));
    const last = groups.at(-1);
    const dotted = last?.includes('.') === true;
    if (dotted && (!isIPv4(last) || text.endsWith('::'))) return false;
    const hex = dotted ? groups.slice(0, -1) : groups;
    if (!hex.every((group) => /^[0-9a-f]{1,4}$/i.test(group))) return false;
    const count = hex.length + (dotted ? 2 : 0);
    return halves.length === 2 ? count < 8 : count === 8;
}

/** An IPv6 address with or without a zone; RFC 6874 writes the % of a zone as %25 in URLs, and people copy it from there. */
export function readIPv6(text: string): string | undefined {
    const [address = '', ...rest] = text.split('%');
    if (!isPlainIPv6(address)) return undefined;
    if (rest.length === 0) return address;
    const zone = rest.join('%').replace(/^25(?=.)/, '');
    return ZONE.test(zone) ? `${address}%${zone}` : undefined;
}

/** A host name or an address without brackets; undefined when `text` is neither. */
export function readHost(text: string): string | undefined {
    const bracketed = /^\[([^\]]*)\]$/.exec(text)?.[1];
    const address = readIPv6(bracketed ?? text);
    if (address !== undefined || bracketed !== undefined) return address;
    return isIPv4(text) || isName(text) ? text : undefined;
}

/** Splits `host`, `host:port`, `[v6]`, `[v6]:port` and bare IPv6 addresses; undefined when it is none of them. */
export function splitHostPort(entry: string): { host: string; port?: string } | undefined {
    const whole = readHost(entry);
    if (whole !== undefined) return { host: whole };
    const parts = /^(\[[^\]]*\]|[^:[\]]+):(.*)$/.exec(entry);
    const host = readHost(parts?.[1] ?? '');
    return host === undefined ? undefined : { host, port: parts?.[2] ?? '' };
}

export function isPort(text: string): boolean {
    return /^\d{1,5}$/.test(text) && Number(text) >= 1 && Number(text) <= 65_535;
}

function isName(name: string): boolean {
    // Digits and dots that are no IPv4 address are a slip of the pen, which a resolver might still take for some address.
    if (/^[\d.]+$/.test(name) || name.length > MOST_CHARACTERS) return false;
    return name
        .replace(/\.$/, '')
        .split('.')
        .every((label) => LABEL.test(label));
}
