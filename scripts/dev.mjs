#!/usr/bin/env node
// Every npm script comes through here: `node scripts/dev.mjs <task> [arguments]`.
// This file and scripts/lib/ must run on the machine's own Node (20 and up) and without any package: their work is to get
// the packages, and with them the Node that everything else runs on (Node-RED 5 refuses Node 20).
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { ensureInstalled } from './lib/install.mjs';
import { projectNode } from './lib/project-node.mjs';
import { root, runInherited } from './lib/run.mjs';

const tasksFolder = fileURLToPath(new URL('./tasks/', import.meta.url));
const tasks = readdirSync(tasksFolder)
    .filter((file) => file.endsWith('.mjs'))
    .map((file) => file.slice(0, -'.mjs'.length));

const [task, ...args] = process.argv.slice(2);
const followParent = fileURLToPath(new URL('./follow-parent.cjs', import.meta.url));
if (process.env.npm_lifecycle_event) createRequire(import.meta.url)(followParent);

try {
    if (!tasks.includes(task)) throw new Error(`Unknown task "${task ?? ''}". There are: ${tasks.join(', ')}.`);
    await ensureInstalled();
    const node = projectNode();
    process.exitCode = await runInherited(
        node,
        ['--require', followParent, join(tasksFolder, `${task}.mjs`), ...args],
        {
            cwd: root,
        },
    );
} catch (error) {
    console.error(`\n${error.message}`);
    // Whoever reads the last line of `npm test` must find a count there, even if it never came to a test.
    if (task === 'test') console.log('0 passed, 1 failed');
    process.exitCode = 1;
}
