import { splitList } from '../../lib/core/split-list';

/** What a check says: nothing is wrong, or a sentence that says what to do. */
export type Verdict = true | string;
export type EntryCheck = (entry: string) => Verdict;

/** Entries of a host or address list, whether separated by lines, commas, semicolons or blanks. */
export function entries(text: unknown): string[] {
    return splitList(String(text ?? ''));
}
