import { isIPv6 } from 'node:net';
import type { Clock, TimerHandle } from '../../core/clock';
import { asUpsError, reasonFor } from '../../core/errors';
import type { Told } from '../../core/language/sentence';
import { deferred } from '../shared/deferred';
import { FanOut, type Attempt, type AttemptResult } from '../shared/fan-out';
import type { Host } from '../shared/host';
import { hostKey } from '../shared/hosts';
import type { DatagramSender, Network } from '../shared/network';

/** Answers are kept for the log; their format is not public. */
const MAX_ANSWER_BYTES = 1024;

export interface SendRequest {
    hosts: readonly Host[];
    /** From `encodeMessage`. */
    payload: Uint8Array;
    transport: 'tcp' | 'udp';
    /** UDP only: the hosts are broadcast addresses. */
    broadcast?: boolean;
    /** Per attempt, ms. Default 3000. */
    timeoutMs?: number;
    /** Tries after the first; Infinity: as long as the signal allows. Default 2. */
    retries?: number;
    /** No further try begins after so many ms. Default: no limit. */
    patienceMs?: number;
    /** Before the first retry, ms; doubles up to 15 s. Default 500. */
    retryDelayMs?: number;
    /** Attempts at once in their first moments (see FanOut). Default 32. */
    parallel?: number;
    /** Open sockets at most. Default 512. */
    maxOpen?: number;
    /** UDP: how often each datagram is sent, 200 ms apart, since a lost one is never noticed. Default 1. */
    copies?: number;
    /**
     * TCP: whether a host that took the bytes but neither answered nor closed in time, or broke the connection, is tried again.
     * Default true, at most twice where `retries` has no end; false for what must not run twice.
     */
    repeatUnconfirmed?: boolean;
    /** `hostKey`s of those served before an interruption: they are not sent to again. */
    served?: Iterable<string>;
    /**
     * Called at once for each host served, so that it can be journalled. If it throws, the other hosts are served all the same,
     * and `send` rejects with its first error in the end.
     */
    onServed?(key: string, outcome: HostOutcome): void;
    /**
     * Ends the sending; `send` rejects with UpsError interrupted. Given for `event-over` or `mains-failed-again`, hosts in the middle of their
     * bytes are served, no other gets its first, and `send` resolves: the others have the error `ENDED`.
     */
    signal?: AbortSignal;
}

export interface HostOutcome {
    host: string;
    port: number;
    /** TCP: connected, written and closed without error, or answered. UDP: handed to the network. */
    ok: boolean;
    /** 0: served before an interruption. */
    attempts: number;
    /** From the start of the sending to the outcome, ms. */
    ms: number;
    /** What the peer answered, control characters shown as `.`; at most 1 KiB. */
    answer?: string;
    /** `timeout` (no connection), `unconfirmed` (took the bytes, then silent), `ENDED`, or the system's code, e.g. ECONNREFUSED. */
    error?: Told;
}

const UNCONFIRMED = 'unconfirmed';
/** A client that takes the bytes so often has them, though it does not say so. */
const MOST_TAKEN = 3;
const COPY_GAP_MS = 200;
const LONGEST_RETRY_MS = 15_000;

/** Sends one RCCMD message to many hosts. */
export class RccmdSender {
    constructor(
        private readonly network: Network,
        private readonly clock: Clock,
    ) {}

    /**
     * Outcomes in the order of the hosts. Failures of hosts are outcomes, not errors.
     *
     * @throws UpsError interrupted when aborted; store-failed when `onServed` threw
     */
    async send(request: SendRequest): Promise<HostOutcome[]> {
        const served = new Set(request.served);
        const left = request.hosts.filter((host) => !served.has(hostKey(host)));
        const outcomes = new Map<string, HostOutcome>();
        const troubles: unknown[] = [];
        const taken = new Map<string, number>();
        const datagrams =
            request.transport === 'udp' ? new Datagrams(this.network, request.broadcast ?? false) : undefined;
        const fanOut = new FanOut<Host, string | undefined>(
            this.clock,
            left,
            (host) => (datagrams ? this.sendDatagram(datagrams, host, request) : this.sendStream(host, request, taken)),
            (host, { value, ...rest }) => {
                const outcome: HostOutcome = { ...host, ...rest, answer: value };
                outcomes.set(hostKey(host), outcome);
                if (!outcome.ok) return;
                try {
                    request.onServed?.(hostKey(host), outcome);
                } catch (error) {
                    troubles.push(error);
                }
            },
            {
                parallel: Math.max(1, request.parallel ?? 32),
                promptMs: 50,
                maxOpen: Math.max(1, request.parallel ?? 32, request.maxOpen ?? 512),
                retries: Math.max(0, request.retries ?? 2),
                retryDelayMs: request.retryDelayMs ?? 500,
                maxRetryDelayMs: LONGEST_RETRY_MS,
                patienceMs: request.patienceMs,
            },
        );
        try {
            await fanOut.runUntil(request.signal);
        } finally {
            await datagrams?.close();
        }
        if (troubles.length) throw asUpsError(troubles[0], 'store-failed');
        return request.hosts.map((host) => outcomes.get(hostKey(host)) ?? { ...host, ok: true, attempts: 0, ms: 0 });
    }

    /** @param taken how often a host has taken the bytes, without saying so */
    private sendStream(host: Host, request: SendRequest, taken: Map<string, number>): Attempt<string | undefined> {
        const { promise, resolve } = deferred<AttemptResult<string | undefined>>();
        const answer: Uint8Array[] = [];
        let answerBytes = 0;
        let flushed = false;
        let begun = false;
        const answered = () => (answerBytes ? printable(Buffer.concat(answer)) : undefined);
        const settle = (result: AttemptResult<string | undefined>) => {
            this.clock.clearTimeout(timer);
            resolve(result);
        };
        const enough = () => {
            const times = (taken.get(hostKey(host)) ?? 0) + 1;
            taken.set(hostKey(host), times);
            const most = request.retries === Infinity ? MOST_TAKEN : Infinity;
            return request.repeatUnconfirmed === false || times >= most;
        };
        const silent = (): AttemptResult<string | undefined> => {
            if (answerBytes) return { ok: true, value: answered() };
            if (!flushed) return { ok: false, error: 'timeout' };
            return { ok: false, error: UNCONFIRMED, final: enough() };
        };
        const timer: TimerHandle = this.clock.setTimeout(() => {
            stream.destroy();
            settle(silent());
        }, request.timeoutMs ?? 3000);
        const stream = this.network.connect(host.host, host.port, {
            connected: () => {
                begun = true;
                stream.finish(request.payload);
            },
            flushed: () => {
                flushed = true;
            },
            data: (bytes) => {
                // A peer that talks without end is cut short by the time-out; only so much of it is kept.
                if (answerBytes >= MAX_ANSWER_BYTES) return;
                const part = Uint8Array.from(bytes.subarray(0, MAX_ANSWER_BYTES - answerBytes));
                answer.push(part);
                answerBytes += part.length;
            },
            closed: (error) => {
                // It may have begun what it was told, e.g. its own shutdown, which is what broke the connection.
                const final = flushed && enough();
                if (error) settle({ ok: false, error, final, value: answered() });
                else if (!flushed) settle({ ok: false, error: 'closed-early', value: answered() });
                else settle({ ok: true, value: answered() });
            },
        });
        return {
            result: promise,
            abort: () => {
                this.clock.clearTimeout(timer);
                stream.destroy();
            },
            begun: () => begun,
            displaced: () => (flushed && (answerBytes || request.repeatUnconfirmed === false) ? silent() : undefined),
        };
    }

    private sendDatagram(datagrams: Datagrams, host: Host, request: SendRequest): Attempt<string | undefined> {
        let timer: TimerHandle;
        let aborted = false;
        let begun = false;
        const pause = () => new Promise<void>((resolve) => (timer = this.clock.setTimeout(resolve, COPY_GAP_MS)));
        const send = async (): Promise<AttemptResult<string | undefined>> => {
            const socket = await datagrams.socketFor(host);
            for (let copy = 0; copy < Math.max(1, request.copies ?? 1); copy++) {
                if (copy) await pause();
                // What is already out is enough once the event is over.
                if (aborted || (copy && request.signal?.aborted)) break;
                begun = true;
                await socket.send(request.payload, host.host, host.port);
            }
            return { ok: true, value: undefined };
        };
        return {
            result: send().catch((error: unknown) => {
                return { ok: false, error: reasonFor(error) };
            }),
            abort: () => {
                aborted = true;
                this.clock.clearTimeout(timer);
            },
            begun: () => begun,
        };
    }
}

/** The sockets of one sending: one per address family, opened when first needed. */
class Datagrams {
    private readonly sockets = new Map<4 | 6, Promise<DatagramSender>>();

    constructor(
        private readonly network: Network,
        private readonly broadcast: boolean,
    ) {}

    socketFor(host: Host): Promise<DatagramSender> {
        const family = isIPv6(host.host) ? 6 : 4;
        let socket = this.sockets.get(family);
        if (!socket) {
            socket = this.network.openDatagrams(family, this.broadcast && family === 4);
            this.sockets.set(family, socket);
        }
        return socket;
    }

    async close(): Promise<void> {
        for (const opened of await Promise.allSettled(this.sockets.values())) {
            if (opened.status === 'fulfilled') opened.value.close();
        }
    }
}

function printable(bytes: Uint8Array): string {
    return Buffer.from(bytes)
        .toString('utf8')
        .replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g, '.');
}
