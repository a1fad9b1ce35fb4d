'use strict';
// Preloaded into every measured Node-RED, the bare one too: tells its memory, and what a load costs, when asked.
// BENCH_PROFILE names a folder for a CPU profile of each load; figures of such a run are too high.
const { writeFileSync } = require('node:fs');
const { Session } = require('node:inspector');
const { join } = require('node:path');
const { monitorEventLoopDelay, performance } = require('node:perf_hooks');
const { setImmediate } = require('node:timers');

const profiles = process.env.BENCH_PROFILE;

let cpuBefore;
let delays;
let profiler;
let turns;

process.on('message', ({ ask }) => {
    if (ask === 'begin-load') {
        if (profiles) beginProfile();
        cpuBefore = process.cpuUsage();
        delays = monitorEventLoopDelay({ resolution: 5 });
        delays.enable();
        process.send({});
    }
    if (ask === 'end-load') {
        const used = process.cpuUsage(cpuBefore);
        delays.disable();
        if (profiles) endProfile();
        process.send({ cpuMs: milliseconds(used), worstLagMs: delays.max / 1e6 });
    }
    if (ask === 'cpu') process.send({ cpuMs: milliseconds(process.cpuUsage()) });
    if (ask === 'begin-turns') {
        if (profiles) beginProfile();
        turns = watchTurns();
        process.send({});
    }
    if (ask === 'end-turns') {
        if (profiles) endProfile();
        process.send(turns.end());
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

function milliseconds({ user, system }) {
    return (user + system) / 1000;
}

/** Looks at each turn of the event loop. */
function watchTurns() {
    // Older Nodes tell only what all threads together took.
    const used = () => {
        const ofProcess = process.cpuUsage();
        // Linux counts the time of a thread in ticks of some milliseconds, unless it has just been asked for that of the process.
        return milliseconds(process.threadCpuUsage?.() ?? ofProcess);
    };
    const found = { count: 0, longestMs: 0, longestProcessorMs: 0 };
    let last = performance.now();
    let lastUsed = used();
    let isOver = false;
    const look = () => {
        const [now, nowUsed] = [performance.now(), used()];
        found.count++;
        found.longestMs = Math.max(found.longestMs, now - last);
        found.longestProcessorMs = Math.max(found.longestProcessorMs, nowUsed - lastUsed);
        [last, lastUsed] = [now, nowUsed];
        if (!isOver) setImmediate(look);
    };
    setImmediate(look);
    return {
        end() {
            isOver = true;
            return found;
        },
    };
}

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
