'use strict';
// Preloaded into Node-RED (`node --require`): ends it in good order when the process that started it is gone, however
// it went. Else a killed `npm start` would leave a Node-RED behind that holds the port and the store.

const CHECK_MS = 500;
const parent = process.ppid;

setInterval(() => {
    if (process.ppid !== parent) process.kill(process.pid, 'SIGTERM');
}, CHECK_MS).unref();
