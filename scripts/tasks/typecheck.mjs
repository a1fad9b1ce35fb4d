import { CHECKS, packageProgram } from '../lib/checks.mjs';
import { runInherited } from '../lib/run.mjs';

const codes = await Promise.all(
    Object.keys(CHECKS)
        .filter((name) => name.startsWith('typecheck'))
        .map((name) => runInherited(process.execPath, packageProgram(CHECKS[name]))),
);
process.exitCode = Math.max(...codes);
