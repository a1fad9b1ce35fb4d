import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

const EXTRA_FOLDERS = ['/usr/sbin', '/sbin', '/lib/nut', '/usr/lib/nut'];

/** Full path of an independent program, or undefined if this machine lacks it. */
export function findPeer(program: string): string | undefined {
    const folders = [...(process.env.PATH ?? '').split(delimiter), ...EXTRA_FOLDERS];
    return folders.map((folder) => join(folder, program)).find((path) => existsSync(path));
}

/** Chromium without a window, which takes a third less of the processor, or else the whole one. */
export function findBrowser(): string | undefined {
    return findPeer('chromium-headless-shell') ?? findPeer('chromium');
}

/**
 * For `before(function () { program = requirePeer(this, 'snmpsimd') })`: the program's path. Skips the suite if the machine
 * lacks it, and fails it when REQUIRE_PEERS=1 (as .ci/run sets).
 */
export function requirePeer(context: Mocha.Context, program: string): string {
    return required(context, program, findPeer(program));
}

/** As `requirePeer`. */
export function requireBrowser(context: Mocha.Context): string {
    return required(context, 'chromium', findBrowser());
}

function required(context: Mocha.Context, program: string, path: string | undefined): string {
    if (path) return path;
    if (process.env.REQUIRE_PEERS === '1') throw new Error(`peer ${program} is missing, and REQUIRE_PEERS=1`);
    context.skip();
}
