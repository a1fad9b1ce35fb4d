// `npm run bench -- [names]`: builds, then measures; one JSON object per line on stdout, and nothing else there.
import { join } from 'node:path';
import { build } from '../lib/build.mjs';
import { root, runInherited } from '../lib/run.mjs';

if (await build()) {
    process.exitCode = await runInherited(process.execPath, [
        '--require',
        'tsx/cjs',
        join(root, 'bench', 'run.ts'),
        ...process.argv.slice(2),
    ]);
} else {
    console.error('The build failed, so nothing was measured.');
    process.exitCode = 1;
}
