import { CHECKS, packageProgram } from '../lib/checks.mjs';
import { runInherited } from '../lib/run.mjs';

const checkOnly = process.argv.includes('--check');
const [program, , ...rest] = CHECKS.format;
process.exitCode = await runInherited(
    process.execPath,
    packageProgram([program, checkOnly ? '--check' : '--write', ...rest]),
);
