// Builds, and runs Node-RED with the shipped flows on a working copy in .ridethrough/ (or RIDETHROUGH_USER_DIR).
import { randomBytes } from 'node:crypto';
import { existsSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createRequire } from 'node:module';
import { accessProblem } from '../lib/access.mjs';
import { build } from '../lib/build.mjs';
import { portIsFree } from '../lib/port.mjs';
import { root, runInherited, taskEnvironment } from '../lib/run.mjs';
import { provideFlows } from '../lib/shipped-flows.mjs';

const PATIENCE_MS = 5000;
const host = process.env.HOST || '127.0.0.1';
const port = Number(process.env.PORT || 1880);
const userDir = resolve(root, process.env.RIDETHROUGH_USER_DIR || '.ridethrough');
const accessFile = join(userDir, 'access.cjs');

async function start() {
    const access = existsSync(accessFile) ? createRequire(import.meta.url)(accessFile) : {};
    const problem = accessProblem(host, access, accessFile);
    if (problem) {
        console.error(problem);
        return 1;
    }
    if (!(await build())) {
        console.error('The build failed, so nothing was started.');
        return 1;
    }
    // Node-RED itself looks for the port only after its flows have begun to run.
    if (!(await portIsFree(port, host, PATIENCE_MS))) {
        console.error(
            `Port ${port} of ${host} is in use, perhaps by a Node-RED that runs already. Try PORT=${port + 1} npm start`,
        );
        return 1;
    }
    for (const sentence of provideFlows(join(root, 'flows'), userDir)) console.log(sentence);
    const secretFile = join(userDir, 'credential-secret');
    if (!existsSync(secretFile)) writeFileSync(secretFile, randomBytes(32).toString('hex'), { mode: 0o600 });
    console.log(`Starting Node-RED on http://${host}:${port} (Ctrl-C ends it)`);
    const program = join(root, 'node_modules', 'node-red', 'red.js');
    return runInherited(
        process.execPath,
        [
            '--require',
            join(root, 'scripts', 'follow-parent.cjs'),
            program,
            '--settings',
            join(root, 'scripts', 'settings.cjs'),
            '--userDir',
            userDir,
            ...process.argv.slice(2),
        ],
        {
            cwd: root,
            env: taskEnvironment({
                HOST: host,
                PORT: String(port),
                RIDETHROUGH_NODES_DIR: resolve(root),
                RIDETHROUGH_SECRET_FILE: secretFile,
                ...(existsSync(accessFile) ? { RIDETHROUGH_ACCESS_FILE: accessFile } : {}),
            }),
        },
    );
}

process.exitCode = await start();
