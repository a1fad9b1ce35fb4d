// `npm run freeze`: keeps the flows of this version, and what its dialogs and its runtime say, in test/fixtures/frozen/<version>, for ever.
import { join } from 'node:path';
import { build } from '../lib/build.mjs';
import { root, runInherited } from '../lib/run.mjs';

if (await build()) {
    const program = join(root, 'test', 'support', 'frozen', 'freeze-main.ts');
    process.exitCode = await runInherited(process.execPath, ['--require', 'tsx/cjs', program], { cwd: root });
} else {
    console.error('The build failed, so nothing was frozen.');
    process.exitCode = 1;
}
