import { nodeSpecs } from './node-red-specs.mjs';

/** Whole outages in real time: they mostly wait. */
const RESTART = 'test/e2e/restart.spec.ts';
const STAGGERED = 'test/e2e/staggered-shutdown.spec.ts';

/** Many Node-REDs at once, about a minute. */
const SCENES = 'test/e2e/outage-scenes.spec.ts';

/** Scenes of a DC UPS, in real time as well. */
const PC_MODE = 'test/e2e/dc-ups-pc-mode.spec.ts';

/** Takes all cores; continuous integration plays many more (SIMULATION_SEEDS). */
const SIMULATION = 'test/simulation/simulation.spec.ts';

const e2e = (names) => names.map((name) => `test/e2e/${name}.spec.ts`);
/** Shipped flows that are pressed: they wait for a minute of the clock. */
const SENSOR_FLOWS = 'test/e2e/sensor-flows.spec.ts';
const UPS_EVENTS = 'test/e2e/ups-events.spec.ts';
/** Of a real browser, which looks at pages and reports, or opens dialogs: the specs of a lane use its pages one after the other. */
const PAGES = e2e([
    'ups-pages',
    'ups-pages-full',
    'pages-operate',
    'pages-reading',
    'three-am',
    'reports-print',
    'api',
]);
const DIALOGS = e2e(['made-by-plus', 'ups-sidebar', 'shipped-beside', 'frozen-rows', 'ups-pages-battery']);
/** Start one Node-RED or program after the other, and mostly wait for it. */
const PROCESSES = e2e(['pack-install', 'pages-packed', 'store-kill', 'series-kill', 'attacks', 'npm-start']);
/** Flows of a DC supply, which wait for the durations of its alarms, and of a battery room. */
const SUPPLY = e2e(['dc-supply-flow', 'outlet-pulse', 'battery-room', 'battery-kill']);

const PROTOCOLS = 'test/lib/protocols/**/*.spec.ts';

const nodes = nodeSpecs();

/**
 * What is ours alone, whichever Node-RED it runs on: once is enough. Each node has a spec of its own that runs on both, and so do the frozen flows, the
 * examples, the loading and the API.
 */
export const ONCE =
    /\/(shared\/.+|api-.+|frozen-verdicts|site-language|source-log|mib-files|nut-stages|battery-(room|papers|by-map)|automatic-mails|ups-battery-health)\.spec\.ts$/;

/**
 * One after the other; what stands together runs side by side: what computes beside what mostly waits. `MOCHA_TIMES=<file>` tells how long each
 * spec file takes, of the wall clock and of the processor.
 */
export const STAGES = [
    [{ title: 'outages in virtual time', specs: [SIMULATION] }],
    [
        { title: 'nodes on Node-RED 5', specs: nodes.onNodeRed },
        {
            title: 'lib, simulators, scripts, pages',
            specs: ['test/**/*.spec.ts', 'packages/*/test/**/*.spec.ts'],
            ignore: ['test/e2e/**', 'test/peers/**', 'test/nodes/**', SIMULATION, PROTOCOLS],
        },
        { title: 'protocols', specs: [PROTOCOLS] },
        { title: 'nodes without Node-RED', specs: nodes.without },
        {
            title: 'nodes on Node-RED 4.1',
            specs: nodes.onNodeRed.filter((spec) => !ONCE.test(spec)),
            env: { NODE_RED_UNDER_TEST: '4' },
        },
        { title: 'against independent programs', specs: ['test/peers/**/*.spec.ts'] },
    ],
    // What must not come late comes first, with company that mostly waits; all else gives way to it.
    [
        { title: 'end to end: outages', specs: [RESTART, STAGGERED] },
        {
            title: 'end to end: a DC UPS, events and sensors pressed, scenes',
            specs: [PC_MODE, SENSOR_FLOWS, UPS_EVENTS, SCENES],
        },
        {
            title: 'end to end',
            specs: ['test/e2e/**/*.spec.ts'],
            ignore: [
                RESTART,
                STAGGERED,
                SCENES,
                PC_MODE,
                SENSOR_FLOWS,
                UPS_EVENTS,
                ...PAGES,
                ...DIALOGS,
                ...PROCESSES,
                ...SUPPLY,
            ],
            givesWay: true,
        },
        { title: 'end to end: pages', specs: PAGES, givesWay: true },
        { title: 'end to end: dialogs', specs: DIALOGS, givesWay: true },
        { title: 'end to end: processes', specs: PROCESSES, givesWay: true },
        { title: 'end to end: a DC supply, a battery room', specs: SUPPLY },
    ],
];
