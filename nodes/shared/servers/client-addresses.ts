import type { IncomingMessage } from 'node:http';
import { plainAddress, readRange } from '../../../lib/core/addresses/ip';

/**
 * The addresses that a request comes from, each of which must be allowed: that of the connection, and behind a proxy the one that the proxy tells. Of a list only the
 * last entry is the nearest proxy's own; whoever writes it without a proxy can only shut himself out.
 */
export function clientAddresses({ socket, headers }: Pick<IncomingMessage, 'socket' | 'headers'>): string[] {
    const told = [lastOf(headers['x-forwarded-for']), lastOf(headers['x-real-ip']), forwardedFor(headers.forwarded)];
    const all = [socket.remoteAddress ?? '?', ...told.filter((each) => each !== undefined)];
    return [...new Set(all.map((each) => plainAddress(each).slice(0, 64)))];
}

function lastOf(header: string | string[] | undefined): string | undefined {
    return header === undefined ? undefined : withoutPort(String(header).split(',').at(-1)!.trim());
}

/** `for=` of the last element (RFC 7239, section 4); one without is nobody's address. */
function forwardedFor(header: string | undefined): string | undefined {
    if (header === undefined) return undefined;
    const [, quoted, plain] = /(?:^|;)\s*for=(?:"([^"]*)"|([^;\s]*))/i.exec(header.split(',').at(-1)!) ?? [];
    return withoutPort(quoted ?? plain ?? '?');
}

function withoutPort(address: string): string {
    if (readRange(address)) return address;
    return address.replace(/^(\[.*\]|[\d.]+):\d{1,5}$/, '$1');
}
