const HEX = /^\s*[0-9a-f]{2}(\s*[0-9a-f]{2})*\s*$/i;

/** Bytes written in hex, with blanks between them or without (`a5 01`); undefined for anything else. */
export function readHex(text: string): Uint8Array | undefined {
    if (!HEX.test(text)) return undefined;
    const digits = text.replace(/\s+/g, '');
    return Uint8Array.from({ length: digits.length / 2 }, (_, index) =>
        Number.parseInt(digits.slice(2 * index, 2 * index + 2), 16),
    );
}

/** `a5 01 ff` */
export function toHex(bytes: Uint8Array): string {
    return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join(' ');
}
