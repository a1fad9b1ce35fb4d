/** A copy without undefined properties: readings then compare equal, and print only what is known. */
export function definedOnly<T extends object>(values: T): T {
    return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as T;
}
