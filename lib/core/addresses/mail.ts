import { isIPv4, isIPv6 } from './ip';

/** atext of RFC 5322 section 3.2.3, with the letters beyond ASCII of RFC 6531. */
const ATOM = "[\\w!#$%&'*+/=?^`{|}~\\u{80}-\\u{10ffff}-]+";
const LOCAL = new RegExp(`^(?:${ATOM}(?:\\.${ATOM})*|"(?:[^"\\\\\\p{Cc}]|\\\\[^\\p{Cc}])*")$`, 'u');
const LABEL = /^[\p{L}\p{N}](?:[\p{L}\p{N}\p{M}-]{0,61}[\p{L}\p{N}\p{M}])?$/u;

/** More recipients in one mail belong in a mailing list; servers must accept 100 (RFC 5321 section 4.5.3.1.8). */
export const MOST_RECIPIENTS = 100;

/** The name of a group (RFC 5322 section 3.4) before its first member: `Night shift: a@x.org, b@x.org;`. */
const GROUP = /(^|[,;\r\n])[^"<>@,;:\r\n]+:/g;

/**
 * The entries of a list of mail addresses. Lines, commas and semicolons separate entries, except within quotes or angle brackets. A group
 * is replaced by its members.
 */
export function splitMails(list: string): string[] {
    return (list.replace(GROUP, '$1').match(/(?:"(?:\\.|[^"\\\r\n])*"|<[^>\r\n]*>|[^,;\r\n])+/g) ?? [])
        .map((entry) => entry.trim())
        .filter(Boolean);
}

/** Whether an entry is `name@domain`, or `Name <name@domain>`. */
export function isMail(entry: string): boolean {
    return addressOf(entry) !== undefined;
}

/** Whether a text is exactly one entry, as a sender must be. */
export function isOneMail(text: string): boolean {
    return !/[\r\n]/.test(text) && splitMails(text).length === 1 && splitMails(text).every(isMail);
}

/** The address of an entry, without its display name; undefined if the entry has no valid address. */
export function addressOf(entry: string): string | undefined {
    const [, name = '', inner] = /^([^<>]*)<([^<>]*)>?$/.exec(entry.trim()) ?? [];
    const address = (inner ?? entry).trim();
    // Two addresses without a comma between them are invalid, and so is a group.
    const isOther = /[@:]/.test(name.replace(/"(?:\\.|[^"\\])*"/g, ''));
    return !isOther && isAddrSpec(address) ? address : undefined;
}

/** addr-spec of RFC 5322 section 3.4.1 without comments; lengths of RFC 5321 section 4.5.3.1. */
function isAddrSpec(address: string): boolean {
    const at = address.lastIndexOf('@');
    if (at < 1) return false;
    const local = address.slice(0, at);
    const domain = address.slice(at + 1);
    return byteLength(local) <= 64 && byteLength(domain) <= 255 && LOCAL.test(local) && isDomain(domain);
}

function isDomain(domain: string): boolean {
    const [, six, literal] = /^\[(IPv6:)?([^\]]+)\]$/i.exec(domain) ?? [];
    if (literal !== undefined) return (six ? isIPv6 : isIPv4)(literal);
    return domain.split('.').every((label) => LABEL.test(label));
}

/** Length in UTF-8. */
function byteLength(text: string): number {
    return [...text].reduce((sum, character) => sum + bytesOf(character.codePointAt(0)!), 0);
}

function bytesOf(codePoint: number): number {
    if (codePoint < 0x80) return 1;
    if (codePoint < 0x800) return 2;
    return codePoint < 0x10000 ? 3 : 4;
}
