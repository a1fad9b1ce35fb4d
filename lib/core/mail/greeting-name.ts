import { isIPv4, isIPv6 } from '../addresses/ip';

const LABEL = /^[A-Za-z\d](?:[A-Za-z\d-]{0,61}[A-Za-z\d])?$/;

/** Whether a mail client may send this name in EHLO: a domain, or an address in brackets (RFC 5321 section 4.1.3). */
export function isGreetingName(text: string): boolean {
    const literal = /^\[(IPv6:)?([^\]]+)\]$/i.exec(text);
    if (literal) return (literal[1] ? isIPv6 : isIPv4)(literal[2] ?? '');
    return text.length <= 255 && !/^[\d.]+$/.test(text) && text.split('.').every((label) => LABEL.test(label));
}
