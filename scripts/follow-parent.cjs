'use strict';
// Preloaded (`node --require`) into each process down to Node-RED: ends it in good order when the one that started it is
// gone, however it went. Else a killed `npm start` would leave a Node-RED behind that holds the port and the store.
const { readFileSync } = require('node:fs');

const CHECK_MS = 500;
const parent = process.ppid;
// npm runs its scripts in a shell, which survives a killed npm: for npm's own child it is the grandparent that counts.
const isNpmChild = process.env.npm_lifecycle_event && /dev\.mjs$/.test(process.argv[1] ?? '');
const npm = isNpmChild ? parentOf(parent) : undefined;

setInterval(() => {
    const npmIsGone = npm !== undefined && parentOf(parent) !== npm;
    if (process.ppid !== parent || npmIsGone) process.kill(process.pid, 'SIGTERM');
}, CHECK_MS).unref();

/** Parent of another process, where the system tells (Linux); `undefined` elsewhere. */
function parentOf(pid) {
    let stat;
    try {
        stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    } catch (error) {
        if (['ENOENT', 'ESRCH'].includes(error.code)) return undefined;
        throw error;
    }
    // "pid (name, which may hold anything) state ppid ..."
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
}
