import { splitList } from '../../lib/core/split-list';

/** The result of a check: true, or a sentence that says what the user can do. */
export type Verdict = true | string;
export type EntryCheck = (entry: string) => Verdict;

/** The entries of a host or address list, separated by lines, commas, semicolons or blanks. */
export function entries(text: unknown): string[] {
    return splitList(String(text ?? ''));
}
