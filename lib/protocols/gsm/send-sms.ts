import type { Clock } from '../../core/clock';
import { UpsError, asUpsError, reasonFor } from '../../core/errors';
import type { Told } from '../../core/language/sentence';
import { AtRefusal } from './at-channel';
import type { SmsPart } from '../../core/sms/parts';
import type { SmsSubmission } from './session';

/** Sends SMS: the modem, or its replacement in tests. */
export interface SmsGateway {
    submit(submission: SmsSubmission, patienceMs: number, signal?: AbortSignal): Promise<number | undefined>;
}

export interface SmsJob {
    recipients: readonly string[];
    parts: readonly SmsPart[];
    /** Reference of the first recipient, 0 to 255; each further recipient gets the next one. */
    reference: number;
    retries: number;
    /** Longest wait of one part for the modem. */
    patienceMs: number;
    /** Keys (`recipientPart`) of parts sent before an interruption. */
    served: ReadonlySet<string>;
    onServed(key: string): void;
    signal: AbortSignal;
}

export interface SmsOutcome {
    to: string;
    ok: boolean;
    /** Number of the `parts` that the network has accepted. */
    sent: number;
    parts: number;
    attempts: number;
    /** References that the network assigned in this run. */
    references: number[];
    error?: Told;
    cause?: unknown;
}

const RETRY_MS = [5_000, 15_000, 60_000] as const;

export const recipientPart = (to: string, part: SmsPart) => `${to}#${part.number}`;

/**
 * Sends every part to every recipient, one after the other. Temporary failures are retried; a failing recipient does not stop the
 * next one. An SMS whose answer was lost is sent again: a duplicate is better than a missing alarm.
 */
export async function sendSms(gateway: SmsGateway, clock: Clock, job: SmsJob): Promise<SmsOutcome[]> {
    const outcomes: SmsOutcome[] = [];
    for (const [index, to] of job.recipients.entries()) {
        outcomes.push(await sendTo(gateway, clock, job, to, (job.reference + index) & 0xff));
    }
    return outcomes;
}

async function sendTo(
    gateway: SmsGateway,
    clock: Clock,
    job: SmsJob,
    to: string,
    reference: number,
): Promise<SmsOutcome> {
    const outcome: SmsOutcome = { to, ok: true, sent: 0, parts: job.parts.length, attempts: 0, references: [] };
    for (const part of job.parts) {
        const key = recipientPart(to, part);
        if (!job.served.has(key)) {
            try {
                const given = await sendPart(gateway, clock, job, { to, part, reference }, () => outcome.attempts++);
                if (given !== undefined) outcome.references.push(given);
            } catch (error) {
                if (job.signal.aborted) throw new UpsError('interrupted', {}, { cause: error });
                const cause = asUpsError(error, 'device-refused', { host: to });
                return { ...outcome, ok: false, error: reasonFor(cause), cause };
            }
            job.onServed(key);
        }
        outcome.sent += 1;
    }
    return outcome;
}

async function sendPart(
    gateway: SmsGateway,
    clock: Clock,
    { retries, patienceMs, signal }: SmsJob,
    submission: SmsSubmission,
    count: () => void,
): Promise<number | undefined> {
    for (let attempt = 0; ; attempt++) {
        try {
            count();
            return await gateway.submit(submission, patienceMs, signal);
        } catch (error) {
            const temporary = error instanceof AtRefusal ? error.refusal.temporary : isSilence(error);
            if (attempt >= retries || !temporary || signal.aborted) throw error;
            await pause(clock, RETRY_MS[Math.min(attempt, RETRY_MS.length - 1)]!, signal);
        }
    }
}

function isSilence(error: unknown): boolean {
    return error instanceof UpsError && error.code === 'device-silent';
}

function pause(clock: Clock, ms: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
        const end = () => {
            clock.clearTimeout(timer);
            signal.removeEventListener('abort', end);
            resolve();
        };
        const timer = clock.setTimeout(end, ms);
        signal.addEventListener('abort', end, { once: true });
    });
}
