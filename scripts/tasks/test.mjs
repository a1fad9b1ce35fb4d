// Everything that must hold before a change is done: it builds, type-checks, is linted and formatted, and its tests pass
// on both Node-REDs. A failed check counts as one failure. What failed is told once more at the end; the last line is the sum.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from '../lib/build.mjs';
import { CHECKS, packageProgram } from '../lib/checks.mjs';
import { root, runCaptured } from '../lib/run.mjs';
import { runSpecs } from '../lib/specs.mjs';
import { STAGES } from '../lib/stages.mjs';

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
const failedSpecs = [];
for (const stage of STAGES) {
    const results = await Promise.all(stage.map((run, index) => runSpecs(run, { aside: index > 0 })));
    for (const counts of results) {
        for (const key of Object.keys(sum)) sum[key] += counts[key];
        failedSpecs.push(...counts.failed);
    }
}
await checks;

const version = (name) => JSON.parse(readFileSync(join(root, 'node_modules', name, 'package.json'), 'utf8')).version;
console.log(
    `Node ${process.version}, Node-RED ${version('node-red')} and ${version('node-red-4')}, ` +
        `${Math.round((Date.now() - started) / 1000)} s`,
);
for (const { title, message } of failedSpecs)
    console.log(`FAILED ${title}\n       ${message.split('\n').slice(0, 5).join('\n       ')}`);
if (failedChecks.length) console.log(`Failed checks: ${failedChecks.join(', ')}`);

const failed = sum.failures + failedChecks.length;
process.exitCode = failed ? 1 : 0;
console.log(`${sum.passes} passed, ${failed} failed${sum.pending ? `, ${sum.pending} skipped` : ''}`);
