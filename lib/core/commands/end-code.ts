import { UpsError } from '../errors';

/**
 * How long a closing node waits for attempts that may already have had an effect, ms. Node-RED allows 15 s for a close, Docker 10 s for a
 * stop of Node-RED.
 */
export const CLOSE_GRACE_MS = 8_000;

/** Why a job stops although nothing failed: its event is over or no longer counts, a newer job takes its place, or a person has aborted it. */
export type EndCode = 'event-over' | 'mains-failed-again' | 'superseded' | 'on-mains' | 'aborted';

const CODES: readonly unknown[] = [
    'event-over',
    'mains-failed-again',
    'superseded',
    'on-mains',
    'aborted',
] satisfies EndCode[];

/** The end code of an error; undefined if the error is another failure. */
export function endCode(error: unknown): EndCode | undefined {
    const code = error instanceof UpsError ? error.code : undefined;
    return CODES.includes(code) ? (code as EndCode) : undefined;
}

/** The end code of an aborted signal; undefined if it is not aborted, or for another reason, such as the close of a node. */
export function endOf(signal: AbortSignal | undefined): EndCode | undefined {
    return signal?.aborted ? endCode(signal.reason) : undefined;
}
