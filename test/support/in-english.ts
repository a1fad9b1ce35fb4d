import type { UpsError } from '../../lib/core/errors';
import type { Part } from '../../lib/core/language/sentence';
import { detailInWords, errorText } from '../../nodes/shared/words/texts';
import { wordsIn } from '../../nodes/shared/words/site-words';

/** What a reader of an English site reads of it. */
export function inEnglish(part: Part): string {
    return wordsIn('en-US').text(part);
}

/** `value` with each sentence in it in English, at whatever depth. */
export function allInEnglish(value: unknown): unknown {
    return detailInWords(wordsIn('en-US'), value);
}

/** What a reader of an English site reads of a failure. */
export function errorInEnglish(error: unknown): string {
    return errorText(wordsIn('en-US'), error as UpsError);
}
