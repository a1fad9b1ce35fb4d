/** Four numbers from 0 to 255 without leading zeros: some programs read `010` as 8, others as 10. */
export function isIPv4(text: string): boolean {
    return /^(?:(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(?:\.(?!$)|$)){4}$/.test(text);
}

/** RFC 4291 section 2.2, without a zone. */
export function isIPv6(text: string): boolean {
    const halves = text.split('::');
    const groups = halves.flatMap((half) => (half === '' ? [] : half.split(':')));
    const last = groups.at(-1);
    const dotted = last?.includes('.') ? groups.pop() : undefined;
    if (dotted !== undefined && (!isIPv4(dotted) || text.endsWith('::'))) return false;
    if (!groups.every((group) => /^[0-9a-f]{1,4}$/i.test(group))) return false;
    const count = groups.length + (dotted === undefined ? 0 : 2);
    return halves.length === 2 ? count < 8 : halves.length === 1 && count === 8;
}

/** An address without zone and brackets. An IPv4 address that a dual-stack socket shows as IPv6 (`::ffff:…`) becomes an IPv4 address again. */
export function plainAddress(address: string): string {
    const unzoned = address
        .trim()
        .toLowerCase()
        .replace(/^\[([^\]]*:[^\]]*)\]$/, '$1')
        .replace(/%.*$/, '');
    const dotted = /^(?:0{0,4}:)*:?(?:0{1,4}:)*ffff:(\d+\.\d+\.\d+\.\d+)$/.exec(unzoned)?.[1];
    if (dotted && isIPv4(dotted)) return dotted;
    const hex = /^(?:0{0,4}:)*:?(?:0{1,4}:)*ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/.exec(unzoned);
    if (!hex || !isIPv6(unzoned)) return unzoned;
    const [high, low] = [parseInt(hex[1]!, 16), parseInt(hex[2]!, 16)];
    return [high >> 8, high & 255, low >> 8, low & 255].join('.');
}

export interface AddressRange {
    /** See `plainAddress`. */
    address: string;
    family: 'ipv4' | 'ipv6';
    /** Length of the network prefix, bits; undefined: a single address. */
    prefix?: number;
}

/** A single address, or a range in CIDR notation; undefined for anything else. */
export function readRange(entry: string): AddressRange | undefined {
    const [typed = '', prefix, more] = entry.split('/');
    const address = plainAddress(typed);
    const family = isIPv4(address) ? 'ipv4' : isIPv6(address) ? 'ipv6' : undefined;
    if (!family || more !== undefined) return undefined;
    if (prefix === undefined) return { address, family };
    // ::ffff:10.0.0.0/104 is 10.0.0.0/8 in the notation of a dual-stack socket.
    const offset = family === 'ipv4' && typed !== address ? 96 : 0;
    const length = /^\d{1,3}$/.test(prefix) ? Number(prefix) - offset : -1;
    return length >= 0 && length <= (family === 'ipv4' ? 32 : 128) ? { address, family, prefix: length } : undefined;
}
