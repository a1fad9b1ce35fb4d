import { isIPv4, isPlainIPv6 } from './host-name';

/** atext of RFC 5322 section 3.2.3, with the letters beyond ASCII of RFC 6531. */
const ATOM = "[\\w!#$%&'*+/=?^`{|}~\\u{80}-\\u{10ffff}-]+";
const LOCAL = new RegExp(`^(?:${ATOM}(?:\\.${ATOM})*|"(?:[^"\\\\\\p{Cc}]|\\\\[^\\p{Cc}])*")$`, 'u');
const LABEL = /^[\p{L}\p{N}](?:[\p{L}\p{N}\p{M}-]{0,61}[\p{L}\p{N}\p{M}])?$/u;
const ENTRY = /(?:"(?:\\.|[^"\\\r\n])*"|<[^>\r\n]*>|[^,;\r\n])+/g;

/** Mail addresses of a list by lines, commas or semicolons, but for those within quotes or angle brackets (RFC 5322 section 3.4). */
export function splitMails(list: string): string[] {
    return (list.match(ENTRY) ?? []).map((entry) => entry.trim()).filter(Boolean);
}

/** Whether `entry` is `name@domain`, or `Name <name@domain>`: one address, with or without a display name. */
export function isMail(entry: string): boolean {
    const [, name, inner] = /^([^<>]*)<([^<>]*)>$/.exec(entry) ?? [];
    // Two addresses without a comma between them look like a name and an address.
    if ((name ?? '').replace(/"(?:\\.|[^"\\])*"/g, '').includes('@')) return false;
    return isPlainMail((inner ?? entry).trim());
}

/** `name@domain` (RFC 5321 section 4.1.2, in any script: RFC 6531), in lengths that servers take (section 4.5.3.1). */
export function isPlainMail(address: string): boolean {
    const at = address.lastIndexOf('@');
    const [local, domain] = [address.slice(0, Math.max(0, at)), address.slice(at + 1)];
    if (at < 1 || bytesOf(local) > 64 || bytesOf(domain) > 255 || !LOCAL.test(local)) return false;
    const [, six, literal] = /^\[(IPv6:)?([^\]]+)\]$/i.exec(domain) ?? [];
    if (literal !== undefined) return (six ? isPlainIPv6 : isIPv4)(literal);
    return domain.split('.').every((label) => LABEL.test(label));
}

function bytesOf(text: string): number {
    let bytes = 0;
    for (const character of text) {
        const code = character.codePointAt(0) ?? 0;
        bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    }
    return bytes;
}
