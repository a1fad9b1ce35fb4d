import { UpsError } from '../../core/errors';
import { said, type Part, type SentenceData } from '../../core/language/sentence';
import { quoted } from '../../core/quote';

/**
 * A file of a user or of a device is refused as a whole: nothing of it is used.
 * @param key of the sentence that says why, below `said`; its last word is `data.fault`, for programs
 * @param data for that sentence; `line` counts from 1
 * @returns UpsError file-refused
 */
export function refusedFile(key: string, data: SentenceData & { line?: number } = {}): UpsError {
    const { line, ...rest } = data;
    const reason = said(key, Object.fromEntries(Object.entries(rest).map(([name, part]) => [name, short(part)])));
    return new UpsError('file-refused', {
        fault: key.slice(key.lastIndexOf('.') + 1),
        line,
        reason: line === undefined ? reason : said('file.inLine', { line, reason }),
    });
}

/** A damaged file may have its whole content in one value. */
function short(part: Part): Part {
    return typeof part === 'string' ? quoted(part) : part;
}
