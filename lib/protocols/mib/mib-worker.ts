import { parentPort, workerData } from 'node:worker_threads';
import { asUpsError } from '../../core/errors';
import { mibModules } from './mib-file';
import { mibObjects } from './objects';
import type { WorkerAnswer } from './read-aside';

/** The body of the thread that `readMibAside` starts: files that belong together, one answer. */
function answer(): WorkerAnswer {
    const files = workerData as Uint8Array[];
    let file: number | undefined;
    try {
        const modules = files.flatMap((bytes, at) => {
            file = at;
            return mibModules(bytes);
        });
        file = undefined;
        return { json: JSON.stringify(mibObjects(modules)) };
    } catch (error) {
        const { code, data } = asUpsError(error, 'protocol', {});
        return { code, data, ...(file !== undefined && { file }) };
    }
}

parentPort?.postMessage(answer());
