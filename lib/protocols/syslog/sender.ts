import { connect, isIP, type Socket } from 'node:net';
import { connect as connectTls, type ConnectionOptions } from 'node:tls';
import type { Clock, TimerHandle } from '../../core/clock';
import { UpsError } from '../../core/errors';
import { SentenceError, said } from '../../core/language/sentence';
import { certificateFailure } from '../shared/certificate';
import { CLOSE_GRACE_MS } from '../../core/commands/end-code';
import { names } from '../shared/names';
import { SyslogDatagrams } from './datagrams';

export interface SyslogTarget {
    host: string;
    port: number;
    transport: 'udp' | 'tcp' | 'tls';
    /** `octets`: RFC 6587 section 3.4.1 and RFC 5425; `lines`: a line feed ends each message (section 3.4.2). */
    framing: 'octets' | 'lines';
    tls?: ConnectionOptions;
    timeoutMs: number;
}

/** The message with its framing for a stream. */
export function frame(message: Buffer, framing: SyslogTarget['framing']): Buffer {
    if (framing === 'lines') return Buffer.concat([message, Buffer.from('\n')]);
    return Buffer.concat([Buffer.from(`${message.length} `), message]);
}

/**
 * Sends messages in order on a new connection: messages are rare, and an old connection may be dead without an error. Over a
 * stream, they count as sent when the server has received them and the connection was closed without an error; over UDP there is
 * no confirmation.
 * @throws UpsError host-unreachable, certificate-refused, certificate-time (our clock may be wrong), interrupted
 */
export async function sendSyslog(
    target: SyslogTarget,
    messages: Buffer | readonly Buffer[],
    clock: Clock,
    signal: AbortSignal,
): Promise<void> {
    const all = Buffer.isBuffer(messages) ? [messages] : messages;
    const sending = target.transport === 'udp' ? sendDatagrams(target, all, clock) : sendStream(target, all, clock);
    let timer: TimerHandle;
    let grace: TimerHandle;
    let interrupted = () => {};
    const ended = new Promise<never>((_, reject) => {
        const { host, timeoutMs } = target;
        const late = () =>
            reject(new UpsError('host-unreachable', { host, reason: said('noAnswerInS', { s: timeoutMs / 1000 }) }));
        timer = clock.setTimeout(late, timeoutMs);
        interrupted = () => {
            // Waits for a transmission in progress: the next process would send it again.
            if (!sending.begun()) return reject(new UpsError('interrupted'));
            grace = clock.setTimeout(() => reject(new UpsError('interrupted')), CLOSE_GRACE_MS);
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
    /** Its first byte was sent. */
    begun(): boolean;
    /** Idempotent. */
    abandon(): void;
}

function sendDatagrams({ host, port }: SyslogTarget, messages: readonly Buffer[], clock: Clock): Sending {
    const datagram = new SyslogDatagrams(host, port, messages, clock);
    const done = datagram.send().catch((error: unknown) => {
        throw failure(host, error, clock);
    });
    done.catch(() => {});
    return { done, begun: () => datagram.begun, abandon: () => datagram.abandon() };
}

function sendStream(target: SyslogTarget, messages: readonly Buffer[], clock: Clock): Sending {
    const { host, port, transport, framing, tls } = target;
    const framed = Buffer.concat(messages.map((message) => frame(message, framing)));
    const socket: Socket =
        transport === 'tls'
            ? connectTls({ ...(isIP(host) ? {} : { servername: host }), ...tls, host, port, lookup: names.lookup })
            : connect({ host, port, lookup: names.lookup });
    let begun = false;
    const done = new Promise<void>((resolve, reject) => {
        let failed: unknown;
        socket.once(transport === 'tls' ? 'secureConnect' : 'connect', () => {
            begun = true;
            socket.end(framed);
        });
        socket.on('error', (error) => (failed = error));
        // Reads and ignores answers, so that the connection can close.
        socket.resume();
        let flushed = false;
        socket.once('finish', () => (flushed = true));
        socket.once('close', () => {
            if (failed) reject(failure(host, failed, clock));
            else if (flushed) resolve();
            else reject(failure(host, new SentenceError(said('closed')), clock));
        });
    });
    done.catch(() => {});
    return { done, begun: () => begun, abandon: () => void socket.destroy() };
}

function failure(host: string, error: unknown, clock: Clock): UpsError {
    const { code, message } = error as NodeJS.ErrnoException;
    const refused = certificateFailure(host, error, clock.now());
    return refused ?? new UpsError('host-unreachable', { host, reason: code ?? message }, { cause: error });
}
