// Everything that must hold before a change is done: it builds, type-checks, is linted and formatted, and its tests pass
// on both Node-REDs. A failed check counts as one failure; the last line is the sum.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from '../lib/build.mjs';
import { CHECKS, packageProgram } from '../lib/checks.mjs';
import { nodeSpecs } from '../lib/node-red-specs.mjs';
import { root, runCaptured } from '../lib/run.mjs';
import { runSpecs } from '../lib/specs.mjs';

/** Whole outages in real time: they mostly wait. */
const RESTART = 'test/e2e/restart.spec.ts';
const STAGGERED = 'test/e2e/staggered-shutdown.spec.ts';

/** Many Node-REDs at once, about a minute. */
const SCENES = 'test/e2e/outage-scenes.spec.ts';

/** Takes all cores; continuous integration plays many more (SIMULATION_SEEDS). */
const SIMULATION = 'test/simulation/simulation.spec.ts';

const e2e = (names) => names.map((name) => `test/e2e/${name}.spec.ts`);
/** Shipped flows that are pressed, and that wait for a minute of the clock. */
const PRESSED = e2e(['sensor-flows', 'ups-events', 'npm-start']);
/** Of a real browser that opens dialogs. */
const DIALOGS = e2e(['made-by-plus', 'ups-sidebar']);

const nodes = nodeSpecs();

/**
 * One after the other; what stands together runs side by side: what computes beside what mostly waits. `MOCHA_TIMES=<file>` tells how long each
 * spec file takes, of the wall clock and of the processor.
 */
const STAGES = [
    [{ title: 'outages in virtual time', specs: [SIMULATION] }],
    [
        { title: 'nodes on Node-RED 5', specs: nodes.onNodeRed },
        {
            title: 'lib, simulators, scripts',
            specs: ['test/**/*.spec.ts'],
            ignore: ['test/e2e/**', 'test/peers/**', 'test/nodes/**', SIMULATION],
        },
        { title: 'nodes without Node-RED', specs: nodes.without },
        { title: 'nodes on Node-RED 4.1', specs: nodes.onNodeRed, env: { NODE_RED_UNDER_TEST: '4' } },
        { title: 'against independent programs', specs: ['test/peers/**/*.spec.ts'] },
    ],
    // What must not come late has company that mostly waits.
    [
        { title: 'end to end: outages, disturbed', specs: [RESTART] },
        { title: 'end to end: outages, staggered', specs: [STAGGERED] },
        { title: 'end to end: shipped flows', specs: PRESSED },
    ],
    [
        {
            title: 'end to end',
            specs: ['test/e2e/**/*.spec.ts'],
            ignore: [RESTART, STAGGERED, SCENES, ...PRESSED, ...DIALOGS],
        },
        { title: 'end to end: dialogs', specs: DIALOGS },
        { title: 'end to end: scenes on the wire', specs: [SCENES] },
    ],
];

const started = Date.now();
const failedChecks = [];

async function check(name, run) {
    const begun = Date.now();
    const ok = await run();
    console.log(`${ok ? 'ok    ' : 'FAILED'} ${name} (${((Date.now() - begun) / 1000).toFixed(1)} s)`);
    if (!ok) failedChecks.push(name);
}

async function staticCheck(name) {
    const options = { cwd: root, givesWay: true };
    const { code, output } = await runCaptured(process.execPath, packageProgram(CHECKS[name]), options);
    if (output.trim()) console.log(output.trimEnd());
    return code === 0;
}

await check('build', build);
/** Beside the first specs, which mostly wait. */
const checks = Promise.all(Object.keys(CHECKS).map((name) => check(name, () => staticCheck(name))));

const sum = { passes: 0, failures: 0, pending: 0 };
for (const stage of STAGES) {
    const results = await Promise.all(stage.map((run, index) => runSpecs(run, { aside: index > 0 })));
    for (const counts of results) for (const key of Object.keys(sum)) sum[key] += counts[key];
}
await checks;

const version = (name) => JSON.parse(readFileSync(join(root, 'node_modules', name, 'package.json'), 'utf8')).version;
console.log(
    `Node ${process.version}, Node-RED ${version('node-red')} and ${version('node-red-4')}, ` +
        `${Math.round((Date.now() - started) / 1000)} s`,
);
if (failedChecks.length) console.log(`Failed checks: ${failedChecks.join(', ')}`);

const failed = sum.failures + failedChecks.length;
process.exitCode = failed ? 1 : 0;
console.log(`${sum.passes} passed, ${failed} failed${sum.pending ? `, ${sum.pending} skipped` : ''}`);
