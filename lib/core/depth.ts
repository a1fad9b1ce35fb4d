/** Files and flows that people write have a few levels of objects and lists. */
export const DEEPEST = 32;
/** So many values on one level are looked at. */
const MOST = 1_000_000;

/**
 * Whether objects and lists are nested more deeply than anybody writes them, or are in themselves. What walks through such a value by recursion, JSON
 * included, ends with an overflow of the stack.
 */
export function isTooDeep(value: unknown): boolean {
    let level: object[] = objectsIn([value]);
    for (let depth = 1; level.length > 0; depth++) {
        if (depth > DEEPEST || level.length > MOST) return true;
        level = level.flatMap((each) => objectsIn(Object.values(each)));
    }
    return false;
}

function objectsIn(values: readonly unknown[]): object[] {
    return values.filter((each) => typeof each === 'object' && each !== null);
}
