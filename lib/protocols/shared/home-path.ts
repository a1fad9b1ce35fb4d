import { homedir } from 'node:os';
import { join } from 'node:path';

/** A path of a setting as a shell would take it: `~` and what begins with `~/` is in the home directory of the user that Node-RED runs as. */
export function homePath(path: string): string {
    const typed = path.trim();
    return typed === '~' || /^~[/\\]/.test(typed) ? join(homedir(), typed.slice(1)) : path;
}
