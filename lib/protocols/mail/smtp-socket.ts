import { connect, type Socket } from 'node:net';
import { names } from '../shared/names';
import { SentenceError, said } from '../../core/language/sentence';

/**
 * An open connection to a mail server. A look-up of its name that hangs does not delay other accounts. Rejects with Node's own
 * errors, or code ETIMEDOUT, EABORT.
 */
export function openSocket(host: string, port: number, timeoutMs: number, signal: AbortSignal): Promise<Socket> {
    return new Promise((resolve, reject) => {
        const socket = connect({ host, port, lookup: names.lookup });
        const onAbort = () => fail(Object.assign(new SentenceError(said('noAnswerInTime')), { code: 'EABORT' }));
        const settle = () => {
            signal.removeEventListener('abort', onAbort);
            socket.setTimeout(0).removeAllListeners('timeout');
        };
        const fail = (error: NodeJS.ErrnoException) => {
            settle();
            socket.destroy();
            reject(readable(error));
        };
        signal.addEventListener('abort', onAbort, { once: true });
        socket.setTimeout(timeoutMs, () =>
            fail(
                Object.assign(new SentenceError(said('noConnectionInS', { s: timeoutMs / 1000 })), {
                    code: 'ETIMEDOUT',
                }),
            ),
        );
        // The listener stays: an error before the next listener is attached must not end the process.
        socket.on('error', fail);
        socket.once('connect', () => {
            settle();
            resolve(socket);
        });
        if (signal.aborted) onAbort();
    });
}

/** If several addresses were tried, the error of the first. */
function readable(error: NodeJS.ErrnoException): NodeJS.ErrnoException {
    return error instanceof AggregateError ? (error.errors[0] as NodeJS.ErrnoException) : error;
}
