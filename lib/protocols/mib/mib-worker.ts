import { parentPort, workerData } from 'node:worker_threads';
import { asUpsError } from '../../core/errors';
import { readMib } from './objects';
import type { WorkerAnswer } from './read-aside';

/** The body of the thread that `readMibAside` starts: one file, one answer. */
function answer(): WorkerAnswer {
    try {
        return { json: JSON.stringify(readMib(workerData as Uint8Array)) };
    } catch (error) {
        const { code, data } = asUpsError(error, 'protocol', {});
        return { code, data };
    }
}

parentPort?.postMessage(answer());
