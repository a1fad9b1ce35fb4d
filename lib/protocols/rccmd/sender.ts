import { isIPv6 } from 'node:net';
import type { Clock, TimerHandle } from '../../core/clock';
import { asUpsError, reasonFor } from '../../core/errors';
import type { Told } from '../../core/language/sentence';
import { deferred } from '../shared/deferred';
import { FanOut, type Attempt, type AttemptResult } from '../shared/fan-out';
import type { Host } from '../shared/host';
import { hostKey } from '../shared/hosts';
import type { DatagramSender, Network } from '../shared/network';

/** Bytes of an answer kept for the log; the format of answers is not published. */
const MAX_ANSWER_BYTES = 1024;

export interface SendRequest {
    hosts: readonly Host[];
    /** From `encodeMessage`. */
    payload: Uint8Array;
    transport: 'tcp' | 'udp';
    /** UDP only: the hosts are broadcast addresses. */
    broadcast?: boolean;
    /** Time limit per attempt, ms. Default 3000. */
    timeoutMs?: number;
    /** Retries; Infinity: until the signal aborts. Default 2. */
    retries?: number;
    /** No retry begins later than this, ms. Default: no limit. */
    patienceMs?: number;
    /** Pause before the first retry, ms; doubles up to 15 s. Default 500. */
    retryDelayMs?: number;
    /** Attempts that begin at the same time (see FanOut). Default 32. */
    parallel?: number;
    /** Most open sockets. Default 512. */
    maxOpen?: number;
    /** UDP: number of copies of each datagram, 200 ms apart, since a loss goes unnoticed. Default 1. */
    copies?: number;
    /**
     * TCP: whether to retry a host that accepted the bytes but then did not answer or close in time, or broke the connection.
     * Default true, but at most twice if `retries` is Infinity; false for commands that must not run twice.
     */
    repeatUnconfirmed?: boolean;
    /** `hostKey`s of hosts served before an interruption: they are skipped. */
    served?: Iterable<string>;
    /**
     * Called for each host as soon as it is served, to journal it. If it throws, the other hosts are still served, and `send`
     * then rejects with the first error.
     */
    onServed?(key: string, outcome: HostOutcome): void;
    /**
     * Aborts the sending; `send` rejects with UpsError interrupted. With the reason `event-over` or `mains-failed-again`, hosts
     * whose transmission has begun are served, no other is begun, and `send` resolves: the others have the error `ENDED`.
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
    /** The peer's answer, control characters shown as `.`; at most 1 KiB. */
    answer?: string;
    /**
     * `timeout` (no connection), `unconfirmed` (accepted the bytes, then silent), `ENDED`, or the system's code, e.g.
     * ECONNREFUSED.
     */
    error?: Told;
}

const UNCONFIRMED = 'unconfirmed';
/** A host that has accepted the bytes this often has them, even without a confirmation. */
const MOST_UNCONFIRMED = 3;
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

    /** @param taken how often each host has accepted the bytes without a confirmation */
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
            const most = request.retries === Infinity ? MOST_UNCONFIRMED : Infinity;
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
                // The timeout ends an endless answer; only this much of it is kept.
                if (answerBytes >= MAX_ANSWER_BYTES) return;
                const part = Uint8Array.from(bytes.subarray(0, MAX_ANSWER_BYTES - answerBytes));
                answer.push(part);
                answerBytes += part.length;
            },
            closed: (error) => {
                // The command may have begun, e.g. a shutdown that broke the connection.
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
                // When the event is over, the copies already sent are enough.
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

/** The sockets of one sending: one per address family, opened on first use. */
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
