import { BlockList } from 'node:net';
import { isIPv4, isIPv6, plainAddress, readRange } from '../../core/addresses/ip';
import { UpsError } from '../../core/errors';
import { said } from '../../core/language/sentence';
import { entriesOf } from '../../core/split-list';

/** Which addresses may send commands. Names are not taken: a name server must not decide who shuts a machine down. */
export class AllowedSenders {
    private readonly list = new BlockList();
    private everyone = false;

    /**
     * @param list addresses and CIDR ranges, apart by commas, blanks or line ends; `*` for everyone; empty for nobody
     * @throws UpsError config-invalid, `value` naming the entry that is wrong
     */
    constructor(list: string | readonly string[]) {
        for (const entry of entriesOf(list)) {
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
        const range = readRange(entry);
        if (!range) throw invalid(entry);
        const { address, family, prefix } = range;
        if (prefix === undefined) this.list.addAddress(address, family);
        else this.list.addSubnet(address, prefix, family);
    }
}

/**
 * A list of single addresses, plain and without duplicates.
 *
 * @throws UpsError config-invalid, `value` naming the entry that is wrong
 */
export function parseAddresses(list: string | readonly string[], property: string): string[] {
    const addresses = entriesOf(list).map((entry) => {
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
