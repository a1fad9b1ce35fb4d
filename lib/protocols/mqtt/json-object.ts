/** A JSON object in UTF-8; undefined: it is none. */
export function jsonObject(bytes: Uint8Array): object | undefined {
    try {
        const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
        return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined;
    } catch {
        return undefined;
    }
}
