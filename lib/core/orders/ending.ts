import { UpsError } from '../../core/errors';

/** How long what may have had its effect is waited for when a node closes: Node-RED gives a close 15 s, and Docker a stop of Node-RED 10 s. */
export const LEAVE_GRACE_MS = 8_000;

/** Why a job goes no further although nothing is wrong: what it acts on no longer stands, or the same was set off again. */
export type EndCode = 'event-over' | 'mains-failed-again' | 'superseded' | 'on-mains';

const CODES: readonly unknown[] = ['event-over', 'mains-failed-again', 'superseded', 'on-mains'] satisfies EndCode[];

/** Whether an error tells of the end of what a job acts on, and of which kind. */
export function endCode(error: unknown): EndCode | undefined {
    const code = error instanceof UpsError ? error.code : undefined;
    return CODES.includes(code) ? (code as EndCode) : undefined;
}

/** Undefined while the signal is not given, or was given for another reason, such as the closing of a node. */
export function endOf(signal: AbortSignal | undefined): EndCode | undefined {
    return signal?.aborted ? endCode(signal.reason) : undefined;
}
