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
    /** From the start of the job, ms. */
    ms: number;
    exitCode?: number;
    signal?: string;
    stdout?: string;
    stderr?: string;
    /** Bytes of output that were not kept. */
    dropped?: number;
    /** The connection broke after the host had taken the command. */
    disconnected?: boolean;
    /** It was taken before a restart of ours, which cut the connection: how it ended is not known. */
    interrupted?: boolean;
    error?: Told;
}

/** What a restart has to know, by target key. */
export interface SshProgress {
    accepted: string[];
    settled: Record<string, SshHostOutcome>;
}

export interface SshRequest extends Omit<SshOptions, 'onAccepted'> {
    targets: readonly SshTarget[];
    parallel: number;
    /** Further tries, only while the host has not taken the command; Infinity: as long as the signal allows. */
    retries: number;
    /** No further try begins after so many ms. Default: no limit. */
    patienceMs?: number;
    progress: SshProgress;
    save(): void;
    /** A failure as a sentence. */
    words(error: UpsError): string;
    onSettled?(outcome: SshHostOutcome): void;
    signal?: AbortSignal;
}

/** A connection that has not got anywhere in this time gives its place to the next host, and goes on. */
const PROMPT_MS = 2000;
const RETRY_DELAY_MS = 1000;
const LONGEST_RETRY_MS = 15_000;

/** Runs one command on many hosts; a dead one delays no other. */
export class SshCommander {
    constructor(private readonly clock: Clock) {}

    /**
     * One outcome per target, in their order. Failures of hosts are outcomes, not errors.
     * When the signal is given for the end of the event (see `endOf`), hosts that have not been given the command get it no more.
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
                    // What was refused once is refused again; what was taken must not be given again.
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
                    // Its turn may come yet: nothing is kept of it.
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
                // To take a place from a session would be to cut off a command that runs: there is one for every host.
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

    /** A command that a host had taken when we were cut short is not given again. */
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
