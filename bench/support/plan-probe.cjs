'use strict';
// A file of nodes without a node: tells the bench how long the plan takes in this Node-RED, if the measured build has it.
const { existsSync } = require('node:fs');
const { join } = require('node:path');
const { performance } = require('node:perf_hooks');

module.exports = (RED) => {
    const shared = join(process.env.RIDETHROUGH_NODES_DIR, 'dist/nodes/shared/runtime');
    const flowOf = () => {
        const file = join(shared, 'flow-of.js');
        return existsSync(file) ? require(file).flowOf(RED) : undefined;
    };
    process.on('message', async ({ ask, times }) => {
        if (ask === 'plan') tellPlan(flowOf());
        if (ask === 'plan-times') {
            const flow = flowOf();
            const { runningWires } = require(join(shared, 'running-wires.js'));
            const views = await timed(times, () => flow.planView());
            const wires = await timed(times, () => runningWires(RED));
            const steps = flow.planView().sources.flatMap((source) => source.steps).length;
            process.send({ steps, ...views, wires });
        }
    });
};

function tellPlan(flow) {
    if (!flow?.plan) return void process.send({});
    const began = performance.now();
    const { sources } = flow.plan();
    const ms = performance.now() - began;
    const jobs = sources.flatMap(({ events }) => events.flatMap(({ jobs: own }) => own)).length;
    process.send({ ms, jobs });
}

/** Each in a turn of its own. */
async function timed(times, work) {
    const used = () => {
        const { user, system } = process.threadCpuUsage?.() ?? process.cpuUsage();
        return (user + system) / 1000;
    };
    const found = { ms: [], processorMs: [] };
    for (let n = 0; n < times; n++) {
        await new Promise((resolve) => setTimeout(resolve, 20));
        const [began, before] = [performance.now(), used()];
        work();
        found.ms.push(performance.now() - began);
        found.processorMs.push(used() - before);
    }
    return found;
}
