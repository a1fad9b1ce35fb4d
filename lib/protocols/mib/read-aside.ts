import { extname, join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { Clock } from '../../core/clock';
import { UpsError, type UpsErrorCode } from '../../core/errors';
import { refusedFile } from '../shared/refused-file';
import { MOST_MIB_BYTES } from './mib-file';

/** What the thread tells: the objects as JSON, or why there are none. */
export type WorkerAnswer = { json: string } | { code: UpsErrorCode; data: UpsError['data'] };

/** A large file takes seconds, on a small computer some more of them. */
const LONGEST_S = 60;
/** Far more than any file of 1 MiB takes. MiB. */
const MOST_MEMORY = 512;

/** Source files, as in tests, are read by tsx; built ones need nothing. */
const SUFFIX = extname(__filename);
const EXEC_ARGV = SUFFIX === '.ts' ? ['--require', 'tsx/cjs'] : [];

let queue: Promise<unknown> = Promise.resolve();

/**
 * The objects of a MIB file, read in a thread of its own: a large file takes seconds, in which no device would be polled. One file after the other.
 * @returns MibObject[] as JSON, so that nothing large is made anew here
 * @throws UpsError file-refused: as readMib; mib.tooSlow (it takes more than a minute, or too much memory)
 */
export function readMibAside(bytes: Uint8Array, clock: Clock): Promise<string> {
    // Refused by the reader at once, and not copied.
    const most = bytes.subarray(0, MOST_MIB_BYTES + 1);
    const turn = queue.then(() => inThread(most, clock));
    queue = turn.catch(() => undefined);
    return turn;
}

async function inThread(bytes: Uint8Array, clock: Clock): Promise<string> {
    const worker = new Worker(join(__dirname, `mib-worker${SUFFIX}`), {
        workerData: bytes,
        execArgv: EXEC_ARGV,
        resourceLimits: { maxOldGenerationSizeMb: MOST_MEMORY },
    });
    const tooSlow = () => refusedFile('mib.tooSlow', { s: LONGEST_S });
    let timer;
    try {
        const answer = await new Promise<WorkerAnswer>((resolve, reject) => {
            timer = clock.setTimeout(() => reject(tooSlow()), LONGEST_S * 1000);
            worker.once('message', resolve);
            worker.once('error', (error: NodeJS.ErrnoException) =>
                reject(error.code === 'ERR_WORKER_OUT_OF_MEMORY' ? tooSlow() : error),
            );
            worker.once('exit', () => reject(tooSlow()));
        });
        if ('json' in answer) return answer.json;
        throw new UpsError(answer.code, answer.data);
    } finally {
        clock.clearTimeout(timer);
        await worker.terminate();
    }
}
