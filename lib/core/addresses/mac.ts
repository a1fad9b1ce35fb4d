/** Pairs apart by colons or hyphens (one digit will do, as Solaris prints them), Cisco's dotted groups, HP's two halves, or twelve digits. */
const PAIRS = /^[0-9a-f]{1,2}(?:([:-])[0-9a-f]{1,2})(?:\1[0-9a-f]{1,2}){4}$/i;
const GROUPS = /^[0-9a-f]{4}([.:-])[0-9a-f]{4}\1[0-9a-f]{4}$/i;
const HALVES = /^[0-9a-f]{6}[-:]?[0-9a-f]{6}$/i;

/** The six bytes of the notation of a MAC address; undefined when it is none. */
export function macBytes(text: string): Uint8Array | undefined {
    if (PAIRS.test(text)) return Uint8Array.from(text.split(/[:-]/).map((pair) => parseInt(pair, 16)));
    if (!GROUPS.test(text) && !HALVES.test(text)) return undefined;
    const digits = text.replace(/[.:-]/g, '');
    return Uint8Array.from({ length: 6 }, (_, i) => parseInt(digits.slice(2 * i, 2 * i + 2), 16));
}

/** The address of one card: all zeros and groups (broadcast, multicast; IEEE 802, clause 8) are none. */
export function cardBytes(text: string): Uint8Array | undefined {
    const bytes = macBytes(text.trim());
    const isCard = bytes && ((bytes[0] ?? 1) & 1) === 0 && bytes.some((byte) => byte !== 0);
    return isCard ? bytes : undefined;
}
