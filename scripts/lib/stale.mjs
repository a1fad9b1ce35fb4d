import { existsSync, readdirSync, rmSync, statSync, utimesSync } from 'node:fs';
import { join, relative } from 'node:path';
import { root } from './run.mjs';

const OUTPUT = /\.(js|js\.map|d\.ts)$/;

/** Removes compiled files whose TypeScript is gone: a stale node would still be packed and loaded. */
export function removeStale() {
    const dist = join(root, 'dist');
    if (!existsSync(dist)) return;
    for (const entry of readdirSync(dist, { recursive: true, withFileTypes: true })) {
        if (!entry.isFile() || !OUTPUT.test(entry.name)) continue;
        const file = join(entry.parentPath ?? entry.path, entry.name);
        const source = join(root, relative(dist, file).replace(OUTPUT, '.ts'));
        if (!existsSync(source)) rmSync(file);
    }
}

/** What a build is made of. */
const SOURCES = [
    ...['lib', 'nodes', 'locales', 'icons', 'simulators', 'flows', 'package.json', join('scripts', 'lib')],
    ...['lib', 'nodes', 'ui', 'locales', 'icons', 'package.json', 'vite.config.mjs'].map((name) =>
        join('packages', 'dashboard', name),
    ),
];
/** Its time is that of the last build that succeeded. */
const STAMP = join('dist', 'build.tsbuildinfo');

/** Notes in `folder` that a build which began at `began` (epoch ms) has succeeded. */
export function noteBuilt(began, folder = root) {
    const stamp = join(folder, STAMP);
    if (existsSync(stamp)) utimesSync(stamp, began / 1000, began / 1000);
}

/** Whether anything in `folder` was saved, made or removed since its last build that succeeded. */
export function isStale(folder = root) {
    const stamp = join(folder, STAMP);
    if (!existsSync(stamp)) return true;
    const built = statSync(stamp).mtimeMs;
    const isNewer = (path) => statSync(path).mtimeMs > built;
    return SOURCES.map((name) => join(folder, name))
        .filter((path) => existsSync(path))
        .some((path) => {
            if (isNewer(path)) return true;
            if (!statSync(path).isDirectory()) return false;
            return readdirSync(path, { recursive: true }).some((name) => isNewer(join(path, name)));
        });
}
