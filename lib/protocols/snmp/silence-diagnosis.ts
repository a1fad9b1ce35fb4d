import { createSocket } from 'node:dgram';
import type { Clock } from '../../core/clock';
import type { Reason } from '../../core/reasons';
import { NetProber } from '../shared/probe';
import type { HostAddress, ResolvedAddress } from './host-address';
import type { SnmpVersion } from './transport';

/** Where traceroute begins: hardly any host has something there, and says so. */
const UNUSED_PORT = 33_434;
const PATIENCE_MS = 1000;

/**
 * Why an agent is silent. A host on which nothing listens at the port says so (ICMP port unreachable, RFC 1122 section 3.2.2.1). One that
 * is there, and says nothing of the port, has an agent that does not care to answer: to an unknown community (RFC 1157 section 4.1), to an
 * address that is not allowed, or not to this version [inferred: a firewall looks the same]. Never rejects.
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
    // Without a `ping` program nobody can say.
    return new NetProber(clock).ask(probe, PATIENCE_MS, new AbortController().signal).catch(() => false);
}

/** Only a connected socket is told of the refusal. */
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
            // An empty datagram is nothing for an agent, and enough for the host.
            else if (!over) socket.send(Buffer.alloc(0), (failure) => failure && finish(false));
        });
    });
}
