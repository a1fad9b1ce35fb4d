/** The GSM 7-bit default alphabet and its extension table (3GPP 23.038, section 6.2.1). */

const BASIC =
    '@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ\x1bÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà';
const EXTENSION: Readonly<Record<string, number>> = {
    '\f': 0x0a,
    '^': 0x14,
    '{': 0x28,
    '}': 0x29,
    '\\': 0x2f,
    '[': 0x3c,
    '~': 0x3d,
    ']': 0x3e,
    '|': 0x40,
    '€': 0x65,
};
export const ESCAPE = 0x1b;

const SEPTETS = new Map<string, readonly number[]>([
    ...[...BASIC].filter((char) => char !== '\x1b').map((char) => [char, [BASIC.indexOf(char)]] as const),
    ...Object.entries(EXTENSION).map(([char, code]) => [char, [ESCAPE, code]] as const),
]);
const EXTENDED = new Map(Object.entries(EXTENSION).map(([char, code]) => [code, char]));

/** The septets of one character: one, or two for the extension table; undefined if the alphabet lacks it. */
export function septetsOf(char: string): readonly number[] | undefined {
    return SEPTETS.get(char);
}

/** The text of septets; an unknown extension shows as its basic character, as 23.038 asks. */
export function textOfSeptets(septets: readonly number[]): string {
    let text = '';
    for (let i = 0; i < septets.length; i++) {
        if (septets[i] === ESCAPE && i + 1 < septets.length) {
            i += 1;
            text += EXTENDED.get(septets[i]) ?? BASIC[septets[i]] ?? ' ';
        } else text += BASIC[septets[i]] ?? ' ';
    }
    return text;
}
