import { sentenceOf, UpsError } from '../../core/errors';
import { said, type Told } from '../../core/language/sentence';
import { FanOut, isEnded, type Attempt, type AttemptResult } from '../shared/fan-out';
import type { Host } from '../shared/host';
import { hostKey } from '../shared/hosts';
import type { RefusalReason, RemoteCall } from './call';
import { callOnce, type CallOptions, type CallResult } from './client';

/** Refusals that a retry may overcome; for all others, a person has to change a setting. */
const RETRYABLE: readonly (RefusalReason | undefined)[] = ['too-many', 'not-ready', 'replayed'];
const FIRST_RETRY_MS = 1000;
const LONGEST_RETRY_MS = 15_000;
const LEAVE_GRACE_MS = 1000;

export interface CallManyOptions extends Omit<CallOptions, 'target'> {
    targets: readonly Host[];
    /** Number of retries. */
    retries: number;
    /** `hostKey`s of targets served before an interruption. */
    served: Iterable<string>;
    /** Called for each target as soon as it has the call, to journal it. */
    onServed(key: string): void;
    signal: AbortSignal;
}

export interface TargetOutcome {
    /** `host:port` */
    target: string;
    ok: boolean;
    outcome: 'accepted' | 'duplicate' | 'refused' | 'no-answer' | 'not-trusted' | 'served-before' | 'ended';
    attempts: number;
    /** From the start to the outcome, ms. */
    ms: number;
    /** The receiver ran the call as a dry run. */
    dryRun?: boolean;
    reason?: RefusalReason;
    error?: UpsError;
}

type CallOutcome = Pick<TargetOutcome, 'outcome' | 'dryRun' | 'reason' | 'error'>;

/**
 * Calls several receivers in parallel; an unreachable one does not delay the others. The call keeps its id over all retries, so
 * each receiver runs it once. Outcomes in the order of the targets; failures are outcomes. Targets that were not yet called when
 * the event ended (see `endOf`) have the outcome `ended`.
 * @throws UpsError interrupted when aborted; errors of `onServed`
 */
export async function callMany(call: RemoteCall, options: CallManyOptions): Promise<TargetOutcome[]> {
    const { targets, retries, clock, onServed, signal } = options;
    const served = new Set(options.served);
    const outcomes = new Map<string, TargetOutcome>();
    const troubles: unknown[] = [];
    const fanOut = new FanOut<Host, CallOutcome>(
        clock,
        targets.filter((target) => !served.has(hostKey(target))),
        (target) => attempt(call, { ...options, target }),
        (target, { ok, attempts, ms, value, error }) => {
            const key = hostKey(target);
            const word = value ?? (isEnded(error) ? ({ outcome: 'ended' } as const) : noAnswer(target, error ?? ''));
            outcomes.set(key, { target: key, ok, attempts, ms, ...word });
            if (!ok) return;
            try {
                onServed(key);
            } catch (trouble) {
                troubles.push(trouble);
            }
        },
        {
            parallel: 16,
            promptMs: 100,
            maxOpen: 64,
            retries,
            retryDelayMs: FIRST_RETRY_MS,
            maxRetryDelayMs: LONGEST_RETRY_MS,
            // A repeated call has the same id and does not run twice.
            leaveGraceMs: LEAVE_GRACE_MS,
        },
    );
    await fanOut.runUntil(signal);
    if (troubles.length) throw troubles[0];
    return targets.map((target) => {
        const key = hostKey(target);
        return outcomes.get(key) ?? { target: key, ok: true, outcome: 'served-before', attempts: 0, ms: 0 };
    });
}

function attempt(call: RemoteCall, options: CallOptions): Attempt<CallOutcome> {
    const { result, abort, begun } = callOnce(call, options);
    const ours = (): number => options.clock.now() / 1000;
    return { result: result.then((outcome) => verdict(options.target, outcome, ours())), abort, begun };
}

function verdict(target: Host, result: CallResult, ourSeconds: number): AttemptResult<CallOutcome> {
    const host = hostKey(target);
    if (result.kind === 'silent') {
        return { ok: false, error: result.reason, value: noAnswer(target, result.reason) };
    }
    if (result.kind === 'stranger') {
        const error = new UpsError('protocol', { reason: said('of', { what: host, how: result.reason }) });
        return { ok: false, final: true, error: result.reason, value: { outcome: 'not-trusted', error } };
    }
    const { outcome, reason, message, dryRun, time } = result.reply;
    if (outcome !== 'refused') return { ok: true, value: { outcome, ...(dryRun ? { dryRun } : {}) } };
    const error = refusal(host, reason, message, Math.round(ourSeconds - time));
    const word: CallOutcome = { outcome, ...(reason ? { reason } : {}), error };
    return { ok: false, final: !RETRYABLE.includes(reason), error: sentenceOf(error.code, error.data), value: word };
}

const REFUSALS: readonly RefusalReason[] = [
    'malformed',
    'replayed',
    'not-callable',
    'too-large',
    'too-many',
    'not-ready',
];

function refusal(
    host: string,
    reason: RefusalReason | undefined,
    message: string | undefined,
    apart: number,
): UpsError {
    if (reason === 'clock-skew') return new UpsError('clock-skew', { host, seconds: apart });
    if (reason === 'unsigned') return new UpsError('call-unsigned', { host });
    // The receiver's message is in its own language; the rest of the sentence is in ours.
    const known = reason && REFUSALS.includes(reason) ? said(`call.${reason}`) : undefined;
    return new UpsError('call-refused', { host, reason: known ?? message?.slice(0, 200) ?? said('call.none') });
}

function noAnswer(target: Host, reason: Told): CallOutcome {
    const error = new UpsError('call-unanswered', { host: hostKey(target), reason });
    return { outcome: 'no-answer', error };
}
