import { CHECKS, packageProgram } from '../lib/checks.mjs';
import { runInherited } from '../lib/run.mjs';

process.exitCode = await runInherited(process.execPath, packageProgram(CHECKS.typecheck));
