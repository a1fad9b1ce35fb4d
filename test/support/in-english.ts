import type { Part } from '../../lib/core/language/sentence';
import { wordsIn } from '../../nodes/shared/words/site-words';

/** What a reader of an English site reads of it. */
export function inEnglish(part: Part): string {
    return wordsIn('en-US').text(part);
}
