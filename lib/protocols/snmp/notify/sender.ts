import { createSocket } from 'node:dgram';
import snmp from 'net-snmp';
import type { Clock, TimerHandle } from '../../../core/clock';
import { asUpsError, UpsError } from '../../../core/errors';
import { CLOSE_GRACE_MS } from '../../../core/commands/end-code';
import type { SnmpUser } from '../config';
import { guardedDgram } from '../guarded-dgram';
import type { HostAddress } from '../host-address';
import { fromNetSnmp } from '../net-snmp-errors';
import { netSnmpUser } from '../net-snmp-user';
import { toUpsError } from '../refusals';
import type { SnmpVersion } from '../transport';
import { TRAP_ROOT, type Notification, type NotifyVarbind } from './notification';

export interface NotifyReceiver {
    /** Keeps the last known address while the name server does not answer. */
    host: HostAddress;
    port: number;
    version: SnmpVersion;
    /** The receiver acknowledges, and the sender repeats until then; v2c and v3 only (RFC 3416 section 4.2.7). */
    inform: boolean;
    community: string;
    user?: SnmpUser;
    /** contextName of v3: whose state it is, where one agent has several. */
    context?: string;
    timeoutMs: number;
    retries: number;
}

/** Our identity as an SNMPv3 engine (RFC 3414 section 2.2): the sender of a trap is the authoritative engine. */
export interface NotifyEngine {
    /** 5 to 32 octets, hexadecimal; never changes. */
    id: string;
    /** Grows with every start of the process. */
    boots: number;
    /** Seconds since the last increase of `boots`. */
    seconds(): number;
}

const TYPES: Record<NotifyVarbind['type'], number> = {
    integer: snmp.ObjectType.Integer,
    text: snmp.ObjectType.OctetString,
    oid: snmp.ObjectType.OID,
    ticks: snmp.ObjectType.TimeTicks,
};

/** RFC 3584 section 3.1: agent-addr when the sender has no IPv4 address. */
const NO_ADDRESS = '0.0.0.0';

interface OutgoingMessage {
    message?: { msgSecurityParameters?: { msgAuthoritativeEngineBoots: number; msgAuthoritativeEngineTime: number } };
}
type Send = (request: OutgoingMessage, noWait?: boolean) => unknown;

/**
 * Sends one notification to one receiver. Resolves when the receiver has acknowledged an inform, or when a trap was sent.
 * @throws UpsError host-unreachable, device-silent (no acknowledgement), access-denied, device-refused, interrupted
 */
export async function notify(
    receiver: NotifyReceiver,
    { trap, oid = `${TRAP_ROOT}.${trap}`, varbinds }: Notification,
    engine: NotifyEngine,
    upTime: number,
    clock: Clock,
    signal: AbortSignal,
): Promise<void> {
    const { timeoutMs, retries } = receiver;
    const { host } = receiver.host;
    let session: snmp.Session | undefined;
    let timer: TimerHandle;
    let grace: TimerHandle;
    let over = false;
    let interrupted = () => {};
    const ended = new Promise<never>((_, reject) => {
        // net-snmp times out earlier; this bound covers requests that it loses.
        const bound = timeoutMs * (retries + 1) + timeoutMs + 1000;
        timer = clock.setTimeout(() => reject(new UpsError('device-silent', { host })), bound);
        interrupted = () => {
            // Waits for a request that is on its way: the next process would send it again.
            if (!session) return reject(new UpsError('interrupted'));
            grace = clock.setTimeout(() => reject(new UpsError('interrupted')), CLOSE_GRACE_MS);
        };
        signal.addEventListener('abort', interrupted);
        if (signal.aborted) interrupted();
    });
    const sending = async () => {
        const { address, family } = await receiver.host.resolve();
        const agentAddr = receiver.version === '1' ? await localAddress(address, family, receiver.port) : undefined;
        // The look-up took longer than the time limit: a session opened now would send what is sent again later.
        if (over) return;
        session = open(receiver, address, engine);
        const failing = session;
        await new Promise<void>((resolve, reject) => {
            failing.on('error', reject);
            const done = (error: unknown) => (error ? reject(error as Error) : resolve());
            const objects = varbinds.map(({ type, ...object }) => ({ ...object, type: TYPES[type] }));
            // net-snmp treats 0 as "not given".
            const options = {
                upTime: Math.max(1, Math.floor(upTime) % 2 ** 32),
                ...(agentAddr && { agentAddr }),
                ...(receiver.context && { context: receiver.context }),
            };
            if (receiver.inform) failing.inform(oid, objects as never, options as never, done as never);
            else failing.trap(oid as never, objects as never, options as never, done as never);
        });
    };
    const work = sending();
    work.catch(() => {});
    try {
        await Promise.race([work, ended]);
    } catch (error) {
        if (error instanceof UpsError) throw error;
        throw asUpsError(toUpsError(fromNetSnmp(error), host), 'host-unreachable', { host });
    } finally {
        over = true;
        clock.clearTimeout(timer);
        clock.clearTimeout(grace);
        signal.removeEventListener('abort', interrupted);
        session?.close();
    }
}

function open(receiver: NotifyReceiver, address: string, engine: NotifyEngine): snmp.Session {
    const { port, version, community, user, timeoutMs, retries } = receiver;
    const options = {
        port,
        trapPort: port,
        timeout: timeoutMs,
        retries,
        backoff: 1,
        transport: address.includes(':') ? 'udp6' : 'udp4',
        dgramModule: guardedDgram(() => undefined),
    };
    if (version !== '3') {
        const wire = version === '1' ? snmp.Version1 : snmp.Version2c;
        return snmp.createSession(address, community, { ...options, version: wire } as never);
    }
    const session = snmp.createV3Session(address, netSnmpUser(user!), { ...options, engineID: engine.id } as never);
    if (!receiver.inform) setEngineTime(session, engine);
    return session;
}

/** Our local address on the route to `address`: agent-addr of a v1 trap (RFC 1157 section 4.1.6). Sends nothing. */
function localAddress(address: string, family: number, port: number): Promise<string> {
    if (family !== 4) return Promise.resolve(NO_ADDRESS);
    const socket = createSocket('udp4');
    return new Promise((resolve) => {
        const finish = (found = NO_ADDRESS) => {
            socket.close();
            resolve(found);
        };
        socket.once('error', () => finish());
        socket.connect(port, address, () => finish(socket.address().address));
    });
}

/**
 * net-snmp writes boots 0 and time 0 into every trap. A receiver that checks the time window (RFC 3414 section 3.2.7) would
 * accept traps for 150 seconds only.
 */
function setEngineTime(session: snmp.Session, engine: NotifyEngine): void {
    const sender = session as unknown as { send: Send };
    const send = sender.send.bind(session) as Send;
    sender.send = (request, noWait) => {
        const parameters = request.message?.msgSecurityParameters;
        if (noWait && parameters) {
            parameters.msgAuthoritativeEngineBoots = engine.boots;
            parameters.msgAuthoritativeEngineTime = engine.seconds();
        }
        return send(request, noWait);
    };
}
