/** Runs something, and says which texts it normalised (`String.prototype.normalize`): the work that grows, counted instead of timed. */
export function normalised<T>(run: () => T): { result: T; texts: string[] } {
    const texts: string[] = [];
    const { normalize } = String.prototype;
    String.prototype.normalize = function (this: string, form?: string) {
        texts.push(this);
        return normalize.call(this, form);
    };
    const restore = () => void (String.prototype.normalize = normalize);
    try {
        return { result: settled(run(), restore), texts };
    } catch (error) {
        restore();
        throw error;
    }
}

/** A promise is counted until it is settled. */
function settled<T>(result: T, restore: () => void): T {
    if (result instanceof Promise) return result.finally(restore) as T;
    restore();
    return result;
}
