import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

let version: string | undefined;

/** The version in the nearest package.json, in the sources and in the build alike. */
export function packageVersion(): string {
    version ??= versionAbove(__dirname);
    return version;
}

function versionAbove(folder: string): string {
    const file = join(folder, 'package.json');
    if (existsSync(file)) return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
    const parent = dirname(folder);
    return parent === folder ? '?' : versionAbove(parent);
}
