// What the build makes beside the compiled code: dialogs, help, schemas, icons, catalogues, the package of the pages. In a process of its own, as it loads what was compiled.
import { copyAssets } from '../lib/assets.mjs';
import { buildDashboard } from '../lib/dashboard/index.mjs';

const problems = [...copyAssets(), ...(await buildDashboard())];
for (const problem of problems) console.error(`build: ${problem}`);
process.exitCode = problems.length === 0 ? 0 : 1;
