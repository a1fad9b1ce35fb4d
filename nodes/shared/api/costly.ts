import { Gate } from '../../../lib/core/gate';
import { onePerFlow } from '../runtime/flow-of';
import { ApiError, type ApiCall } from './api-route';

/** Reports and files are made in slices; two at once leave the machine its time for everything else. */
const AT_ONCE = 2;
const MOST_WAITING = 8;
/** Files that are sent while they are made: each waits for its reader. */
const MOST_STREAMS = 6;
const RETRY_SECONDS = 5;

const gateOf = onePerFlow(() => new Gate(AT_ONCE, MOST_WAITING));
const streamsOf = onePerFlow(() => ({ open: 0 }));

/** Answers what costs much: reports, CSV and archives. At most two are made at once in this Node-RED, eight wait. @throws ApiError 429 */
export function costly<T>({ RED, request }: ApiCall, make: () => Promise<T>): Promise<T | undefined> {
    const passed = gateOf(RED).pass(async () => {
        // Who has gone away meanwhile needs no answer.
        return request.socket.destroyed ? undefined : make();
    });
    if (!passed) throw busy();
    return passed;
}

/**
 * The pieces of a file, made as the reader takes them. Each piece waits for its turn among all that costs much; who reads slowly keeps nobody
 * else from anything. Throws ApiError 429 before the first piece, if too many are read at once.
 */
export async function* costlyPieces({ RED }: ApiCall, pieces: AsyncIterable<string>): AsyncGenerator<string, void> {
    const [gate, streams] = [gateOf(RED), streamsOf(RED)];
    if (streams.open >= MOST_STREAMS) throw busy();
    streams.open++;
    const source = pieces[Symbol.asyncIterator]();
    try {
        for (;;) {
            const piece = await gate.again(() => source.next());
            if (piece.done) return;
            yield piece.value;
        }
    } finally {
        streams.open--;
        await source.return?.();
    }
}

function busy(): ApiError {
    return new ApiError(429, 'busy', { retryAfter: RETRY_SECONDS });
}
