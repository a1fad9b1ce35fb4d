'use strict';
// Preloaded into every measured Node-RED, the bare one too: tells its memory when asked.

process.on('message', ({ ask }) => {
    if (ask !== 'memory') return;
    // Twice: what finalizers let go in the first is collected in the second.
    global.gc();
    setTimeout(() => {
        global.gc();
        const { heapUsed, rss, external } = process.memoryUsage();
        process.send({ heapUsed, rss, external });
    }, 200);
});
// The channel alone shall not keep Node-RED alive.
process.channel?.unref();
