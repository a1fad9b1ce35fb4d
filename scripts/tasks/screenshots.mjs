// `npm run screenshots -- <folder> [--types ups-wol,ups-ssh] [--looks light,dark,de,phone]` takes pictures of every dialog and side bar;
// `npm run screenshots -- --docs` takes those of the operator's pages anew, light and dark, that docs/ and the README files show;
// `npm run screenshots -- <before> <after> [--types ...]` lists the dialogs whose pictures differ by more than a little.
import { join } from 'node:path';
import { build } from '../lib/build.mjs';
import { root, runInherited } from '../lib/run.mjs';

if (await build()) {
    process.exitCode = await runInherited(
        process.execPath,
        ['--require', 'tsx/cjs', join(root, 'test', 'e2e', 'support', 'screenshots.ts'), ...process.argv.slice(2)],
        { cwd: root },
    );
} else {
    console.error('The build failed, so there are no pictures.');
    process.exitCode = 1;
}
