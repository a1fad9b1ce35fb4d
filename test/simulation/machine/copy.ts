/** As `structuredClone`, and many times as fast for what messages and settings are made of. @throws as that does, for functions */
export function copyOf<T>(value: T): T {
    if (typeof value !== 'object' || value === null)
        return typeof value === 'function' ? structuredClone(value) : value;
    if (Array.isArray(value)) return value.map(copyOf) as T;
    if (Object.getPrototypeOf(value) !== Object.prototype) return structuredClone(value);
    const copy: Record<string, unknown> = {};
    for (const key in value) copy[key] = copyOf(value[key]);
    return copy as T;
}
