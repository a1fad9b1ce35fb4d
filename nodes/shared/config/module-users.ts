import { onePerFlow } from '../runtime/flow-of';

/**
 * The users of config nodes, by id: a config node connects for its first user, and disconnects after its last one. A deploy may replace
 * either of them alone.
 */
class ModuleUsers {
    private readonly users = new Map<string, Set<object>>();
    private readonly watchers = new Map<string, Set<(used: boolean) => void>>();

    /** Uses the module `id`, whether it exists or not. @returns ends the use; idempotent */
    use(id: string): () => void {
        const users = this.users.get(id) ?? new Set();
        this.users.set(id, users);
        const user = {};
        users.add(user);
        if (users.size === 1) this.tell(id, true);
        return () => {
            if (users.delete(user) && !users.size) this.tell(id, false);
        };
    }

    /** Calls `watcher` at once and after each change: whether the module has users. @returns unsubscribes */
    watch(id: string, watcher: (used: boolean) => void): () => void {
        const watchers = this.watchers.get(id) ?? new Set();
        this.watchers.set(id, watchers);
        watchers.add(watcher);
        watcher((this.users.get(id)?.size ?? 0) > 0);
        return () => void watchers.delete(watcher);
    }

    private tell(id: string, used: boolean): void {
        for (const watcher of this.watchers.get(id) ?? []) watcher(used);
    }
}

export const moduleUsersOf = onePerFlow(() => new ModuleUsers());
