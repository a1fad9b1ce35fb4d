/** A copy without undefined properties: readings then compare equal, and print only what is known. */
export function definedOnly<T extends object>(values: T): T {
    const copy = {} as T;
    for (const key in values) if (values[key] !== undefined) copy[key] = values[key];
    return copy;
}
