import { createServer } from 'node:net';

/** Resolves to whether a TCP port can be listened on, trying for `patienceMs` (an ending Node-RED needs a moment). */
export async function portIsFree(port, host, patienceMs) {
    const until = Date.now() + patienceMs;
    for (;;) {
        if (await tryPort(port, host)) return true;
        if (Date.now() > until) return false;
        await new Promise((done) => setTimeout(done, 200));
    }
}

function tryPort(port, host) {
    return new Promise((resolve, reject) => {
        const server = createServer();
        server.once('error', (error) => (error.code === 'EADDRINUSE' ? resolve(false) : reject(error)));
        server.listen(port, host, () => server.close(() => resolve(true)));
    });
}
