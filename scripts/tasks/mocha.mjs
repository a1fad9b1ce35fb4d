import { packageProgram } from '../lib/checks.mjs';
import { runInherited } from '../lib/run.mjs';

// `npm run mocha -- test/lib/core/clock.spec.ts`
process.exitCode = await runInherited(
    process.execPath,
    packageProgram(['mocha/bin/mocha.js', ...process.argv.slice(2)]),
);
