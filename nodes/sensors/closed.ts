const CLOSED = ['true', '1', 'on', 'closed', 'high'];
const OPEN = ['false', '0', 'off', 'open', 'low'];

/** Whether a reading says that a contact is closed; undefined when it says neither. */
export function asClosed(value: unknown): boolean | undefined {
    if (typeof value === 'boolean') return value;
    if (typeof value !== 'number' && typeof value !== 'string') return undefined;
    const text = String(value).trim().toLowerCase();
    if (CLOSED.includes(text)) return true;
    return OPEN.includes(text) ? false : undefined;
}
