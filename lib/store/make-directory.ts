import { existsSync, mkdirSync } from 'node:fs';
import { dirname, resolve } from 'node:path';

/**
 * Creates a directory and its parents, one by one: Node's own recursive way never returns below a folder of /proc.
 * @throws the error of the system
 */
export function makeDirectory(directory: string): void {
    const path = resolve(directory);
    if (existsSync(path)) return;
    const parent = dirname(path);
    if (parent !== path) makeDirectory(parent);
    try {
        mkdirSync(path);
    } catch (error) {
        // Another process was faster.
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
}
