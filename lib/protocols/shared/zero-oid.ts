/** Whether a text is zeroDotZero (RFC 2578, section 2), in any of its spellings: what stands there has no meaning. */
export function isZeroOid(text: string): boolean {
    return /^\.?0(\.0)*$/.test(text);
}
