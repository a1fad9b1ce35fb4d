import { createSocket } from 'node:dgram';
import { connect, isIP, isIPv6, type Socket } from 'node:net';
import { connect as connectTls, type ConnectionOptions } from 'node:tls';
import type { Clock, TimerHandle } from '../../core/clock';
import { UpsError } from '../../core/errors';
import { LEAVE_GRACE_MS } from '../shared/ending';
import { names } from '../shared/names';

export interface SyslogTarget {
    host: string;
    port: number;
    transport: 'udp' | 'tcp' | 'tls';
    /** `octets`: RFC 6587 section 3.4.1 and RFC 5425; `lines`: a line feed ends each message (section 3.4.2). */
    framing: 'octets' | 'lines';
    tls?: ConnectionOptions;
    timeoutMs: number;
}

/** The message as it goes over a stream. */
export function frame(message: Buffer, framing: SyslogTarget['framing']): Buffer {
    if (framing === 'lines') return Buffer.concat([message, Buffer.from('\n')]);
    return Buffer.concat([Buffer.from(`${message.length} `), message]);
}

/**
 * Sends one message, on a connection of its own: messages are rare, and a connection that has silently died would swallow the one that
 * matters. Over a stream it is sent when the server has taken it and the connection was closed without an error; over UDP
 * nobody knows.
 * @throws UpsError host-unreachable, access-denied (a certificate that is expired or not trusted), interrupted
 */
export async function sendSyslog(
    target: SyslogTarget,
    message: Buffer,
    clock: Clock,
    signal: AbortSignal,
): Promise<void> {
    const sending = target.transport === 'udp' ? sendDatagram(target, message) : sendStream(target, message);
    let timer: TimerHandle;
    let grace: TimerHandle;
    let interrupted = () => {};
    const ended = new Promise<never>((_, reject) => {
        const { host, timeoutMs } = target;
        const late = () =>
            reject(new UpsError('host-unreachable', { host, reason: `no answer in ${timeoutMs / 1000} s` }));
        timer = clock.setTimeout(late, timeoutMs);
        interrupted = () => {
            // What is on its way is waited for: a successor would send it again.
            if (!sending.begun()) return reject(new UpsError('interrupted'));
            grace = clock.setTimeout(() => reject(new UpsError('interrupted')), LEAVE_GRACE_MS);
        };
        signal.addEventListener('abort', interrupted);
        if (signal.aborted) interrupted();
    });
    try {
        await Promise.race([sending.done, ended]);
    } finally {
        clock.clearTimeout(timer);
        clock.clearTimeout(grace);
        signal.removeEventListener('abort', interrupted);
        sending.abandon();
    }
}

interface Sending {
    done: Promise<void>;
    /** Its first byte has left. */
    begun(): boolean;
    /** Idempotent. */
    abandon(): void;
}

function sendDatagram({ host, port }: SyslogTarget, message: Buffer): Sending {
    let abandoned = false;
    let begun = false;
    let close = () => {
        abandoned = true;
    };
    const send = async () => {
        const { address } = await names.addressOf(host);
        // The name took longer than anybody waited: a socket opened now would be nobody's.
        if (abandoned) return;
        const socket = createSocket(isIPv6(address) ? 'udp6' : 'udp4');
        close = () => {
            close = () => {};
            socket.close();
        };
        await new Promise<void>((resolve, reject) => {
            socket.once('error', reject);
            begun = true;
            socket.send(message, port, address, (error) => (error ? reject(error) : resolve()));
        });
    };
    const done = send().catch((error: unknown) => {
        throw failure(host, error);
    });
    done.catch(() => {});
    return { done, begun: () => begun, abandon: () => close() };
}

function sendStream(target: SyslogTarget, message: Buffer): Sending {
    const { host, port, transport, framing, tls } = target;
    const socket: Socket =
        transport === 'tls'
            ? connectTls({ ...(isIP(host) ? {} : { servername: host }), ...tls, host, port, lookup: names.lookup })
            : connect({ host, port, lookup: names.lookup });
    let begun = false;
    const done = new Promise<void>((resolve, reject) => {
        let failed: unknown;
        socket.once(transport === 'tls' ? 'secureConnect' : 'connect', () => {
            begun = true;
            socket.end(frame(message, framing));
        });
        socket.on('error', (error) => (failed = error));
        // What a server answers is read, so that its end of the connection can close.
        socket.resume();
        let flushed = false;
        socket.once('finish', () => (flushed = true));
        socket.once('close', () => {
            if (failed) reject(failure(host, failed));
            else if (flushed) resolve();
            else reject(failure(host, new Error('the connection was closed')));
        });
    });
    done.catch(() => {});
    return { done, begun: () => begun, abandon: () => void socket.destroy() };
}

function failure(host: string, error: unknown): UpsError {
    const { code, message } = error as NodeJS.ErrnoException;
    const certificate = /CERT|SELF_SIGNED|ALTNAME|UNABLE_TO_VERIFY|UNABLE_TO_GET_ISSUER/.test(code ?? '');
    if (certificate) return new UpsError('certificate-refused', { host, reason: message }, { cause: error });
    return new UpsError('host-unreachable', { host, reason: code ?? message }, { cause: error });
}
