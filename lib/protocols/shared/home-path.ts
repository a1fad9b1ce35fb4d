import { homedir } from 'node:os';
import { join } from 'node:path';

/** Expands a path as a shell does: `~` and `~/…` are in the home directory of the user that Node-RED runs as. */
export function homePath(path: string): string {
    const typed = path.trim();
    return typed === '~' || /^~[/\\]/.test(typed) ? join(homedir(), typed.slice(1)) : path;
}
