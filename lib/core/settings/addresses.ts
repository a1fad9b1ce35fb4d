import { readHost, readHostPort } from '../addresses/host';
import { isIPv4, isIPv6, plainAddress, readRange } from '../addresses/ip';
import { readMac } from '../addresses/mac';
import { isMail, isOneMail, splitMails } from '../addresses/mail';
import { readPhone, splitNumbers } from '../addresses/phone';
import { invalid, type FieldFault } from './fault';
import type { Field } from './field';
import { list, type ListOptions } from './lists';
import { text, type TextOptions } from './texts';

const URL = /^[a-z][a-z0-9+.-]*:\/\//i;

/** The typed text, without what may be a password before an @. */
function withoutUser(typed: string): string {
    return typed.replace(/^([a-z][a-z0-9+.-]*:\/\/)?.*@/is, '$1…@');
}

function notHost(typed: string, rule: string): FieldFault {
    return invalid(URL.test(typed) ? 'hostUrl' : rule, withoutUser(typed));
}

/** Checks a host without a port (the port has a separate field). */
export function hostFault(typed: string): FieldFault | undefined {
    if (readHost(typed) !== undefined) return undefined;
    const before = /^(\[[^\]]*\]|[^:[\]]+):/.exec(typed)?.[1] ?? '';
    return notHost(typed, readHost(before) === undefined ? 'host' : 'hostOnly');
}

/** Checks a host with or without a port. */
export function hostPortFault(entry: string): FieldFault | undefined {
    return readHostPort(entry, 1) === undefined ? notHost(entry, 'hostPort') : undefined;
}

/** Checks an address, a network with its prefix (RFC 4632, RFC 4291), or * for any. */
export function networkFault(entry: string): FieldFault | undefined {
    return entry === '*' || readRange(entry) ? undefined : invalid('network', entry);
}

/** Checks the address of one machine. */
export function addressFault(entry: string): FieldFault | undefined {
    const plain = plainAddress(entry);
    return isIPv4(plain) || isIPv6(plain) ? undefined : invalid('address', entry);
}

/** Checks the MAC address of one network card. */
export function cardFault(entry: string): FieldFault | undefined {
    return readMac(entry.trim()) ? undefined : invalid('mac', entry);
}

/** A host name or an address, in the form that sockets want: without brackets. */
export function host(options: Omit<TextOptions, 'check'> = {}): Field<string> {
    const field = text({ icon: 'server', ...options, check: hostFault });
    return {
        ...field,
        read(raw, sibling) {
            const read = field.read(raw, sibling);
            return 'value' in read ? { value: readHost(read.value) ?? read.value } : read;
        },
    };
}

/** Hosts, each with or without its port. */
export function hosts(options: Omit<ListOptions, 'entry' | 'split'> = {}): Field<string[]> {
    return list({ icon: 'server', ...options, entry: hostPortFault });
}

/** One mail address, with or without a name before it. */
export function mail(options: Omit<TextOptions, 'check'> = {}): Field<string> {
    const check = (typed: string) => (isOneMail(typed) ? undefined : invalid('mail', typed));
    return text({ icon: 'envelope-o', ...options, check });
}

/** Mail addresses, separated by lines, commas or semicolons. A wildcard is replaced by an address when the job runs. */
export function mails(options: Omit<ListOptions, 'entry' | 'split'> = {}): Field<string[]> {
    const entry = (one: string) => (isMail(one) || one.includes('{{') ? undefined : invalid('mail', one));
    return list({ icon: 'users', ...options, entry, split: splitMails });
}

/** Telephone numbers, separated by lines, commas or semicolons. A wildcard is replaced by a number when the job runs. */
export function phones(options: Omit<ListOptions, 'entry' | 'split'> = {}): Field<string[]> {
    const entry = (one: string) =>
        one.includes('{{') || readPhone(one) !== undefined ? undefined : invalid('phone', one);
    return list({ icon: 'users', ...options, entry, split: splitNumbers });
}
