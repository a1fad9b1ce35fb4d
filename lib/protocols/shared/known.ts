/** A copy without the properties that are not known, so that readings compare and print as what is known. */
export function known<T extends object>(values: T): T {
    return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as T;
}
