import { build } from '../lib/build.mjs';
import { packageProgram } from '../lib/checks.mjs';
import { runInherited } from '../lib/run.mjs';
import { isStale } from '../lib/stale.mjs';

/** These read nothing of dist. */
const OF_SOURCES = /^(\.\/)?(test\/(lib|simulation)|packages\/dashboard\/test)\//;

// `npm run mocha -- test/lib/core/clock.spec.ts`; builds first what other specs read of dist, where a source is newer.
const args = process.argv.slice(2);
const specs = args.filter((arg) => /\.ts$/.test(arg));
const needsBuild = specs.length === 0 || specs.some((spec) => !OF_SOURCES.test(spec));
if (needsBuild && isStale() && !(await build())) {
    console.error('The build failed, so no spec was run.');
    process.exitCode = 1;
} else {
    process.exitCode = await runInherited(process.execPath, packageProgram(['mocha/bin/mocha.js', ...args]));
}
