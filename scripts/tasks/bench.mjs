// `npm run --silent bench -- [names]`: one JSON object per measurement on stdout, everything else on stderr.
import { join } from 'node:path';
import { build } from '../lib/build.mjs';
import { root, runInherited } from '../lib/run.mjs';

const STDOUT_TO_STDERR = ['ignore', 2, 2];

if (await build({ stdio: STDOUT_TO_STDERR })) {
    process.exitCode = await runInherited(
        process.execPath,
        ['--expose-gc', '--require', 'tsx/cjs', join(root, 'bench', 'run.ts'), ...process.argv.slice(2)],
        { cwd: root },
    );
} else {
    console.error('The build failed, so nothing was measured.');
    process.exitCode = 1;
}
