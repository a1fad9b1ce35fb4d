'use strict';
// Preloaded into every measured Node-RED, the bare one too: tells its memory, and what a load costs, when asked.
const { monitorEventLoopDelay } = require('node:perf_hooks');

let cpuBefore;
let delays;

process.on('message', ({ ask }) => {
    if (ask === 'begin-load') {
        cpuBefore = process.cpuUsage();
        delays = monitorEventLoopDelay({ resolution: 5 });
        delays.enable();
        process.send({});
    }
    if (ask === 'end-load') {
        const { user, system } = process.cpuUsage(cpuBefore);
        delays.disable();
        process.send({ cpuMs: (user + system) / 1000, worstLagMs: delays.max / 1e6 });
    }
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
