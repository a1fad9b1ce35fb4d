import type { Clock } from '../../core/clock';
import { UpsError, asUpsError } from '../../core/errors';
import { said, type Told } from '../../core/language/sentence';
import { FanOut, isEnded } from '../shared/fan-out';
import { SshSession, type SshOptions, type SshResult } from './session';
import { targetKey, type SshTarget } from './targets';

export interface SshHostOutcome {
    /** `root@server1:22` */
    host: string;
    ok: boolean;
    attempts: number;
    /** Milliseconds from the start of the job. */
    ms: number;
    exitCode?: number;
    signal?: string;
    stdout?: string;
    stderr?: string;
    /** Number of output bytes that were dropped. */
    dropped?: number;
    /** The connection broke after the host had started the command. */
    disconnected?: boolean;
    /** The command had started before our own restart cut the connection: its result is unknown. */
    interrupted?: boolean;
    error?: Told;
}

/** State for a restart, by target key. */
export interface SshProgress {
    accepted: string[];
    settled: Record<string, SshHostOutcome>;
}

export interface SshRequest extends Omit<SshOptions, 'onAccepted'> {
    targets: readonly SshTarget[];
    parallel: number;
    /** Further attempts while the host has not started the command; Infinity: until the signal aborts. */
    retries: number;
    /** No attempt begins later than this. Default: no limit. */
    patienceMs?: number;
    progress: SshProgress;
    save(): void;
    /** Translates a failure to a sentence. */
    words(error: UpsError): string;
    onSettled?(outcome: SshHostOutcome): void;
    signal?: AbortSignal;
}

/** A connection that is not established in this time continues, but no longer occupies a place: the next host starts. */
const PROMPT_MS = 2000;
const RETRY_DELAY_MS = 1000;
const LONGEST_RETRY_MS = 15_000;

/** Runs one command on many hosts in parallel; an unreachable host does not delay the others. */
export class SshCommander {
    constructor(private readonly clock: Clock) {}

    /**
     * Resolves with one outcome per target, in order. Failures of hosts are outcomes, not errors. If the signal aborts because
     * the event has ended (see `endOf`), the command is not sent to the remaining hosts.
     * @throws UpsError interrupted when aborted; store-failed when `save` threw
     */
    async run(request: SshRequest): Promise<SshHostOutcome[]> {
        const { progress, targets } = request;
        for (const target of targets) this.settleInterrupted(target, request);
        const troubles: unknown[] = [];
        const ended = new Map<string, SshHostOutcome>();
        const keep = (work: () => void) => {
            try {
                work();
            } catch (error) {
                troubles.push(error);
            }
        };
        const fanOut = new FanOut<SshTarget, SshResult>(
            this.clock,
            targets.filter((target) => !progress.settled[targetKey(target)]),
            (target) => {
                const session = new SshSession(this.clock, target, {
                    ...request,
                    onAccepted: () => {
                        progress.accepted.push(targetKey(target));
                        request.save();
                    },
                });
                const result = session.result.then((value) => {
                    if (value.ok) return { ok: true as const, value };
                    const error = request.words(value.error!);
                    // A refusal is permanent, and a command that has started must not be sent again.
                    const retry = value.error!.code === 'device-silent' || value.error!.code === 'host-unreachable';
                    return { ok: false as const, value, error, final: value.accepted || !retry };
                });
                return { result, abort: () => session.abort(), begun: () => session.commanded };
            },
            (target, { value, ...rest }) => {
                const host = targetKey(target);
                const { exitCode, signal, stdout, stderr, dropped, disconnected } = value ?? {};
                const output = {
                    stdout: stdout || undefined,
                    stderr: stderr || undefined,
                    dropped: dropped || undefined,
                };
                const outcome: SshHostOutcome = {
                    host,
                    ...rest,
                    exitCode,
                    signal,
                    ...output,
                    disconnected: disconnected || undefined,
                };
                if (isEnded(rest.error)) {
                    // The host may be commanded later: its outcome is not stored.
                    ended.set(host, outcome);
                    return;
                }
                progress.settled[host] = outcome;
                keep(() => request.save());
                keep(() => request.onSettled?.(outcome));
            },
            {
                parallel: request.parallel,
                promptMs: PROMPT_MS,
                // Closing a session to free a place would end its running command: there is room for all hosts.
                maxOpen: Math.max(request.parallel, targets.length),
                retries: request.retries,
                retryDelayMs: RETRY_DELAY_MS,
                maxRetryDelayMs: LONGEST_RETRY_MS,
                patienceMs: request.patienceMs,
            },
        );
        await fanOut.runUntil(request.signal);
        if (troubles.length) throw asUpsError(troubles[0], 'store-failed');
        return targets.map((target) => progress.settled[targetKey(target)] ?? ended.get(targetKey(target))!);
    }

    /** A command that a host had started before our restart is not sent again. */
    private settleInterrupted(target: SshTarget, { progress, dropIsSuccess, words }: SshRequest): void {
        const host = targetKey(target);
        if (progress.settled[host] || !progress.accepted.includes(host)) return;
        const reason = said('ssh.takenBefore');
        progress.settled[host] = {
            host,
            ok: dropIsSuccess,
            attempts: 0,
            ms: 0,
            interrupted: true,
            ...(dropIsSuccess ? {} : { error: words(new UpsError('remote-command-failed', { host, reason })) }),
        };
    }
}
