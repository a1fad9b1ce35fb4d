import { Gate } from '../../../lib/core/gate';
import { onePerFlow } from '../runtime/flow-of';
import { ApiError, type ApiCall } from './api-route';

/** Reports and files are made in slices; two at once leave the machine its time for everything else. */
const AT_ONCE = 2;
const MOST_WAITING = 8;
const RETRY_SECONDS = 5;

const gateOf = onePerFlow(() => new Gate(AT_ONCE, MOST_WAITING));

/** Answers what costs much: reports, CSV and archives. At most two are made at once in this Node-RED, eight wait. @throws ApiError 429 */
export function costly<T>({ RED, request }: ApiCall, make: () => Promise<T>): Promise<T | undefined> {
    const passed = gateOf(RED).pass(async () => {
        // Who has gone away meanwhile needs no answer.
        return request.socket.destroyed ? undefined : make();
    });
    if (!passed) throw new ApiError(429, 'busy', { retryAfter: RETRY_SECONDS });
    return passed;
}
