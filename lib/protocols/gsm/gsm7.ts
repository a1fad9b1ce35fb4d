/** Packing of septets (3GPP TS 23.038, section 6.1.2). */

/**
 * Packs septets into octets, least significant bit first. @param fillBits 0 to 6 bits at the beginning, which align a text after
 * a header
 */
export function packSeptets(septets: readonly number[], fillBits = 0): Buffer {
    const bytes = Buffer.alloc(Math.ceil((septets.length * 7 + fillBits) / 8));
    septets.forEach((septet, index) => {
        const bit = fillBits + index * 7;
        const shifted = septet << (bit % 8);
        const at = Math.floor(bit / 8);
        bytes[at] |= shifted & 0xff;
        if (shifted > 0xff) bytes[at + 1] |= shifted >> 8;
    });
    return bytes;
}

/** Reverses `packSeptets`; stops at the end of the octets. */
export function unpackSeptets(bytes: Uint8Array, count: number, fillBits = 0): number[] {
    const septets: number[] = [];
    for (let index = 0; index < count; index++) {
        const bit = fillBits + index * 7;
        const at = Math.floor(bit / 8);
        if (at >= bytes.length) break;
        septets.push((((bytes[at + 1] ?? 0) * 256 + (bytes[at] ?? 0)) >> (bit % 8)) & 0x7f);
    }
    return septets;
}
