import { randomBytes } from 'node:crypto';
import { existsSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { accessProblem } from './access.mjs';
import { portIsFree } from './port.mjs';
import { root, taskEnvironment } from './run.mjs';
import { provideFlows } from './shipped-flows.mjs';

const PATIENCE_MS = 5000;

/** Where `npm start` and `npm run watch` run Node-RED: HOST, PORT, and a working copy in .ridethrough/ (or RIDETHROUGH_USER_DIR). */
export const host = process.env.HOST || '127.0.0.1';
export const port = Number(process.env.PORT || 1880);
export const userDir = resolve(root, process.env.RIDETHROUGH_USER_DIR || '.ridethrough');
const accessFile = join(userDir, 'access.cjs');

/** Why nobody may come in as it is set up, as a sentence; undefined if all is well. */
export function accessFault() {
    const access = existsSync(accessFile) ? createRequire(import.meta.url)(accessFile) : {};
    return accessProblem(host, access, accessFile);
}

/** Why the port cannot be had; undefined if it can. Node-RED itself looks for it only after its flows have begun to run. */
export async function portFault(command) {
    if (await portIsFree(port, host, PATIENCE_MS)) return undefined;
    return `Port ${port} of ${host} is in use, perhaps by a Node-RED that runs already. Try PORT=${port + 1} ${command}`;
}

/** Makes the working copy: flows that are not there yet, and the key of the credentials. Returns sentences about it. */
export function prepareUserDir() {
    const told = provideFlows([join(root, 'flows'), join(root, 'packages', 'dashboard', 'examples')], userDir);
    const secretFile = join(userDir, 'credential-secret');
    if (!existsSync(secretFile)) writeFileSync(secretFile, randomBytes(32).toString('hex'), { mode: 0o600 });
    return told;
}

/** What Node-RED is started with, by the Node that runs this. @param more environment variables */
export function nodeRedProgram(more = {}) {
    const args = [
        ...['--require', join(root, 'scripts', 'follow-parent.cjs')],
        join(root, 'node_modules', 'node-red', 'red.js'),
        ...['--settings', join(root, 'scripts', 'settings.cjs')],
        ...['--userDir', userDir],
        ...process.argv.slice(2),
    ];
    const env = taskEnvironment({
        HOST: host,
        PORT: String(port),
        RIDETHROUGH_NODES_DIR: resolve(root),
        RIDETHROUGH_SECRET_FILE: join(userDir, 'credential-secret'),
        ...(existsSync(accessFile) ? { RIDETHROUGH_ACCESS_FILE: accessFile } : {}),
        ...more,
    });
    return { args, options: { cwd: root, env } };
}
