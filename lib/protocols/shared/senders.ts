import { BlockList, isIPv4, isIPv6 } from 'node:net';
import { UpsError } from '../../core/errors';
import { said } from '../../core/language/sentence';
import { splitList } from './split-list';

/** Which addresses may send commands. Names are not taken: a name server must not decide who shuts a machine down. */
export class AllowedSenders {
    private readonly list = new BlockList();
    private everyone = false;

    /**
     * @param list addresses and CIDR ranges, apart by commas, blanks or line ends; `*` for everyone; empty for nobody
     * @throws UpsError config-invalid, `value` naming the entry that is wrong
     */
    constructor(list: string) {
        for (const entry of splitList(list)) {
            if (entry === '*') this.everyone = true;
            else this.add(entry);
        }
    }

    allows(address: string): boolean {
        if (this.everyone) return true;
        const plain = plainAddress(address);
        if (isIPv4(plain)) return this.list.check(plain, 'ipv4');
        return isIPv6(plain) && this.list.check(plain, 'ipv6');
    }

    private add(entry: string): void {
        const [address = '', prefix, more] = entry.split('/');
        const plain = plainAddress(address);
        const family = isIPv4(plain) ? 'ipv4' : isIPv6(plain) ? 'ipv6' : undefined;
        if (!family || more !== undefined) throw invalid(entry);
        if (prefix === undefined) return this.list.addAddress(plain, family);
        const bits = family === 'ipv4' ? 32 : 128;
        // ::ffff:10.0.0.0/104 is 10.0.0.0/8 written for a dual-stack socket.
        const offset = family === 'ipv4' && address !== plain ? 96 : 0;
        const length = /^\d{1,3}$/.test(prefix) ? Number(prefix) - offset : -1;
        if (length < 0 || length > bits) throw invalid(entry);
        this.list.addSubnet(plain, length, family);
    }
}

/** An address without zone and brackets, and an IPv4 address that a dual-stack socket shows as IPv6 as the IPv4 address that it is. */
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

/**
 * A list of single addresses, plain and without duplicates.
 *
 * @throws UpsError config-invalid, `value` naming the entry that is wrong
 */
export function parseAddresses(list: string, property: string): string[] {
    const addresses = splitList(list).map((entry) => {
        const plain = plainAddress(entry);
        if (!isIPv4(plain) && !isIPv6(plain)) {
            throw new UpsError('config-invalid', {
                property,
                value: entry.slice(0, 100),
                expected: said('expected.ip'),
            });
        }
        return plain;
    });
    return [...new Set(addresses)];
}

function invalid(entry: string): UpsError {
    return new UpsError('config-invalid', {
        property: 'senders',
        value: entry.slice(0, 100),
        expected: said('expected.ipRange'),
    });
}
