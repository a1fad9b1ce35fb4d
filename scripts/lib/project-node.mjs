import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { root } from './run.mjs';

const LEAST = [22, 13];

/**
 * Path of the Node that everything runs on: the one that the `node` package brought, else the machine's own if it is new
 * enough (`node:sqlite` without a flag: 22.13).
 */
export function projectNode() {
    const file = process.platform === 'win32' ? 'node.exe' : 'node';
    const own = join(root, 'node_modules', 'node', 'bin', file);
    const found = versionOf(own);
    if (found && isEnough(found)) return own;
    const why = found
        ? `the Node in node_modules is ${found}`
        : 'the package "node" could not bring a Node of its own (its install script did not run, or not for this platform)';
    if (isEnough(process.version)) {
        console.log(`Note: ${why}; using the machine's Node ${process.version}.`);
        return process.execPath;
    }
    throw new Error(
        `Node ${LEAST.join('.')} or newer is needed: the machine's is ${process.version}, and ${why}.\n` +
            'Either install a newer Node, or let npm run that one script and try again:\n' +
            '    npm rebuild node --ignore-scripts=false',
    );
}

function versionOf(program) {
    const { status, stdout } = spawnSync(program, ['--version'], { encoding: 'utf8' });
    return status === 0 ? stdout.trim() : undefined;
}

function isEnough(version) {
    const [major, minor] = version.replace(/^v/, '').split('.').map(Number);
    return major > LEAST[0] || (major === LEAST[0] && minor >= LEAST[1]);
}
