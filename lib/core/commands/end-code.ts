import { UpsError } from '../errors';

/** When a node closes, it waits so long for attempts that may have had their effect. Node-RED gives a close 15 s, Docker a stop of Node-RED 10 s. */
export const CLOSE_GRACE_MS = 8_000;

/** Why a job stops although nothing failed: its event is over or no longer counts, or a newer job takes its place. */
export type EndCode = 'event-over' | 'mains-failed-again' | 'superseded' | 'on-mains';

const CODES: readonly unknown[] = ['event-over', 'mains-failed-again', 'superseded', 'on-mains'] satisfies EndCode[];

/** Which of these ends an error stands for, if any. */
export function endCode(error: unknown): EndCode | undefined {
    const code = error instanceof UpsError ? error.code : undefined;
    return CODES.includes(code) ? (code as EndCode) : undefined;
}

/** Undefined if the signal was not given, or was given for another reason, such as the close of a node. */
export function endOf(signal: AbortSignal | undefined): EndCode | undefined {
    return signal?.aborted ? endCode(signal.reason) : undefined;
}
