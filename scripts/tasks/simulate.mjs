// `npm run simulate -- --seed 7 --outages 2`: the deterministic simulation; `--help` tells the options.
import { join } from 'node:path';
import { root, runInherited } from '../lib/run.mjs';

process.exitCode = await runInherited(
    process.execPath,
    ['--require', 'tsx/cjs', join(root, 'test', 'simulation', 'cli.ts'), ...process.argv.slice(2)],
    { cwd: root, env: { ...process.env, TZ: 'UTC' } },
);
