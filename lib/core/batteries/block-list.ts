import { MOST_MODULES } from './model';

const PART = /^(\d{1,3})(?:\s*-\s*(\d{1,3}))?$/;

/** The numbers of a list such as `1-10, 17`, or of an array; undefined: it is none, or a number is no block. An empty list means all, and gives an empty set. */
export function blockList(given: unknown): ReadonlySet<number> | undefined {
    const parts = typeof given === 'number' ? [given] : Array.isArray(given) ? (given as unknown[]) : texts(given);
    if (!parts) return undefined;
    const found = new Set<number>();
    for (const part of parts) {
        const [, first = '', last = first] = PART.exec(String(part).trim()) ?? [];
        const [from, to] = [Number(first), Number(last)];
        if (first === '' || from < 1 || to < from || to > MOST_MODULES) return undefined;
        for (let n = from; n <= to; n++) found.add(n);
    }
    return found;
}

function texts(given: unknown): string[] | undefined {
    if (given === undefined || given === null) return [];
    if (typeof given !== 'string') return undefined;
    return given
        .split(/[,;\s]+(?!-)(?<!-\s*)/)
        .map((part) => part.trim())
        .filter(Boolean);
}
