'use strict';
// A file of nodes without a node: tells the bench how long `flow.plan()` takes in this Node-RED, if the measured build has it.
const { existsSync } = require('node:fs');
const { join } = require('node:path');
const { performance } = require('node:perf_hooks');

module.exports = (RED) => {
    const file = join(process.env.RIDETHROUGH_NODES_DIR, 'dist/nodes/shared/runtime/flow-of.js');
    process.on('message', ({ ask }) => {
        if (ask !== 'plan') return;
        const flow = existsSync(file) ? require(file).flowOf(RED) : undefined;
        if (!flow?.plan) return void process.send({});
        const began = performance.now();
        const { sources } = flow.plan();
        const ms = performance.now() - began;
        const jobs = sources.flatMap(({ events }) => events.flatMap(({ jobs: own }) => own)).length;
        process.send({ ms, jobs });
    });
};
