import { MOST_MODULES } from './model';

const PART = /^(\d{1,3})(?: ?- ?(\d{1,3}))?$/;
/** A list that names every block three times, with blanks, is shorter [ours]. */
const LONGEST_TEXT = 10_000;

/** The numbers of a list such as `1-10, 17`, or of an array; undefined: it is none, or a number is no block. An empty list means all, and gives an empty set. */
export function blockList(given: unknown): ReadonlySet<number> | undefined {
    const parts = typeof given === 'number' ? [given] : Array.isArray(given) ? (given as unknown[]) : texts(given);
    if (!parts || parts.length > LONGEST_TEXT) return undefined;
    const found = new Set<number>();
    for (const part of parts) {
        if (typeof part !== 'number' && typeof part !== 'string') return undefined;
        const text = String(part);
        if (text.length > LONGEST_TEXT) return undefined;
        const [, first = '', last = first] = PART.exec(text.trim()) ?? [];
        const [from, to] = [Number(first), Number(last)];
        if (first === '' || from < 1 || to < from || to > MOST_MODULES) return undefined;
        for (let n = from; n <= to; n++) found.add(n);
    }
    return found;
}

function texts(given: unknown): string[] | undefined {
    if (given === undefined || given === null) return [];
    if (typeof given !== 'string' || given.length > LONGEST_TEXT) return undefined;
    // One blank at most, and none at a hyphen: then each part is a number or a range, and no pattern has to look back.
    return given.replaceAll(/\s+/g, ' ').replaceAll(' -', '-').replaceAll('- ', '-').split(/[,; ]/).filter(Boolean);
}
