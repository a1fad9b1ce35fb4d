import { existsSync, readdirSync, statSync, watch } from 'node:fs';
import { join } from 'node:path';

/**
 * Calls `saved` with the path of each file that is saved, made or removed below `folder`. Each folder is watched by itself: where Node watches
 * recursively on Linux, it loses a file that a text editor replaces. Returns how to end it.
 */
export function watchFolders(folder, saved) {
    const watchers = new Map();
    const add = (path) => {
        const watcher = watch(path, (_event, name) => name && changed(join(path, name)));
        // A folder that is removed.
        watcher.on('error', () => watcher.close()).on('close', () => watchers.delete(path));
        watchers.set(path, watcher);
        for (const entry of readdirSync(path, { withFileTypes: true })) {
            if (entry.isDirectory()) add(join(path, entry.name));
        }
    };
    const changed = (path) => {
        const isFolder = existsSync(path) && statSync(path).isDirectory();
        if (!isFolder) return saved(path);
        if (watchers.has(path)) return;
        add(path);
        for (const entry of readdirSync(path, { recursive: true, withFileTypes: true })) {
            if (entry.isFile()) saved(join(entry.parentPath, entry.name));
        }
    };
    add(folder);
    return () => [...watchers.values()].forEach((watcher) => watcher.close());
}
