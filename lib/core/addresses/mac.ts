import { UpsError } from '../errors';
import { said } from '../language/sentence';
import { isIPv4 } from './ip';

/**
 * Accepted notations: pairs with colons or hyphens (one digit is enough, as Solaris prints them), Cisco's groups with dots, HP's two
 * halves, or twelve digits.
 */
const PAIRS = /^[0-9a-f]{1,2}(?:([:-])[0-9a-f]{1,2})(?:\1[0-9a-f]{1,2}){4}$/i;
const GROUPS = /^[0-9a-f]{4}([.:-])[0-9a-f]{4}\1[0-9a-f]{4}$/i;
const HALVES = /^[0-9a-f]{6}[-:]?[0-9a-f]{6}$/i;

/**
 * The six bytes of a network card's address, in any usual notation.
 * @throws UpsError config-invalid; also for addresses that no card has: all zeros, broadcast and multicast addresses
 */
export function parseMac(text: string, property = 'mac'): Uint8Array {
    const bytes = readMac(text.trim());
    if (bytes) return bytes;
    throw new UpsError('config-invalid', {
        property,
        value: text.slice(0, 40),
        expected: said('expected.mac'),
    });
}

/** As `parseMac`; undefined if `text` is not the address of one card. */
export function readMac(text: string): Uint8Array | undefined {
    const bytes = macBytes(text);
    // The lowest bit of the first byte marks a group of cards (IEEE 802, clause 8).
    return bytes && (bytes[0]! & 1) === 0 && bytes.some((byte) => byte !== 0) ? bytes : undefined;
}

/** `00:1b:21:3c:4d:5e` */
export function formatMac(bytes: Uint8Array): string {
    return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join(':');
}

/**
 * A SecureOn password: six bytes in the notation of a MAC address, or four in that of an IPv4 address (as ether-wake and Wireshark accept
 * them). An empty text is no password.
 * @throws UpsError config-invalid; the error never contains the password
 */
export function parseSecureOn(text: string | undefined): Uint8Array | undefined {
    const word = text?.trim() ?? '';
    if (word === '') return undefined;
    const bytes = readSecureOn(word);
    if (bytes) return bytes;
    throw new UpsError('config-invalid', {
        property: 'secureOn',
        value: '…',
        expected: said('expected.secureOn'),
    });
}

/** As `parseSecureOn`; undefined if `text` is not such a password. */
export function readSecureOn(text: string): Uint8Array | undefined {
    const word = text.trim();
    return isIPv4(word) ? Uint8Array.from(word.split('.').map(Number)) : macBytes(word);
}

function macBytes(text: string): Uint8Array | undefined {
    if (PAIRS.test(text)) return Uint8Array.from(text.split(/[:-]/).map((pair) => parseInt(pair, 16)));
    if (!GROUPS.test(text) && !HALVES.test(text)) return undefined;
    return Uint8Array.from(text.replace(/[.:-]/g, '').match(/../g) ?? [], (pair) => parseInt(pair, 16));
}
