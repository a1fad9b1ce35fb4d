import { readHost, readHostPort } from '../../lib/core/addresses/host';
import { isIPv4, isIPv6, plainAddress, readRange } from '../../lib/core/addresses/ip';
import { readLogin } from '../../lib/core/addresses/login';
import { readMac } from '../../lib/core/addresses/mac';
import { readEnding } from '../../lib/core/command-ending';
import { splitList } from '../../lib/core/split-list';
import { t } from './texts';

/** What a check says: nothing is wrong, or a sentence that says what to do. */
export type Verdict = true | string;
export type EntryCheck = (entry: string) => Verdict;

/** Whether a variable of the environment stands for the value. */
export function isEnv(value: string): boolean {
    return /^\$\{[^}]+\}$/.test(value);
}

/** Entries of a host or address list, whether separated by lines, commas, semicolons or blanks. */
export function entries(text: unknown): string[] {
    return splitList(String(text ?? ''));
}

export function isUrl(text: string): boolean {
    return /^[a-z][a-z0-9+.-]*:\/\//i.test(text);
}

/** `host`, `host:port`, `[v6]:port` */
export function host(entry: string): Verdict {
    if (isUrl(entry)) return t('check.hostUrl', { value: entry });
    if (isHost(entry)) return true;
    const before = hostBeforePort(entry);
    if (before === undefined || !isHost(before)) return t('check.host', { value: entry });
    return isPort(entry.slice(before.length + 1)) || t('check.hostPort', { value: entry });
}

/** As it stands behind the colon of a host. */
function isPort(text: string): boolean {
    return readHostPort(`host:${text}`, 1) !== undefined;
}

/** A host without a port. */
export function isHost(text: string): boolean {
    return isEnv(text) || readHost(text) !== undefined;
}

/** What stands before the colon of a port, right or wrong. */
export function hostBeforePort(entry: string): string | undefined {
    return /^(\[[^\]]*\]|[^:[\]]+):/.exec(entry)?.[1];
}

/** Of those that may send: an address, a range, or everybody. */
export function address(entry: string): Verdict {
    return entry === '*' || isEnv(entry) || readRange(entry) !== undefined || t('check.address', { value: entry });
}

/** A single address. */
export function member(entry: string): Verdict {
    const plain = plainAddress(entry);
    return isIPv4(plain) || isIPv6(plain) || isEnv(entry) || t('check.member', { value: entry });
}

export function mac(entry: string): Verdict {
    return readMac(entry) !== undefined || isEnv(entry) || t('check.mac', { value: entry });
}

/** A host of SSH, perhaps with its user. `+old`: it may use old algorithms. */
export function login(entry: string): Verdict {
    const read = readLogin(entry);
    return read ? host(read.host) : t('check.login', { value: entry });
}

/** How a command may end: an exit code, or a signal. */
export function ending(entry: string): Verdict {
    return readEnding(entry) !== undefined || t('check.ending', { value: entry });
}

/** Checks of single entries of a list. */
export const entry = { host, address, mac, login, ending, member };
