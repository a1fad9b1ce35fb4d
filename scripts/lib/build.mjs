import { copyAssets } from './assets.mjs';
import { packageProgram } from './checks.mjs';
import { buildDashboard } from './dashboard/index.mjs';
import { bundleEditor } from './editor-bundle.mjs';
import { noteBuilt, removeStale } from './stale.mjs';
import { root, runInherited } from './run.mjs';

/**
 * Compiles lib, nodes and simulators to dist/, bundles the editor plugin, lays beside them what Node-RED looks for there, and builds the package of the
 * pages. Incremental: writes only what changed, and removes what no longer has a source. Resolves to whether it succeeded.
 */
export async function build(options = {}) {
    const began = Date.now();
    removeStale();
    const code = await runInherited(
        process.execPath,
        packageProgram(['typescript-7/bin/tsc', '-p', 'tsconfig.build.json']),
        {
            cwd: root,
            ...options,
        },
    );
    const problems = [...copyAssets(), ...(await bundleEditor()), ...(await buildDashboard())];
    for (const problem of problems) console.error(`build: ${problem}`);
    const isWhole = code === 0 && problems.length === 0;
    if (isWhole) noteBuilt(began);
    return isWhole;
}
