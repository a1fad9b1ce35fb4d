import { CHECKS, packageProgram } from '../lib/checks.mjs';
import { runInherited } from '../lib/run.mjs';

const codes = await Promise.all(
    ['typecheck', 'typecheck editor'].map((name) => runInherited(process.execPath, packageProgram(CHECKS[name]))),
);
process.exitCode = Math.max(...codes);
