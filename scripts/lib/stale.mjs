import { existsSync, readdirSync, rmSync } from 'node:fs';
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
