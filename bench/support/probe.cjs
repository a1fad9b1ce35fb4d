'use strict';
// Preloaded into every measured Node-RED, the bare one too: tells its memory, and what a load costs, when asked.
// BENCH_PROFILE names a folder for a CPU profile of each load; figures of such a run are too high.
const { writeFileSync } = require('node:fs');
const { Session } = require('node:inspector');
const { join } = require('node:path');
const { monitorEventLoopDelay } = require('node:perf_hooks');

const profiles = process.env.BENCH_PROFILE;

let cpuBefore;
let delays;
let profiler;

process.on('message', ({ ask }) => {
    if (ask === 'begin-load') {
        if (profiles) beginProfile();
        cpuBefore = process.cpuUsage();
        delays = monitorEventLoopDelay({ resolution: 5 });
        delays.enable();
        process.send({});
    }
    if (ask === 'end-load') {
        const { user, system } = process.cpuUsage(cpuBefore);
        delays.disable();
        if (profiles) endProfile();
        process.send({ cpuMs: (user + system) / 1000, worstLagMs: delays.max / 1e6 });
    }
    if (ask !== 'memory') return;
    // Twice: what finalizers let go in the first is collected in the second.
    global.gc();
    setTimeout(() => {
        global.gc();
        const { heapUsed, heapTotal, rss, external } = process.memoryUsage();
        process.send({ heapUsed, heapTotal, rss, external });
    }, 200);
});
// The channel alone shall not keep Node-RED alive.
process.channel?.unref();

function beginProfile() {
    profiler = new Session();
    profiler.connect();
    profiler.post('Profiler.enable');
    profiler.post('Profiler.start');
}

function endProfile() {
    profiler.post('Profiler.stop', (error, { profile } = {}) => {
        if (!error) writeFileSync(join(profiles, `${process.pid}-${Date.now()}.cpuprofile`), JSON.stringify(profile));
    });
    profiler.disconnect();
}
