import { constants } from 'node:os';
import { nodeSpecs } from './node-red-specs.mjs';

/** Whole outages in real time. */
const RESTART = 'test/e2e/restart.spec.ts';
const STAGGERED = 'test/e2e/staggered-shutdown.spec.ts';
/** Several Node-REDs at once, about two minutes. */
const SCENES = 'test/e2e/outage-scenes.spec.ts';

/** Takes all cores; continuous integration plays many more (SIMULATION_SEEDS). */
const SIMULATION = 'test/simulation/simulation.spec.ts';

const e2e = (names) => names.map((name) => `test/e2e/${name}.spec.ts`);
/** Shipped flows that are pressed, and that wait for a minute of the clock. */
const PRESSED = e2e(['sensor-flows', 'ups-events', 'npm-start']);
/** Of a real browser that opens dialogs. */
const DIALOGS = e2e(['made-by-plus', 'ups-sidebar']);
const ROWS = 'test/e2e/frozen-rows.spec.ts';

const nodes = nodeSpecs();
const { PRIORITY_NORMAL, PRIORITY_BELOW_NORMAL, PRIORITY_LOW } = constants.priority;

/**
 * Lanes run side by side; the runs of a lane one after the other. What must not come late has the first claim on the processor, what computes
 * takes what is left. `MOCHA_TIMES=<file>` tells how long each spec file takes, of the wall clock and of the processor.
 */
export const LANES = [
    {
        priority: PRIORITY_NORMAL,
        runs: [
            { title: 'end to end: outages, disturbed', specs: [RESTART] },
            { title: 'end to end: outages, staggered', specs: [STAGGERED] },
            { title: 'end to end: scenes on the wire', specs: [SCENES] },
            {
                title: 'end to end',
                specs: ['test/e2e/**/*.spec.ts'],
                ignore: [RESTART, STAGGERED, SCENES, ROWS, ...PRESSED, ...DIALOGS],
            },
        ],
    },
    {
        priority: PRIORITY_NORMAL,
        runs: [
            { title: 'against independent programs', specs: ['test/peers/**/*.spec.ts'] },
            { title: 'end to end: shipped flows', specs: PRESSED },
        ],
    },
    {
        priority: PRIORITY_BELOW_NORMAL,
        runs: [
            { title: 'nodes on Node-RED 5', specs: nodes.onNodeRed },
            {
                title: 'lib, simulators, scripts',
                specs: ['test/**/*.spec.ts'],
                ignore: ['test/e2e/**', 'test/peers/**', 'test/nodes/**', SIMULATION],
            },
            { title: 'nodes on Node-RED 4.1', specs: nodes.onNodeRed, env: { NODE_RED_UNDER_TEST: '4' } },
        ],
    },
    {
        priority: PRIORITY_BELOW_NORMAL,
        runs: [
            { title: 'end to end: dialogs', specs: DIALOGS },
            { title: 'nodes without Node-RED', specs: nodes.without },
        ],
    },
    { priority: PRIORITY_BELOW_NORMAL, runs: [{ title: 'end to end: rows of dialogs', specs: [ROWS] }] },
    { priority: PRIORITY_LOW, runs: [{ title: 'outages in virtual time', specs: [SIMULATION] }] },
];
