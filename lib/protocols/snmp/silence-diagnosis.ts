import { createSocket } from 'node:dgram';
import type { Clock } from '../../core/clock';
import type { Reason } from '../../core/reasons';
import { NetProber } from '../shared/probe';
import type { HostAddress, ResolvedAddress } from './host-address';
import type { SnmpVersion } from './transport';

/** First port of traceroute: hardly any host listens there, and hosts report it as unreachable. */
const UNUSED_PORT = 33_434;
const PATIENCE_MS = 1000;

/**
 * Finds out why an agent does not answer. A host without a listener on the port reports it (ICMP port unreachable, RFC 1122
 * section 3.2.2.1). If the host is alive and does not report the port, its agent ignores us: the community is unknown (RFC 1157
 * section 4.1), our address is not allowed, or the version is not supported [inferred: a firewall gives the same picture]. Never
 * rejects.
 */
export async function diagnoseSilence(
    clock: Clock,
    address: HostAddress,
    port: number,
    version: SnmpVersion,
): Promise<Reason> {
    const known = address.known;
    if (!known) return 'timeout';
    if (await refuses(clock, known, port)) return 'refused';
    if (!(await isThere(clock, known))) return 'timeout';
    return version === '3' ? 'v3-silent' : 'community';
}

async function isThere(clock: Clock, known: ResolvedAddress): Promise<boolean> {
    if (await refuses(clock, known, UNUSED_PORT)) return true;
    const probe = { kind: 'ping', host: known.address } as const;
    // Without a `ping` program the answer is unknown.
    return new NetProber(clock).ask(probe, PATIENCE_MS, new AbortController().signal).catch(() => false);
}

/** The kernel reports port unreachable to connected sockets only. */
function refuses(clock: Clock, { address, family }: ResolvedAddress, port: number): Promise<boolean> {
    return new Promise((resolve) => {
        const socket = createSocket(family === 6 ? 'udp6' : 'udp4');
        let over = false;
        const finish = (refused: boolean) => {
            if (over) return;
            over = true;
            clock.clearTimeout(timer);
            socket.close();
            resolve(refused);
        };
        const timer = clock.setTimeout(() => finish(false), PATIENCE_MS);
        socket.on('error', (error: NodeJS.ErrnoException) => finish(error.code === 'ECONNREFUSED'));
        socket.connect(port, address, (error?: NodeJS.ErrnoException) => {
            if (error) finish(false);
            // An agent ignores an empty datagram, and the host reports a closed port all the same.
            else if (!over) socket.send(Buffer.alloc(0), (failure) => failure && finish(false));
        });
    });
}
