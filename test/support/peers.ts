import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

const EXTRA_FOLDERS = ['/usr/sbin', '/sbin', '/lib/nut', '/usr/lib/nut'];

/** Full path of an independent program, or undefined if this machine lacks it. */
export function findPeer(program: string): string | undefined {
    const folders = [...(process.env.PATH ?? '').split(delimiter), ...EXTRA_FOLDERS];
    return folders.map((folder) => join(folder, program)).find((path) => existsSync(path));
}

/**
 * For `before(function () { program = requirePeer(this, 'snmpsimd') })`: the program's path. Skips the suite if the machine
 * lacks it, and fails it when REQUIRE_PEERS=1 (as .ci/run sets).
 */
export function requirePeer(context: Mocha.Context, program: string): string {
    const path = findPeer(program);
    if (path) return path;
    if (process.env.REQUIRE_PEERS === '1') throw new Error(`peer ${program} is missing, and REQUIRE_PEERS=1`);
    context.skip();
}
