import { existsSync, readFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { packageProgram } from './checks.mjs';
import { root, runCaptured, runInherited, taskEnvironment } from './run.mjs';

/** A hundred Node-REDs are started: each takes a quarter less of the processor when the code of its packages is compiled already (Node 22 and later). */
const COMPILED = join(root, 'node_modules', '.cache', 'compiled');

/**
 * Runs specs in one mocha process and resolves with its counts and what `failed`; a process that died counts as one failure. What runs `aside`, while
 * another mocha has the terminal, is printed when it has ended. `givesWay`: it takes only the time that the others leave.
 */
export async function runSpecs({ title, specs, ignore = [], env = {}, givesWay = false }, { aside = false } = {}) {
    const heading = `\n--- ${title}`;
    if (!aside) console.log(heading);
    const begun = Date.now();
    const folder = mkdtempSync(join(tmpdir(), 'ridethrough-mocha-'));
    const countsFile = join(folder, 'counts.json');
    try {
        const mocha = [
            process.execPath,
            packageProgram([
                'mocha/bin/mocha.js',
                '--reporter',
                join(root, 'scripts', 'mocha-reporter.cjs'),
                ...ignore.flatMap((pattern) => ['--ignore', pattern]),
                ...specs,
            ]),
            {
                cwd: root,
                givesWay,
                env: taskEnvironment({ NODE_COMPILE_CACHE: COMPILED, ...env, MOCHA_COUNTS: countsFile }),
            },
        ];
        const { code, output } = aside ? await runCaptured(...mocha) : { code: await runInherited(...mocha) };
        if (aside) console.log(`${heading}\n${output}`);
        console.log(`${title}: ${Math.round((Date.now() - begun) / 1000)} s`);
        if (!existsSync(countsFile)) {
            const message = `mocha ended with code ${code} before it had run the specs`;
            console.error(message);
            return { passes: 0, failures: 1, pending: 0, failed: [{ title, message }] };
        }
        const counts = JSON.parse(readFileSync(countsFile, 'utf8'));
        if (code === 0 || counts.failures) return counts;
        return { ...counts, failures: 1, failed: [{ title, message: `mocha ended with code ${code}` }] };
    } finally {
        rmSync(folder, { recursive: true, force: true });
    }
}
