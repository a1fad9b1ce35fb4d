import type { ServerResponse } from 'node:http';
import { Slices } from '../../../lib/core/turns';

/** A reader that takes nothing for so long is cut off, ms. */
const STALLED_MS = 60_000;

/** Ends an answer whose reader takes nothing for a minute. */
export function cutOffWhereStalled(response: ServerResponse): void {
    response.setTimeout(STALLED_MS, () => response.destroy());
}

/**
 * Sends a long answer piece by piece, each when the ones before are on their way, with turns of others between them. Resolves when all is handed
 * over, or when whoever asked has gone away.
 */
export async function sendPieces(
    response: ServerResponse,
    pieces: readonly Uint8Array[],
    slices = new Slices(),
): Promise<void> {
    const bytes = pieces.reduce((sum, { byteLength }) => sum + byteLength, 0);
    response.setHeader('Content-Length', bytes);
    cutOffWhereStalled(response);
    for (const piece of pieces) {
        if (response.destroyed) return;
        if (!response.write(piece) && !response.destroyed) await drained(response);
        await slices.breathe();
    }
    response.end();
}

function drained(response: ServerResponse): Promise<void> {
    return new Promise((resolve) => {
        const done = () => {
            response.off('drain', done).off('close', done);
            resolve();
        };
        response.on('drain', done).on('close', done);
    });
}
