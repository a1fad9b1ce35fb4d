/** A client that holds one of the places of a server. */
export interface PlaceHolder {
    address: string;
    /** Since it was last heard, ms. */
    silentMs: number;
}

/**
 * Whose place a newcomer gets where all are taken, so that no single address keeps all others out: of the address with the most places, if it has at least two more than
 * the newcomer's, the client that has been silent longest; else the one that has been so of all, if for long enough.
 *
 * @param holders those whose place may be given away
 * @param spareMs so long a client keeps its place between two requests, if its address has no more of them than others
 * @returns undefined: the newcomer is refused
 */
export function placeFor<Holder extends PlaceHolder>(
    address: string,
    holders: readonly Holder[],
    spareMs: number,
): Holder | undefined {
    const { crowd, counts } = crowdOf(holders);
    const isCrowded = crowd.length >= (counts.get(address) ?? 0) + 2;
    const longest = longestSilent(isCrowded ? crowd : holders);
    return isCrowded || (longest && longest.silentMs >= spareMs) ? longest : undefined;
}

/** As `placeFor`, of clients that nothing less may drive out: only from an address, not the newcomer's, that has more than half of all places. */
export function placeOfHalf<Holder extends PlaceHolder>(
    address: string,
    holders: readonly Holder[],
    places: number,
): Holder | undefined {
    const { crowd } = crowdOf(holders);
    return crowd.length > places / 2 && crowd[0]!.address !== address ? longestSilent(crowd) : undefined;
}

/** The clients of the address that has the most, and how many each has. */
function crowdOf<Holder extends PlaceHolder>(holders: readonly Holder[]) {
    const counts = new Map<string, number>();
    let [most, greediest]: [number, string | undefined] = [0, undefined];
    for (const { address } of holders) {
        const count = (counts.get(address) ?? 0) + 1;
        counts.set(address, count);
        if (count > most) [most, greediest] = [count, address];
    }
    return { counts, crowd: holders.filter(({ address }) => address === greediest) };
}

function longestSilent<Holder extends PlaceHolder>(holders: readonly Holder[]): Holder | undefined {
    let longest: Holder | undefined;
    for (const each of holders) if (!longest || each.silentMs > longest.silentMs) longest = each;
    return longest;
}
