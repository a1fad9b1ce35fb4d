import { existsSync, readFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { packageProgram } from './checks.mjs';
import { root, runInherited, taskEnvironment } from './run.mjs';

/** Runs specs in one mocha process and resolves with its counts; a process that died counts as one failure. */
export async function runSpecs({ title, spec, ignore = [], env = {} }) {
    console.log(`\n--- ${title}`);
    const folder = mkdtempSync(join(tmpdir(), 'ridethrough-mocha-'));
    const countsFile = join(folder, 'counts.json');
    try {
        const code = await runInherited(
            process.execPath,
            packageProgram([
                'mocha/bin/mocha.js',
                '--reporter',
                join(root, 'scripts', 'mocha-reporter.cjs'),
                ...ignore.flatMap((pattern) => ['--ignore', pattern]),
                spec,
            ]),
            { cwd: root, env: taskEnvironment({ ...env, MOCHA_COUNTS: countsFile }) },
        );
        if (!existsSync(countsFile)) {
            console.error(`mocha ended with code ${code} before it had run the specs`);
            return { passes: 0, failures: 1, pending: 0 };
        }
        const counts = JSON.parse(readFileSync(countsFile, 'utf8'));
        return code !== 0 && counts.failures === 0 ? { ...counts, failures: 1 } : counts;
    } finally {
        rmSync(folder, { recursive: true, force: true });
    }
}
