'use strict';
// Preloaded (`node --require`) into each process down to Node-RED: ends it in good order when the one that started it is
// gone, however it went. Else a killed `npm start` would leave a Node-RED behind that holds the port and the store.

const CHECK_MS = 500;
const parent = process.ppid;

setInterval(() => {
    if (process.ppid !== parent) process.kill(process.pid, 'SIGTERM');
}, CHECK_MS).unref();
