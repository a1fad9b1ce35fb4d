import { isSentence, type Part, type SentenceData } from '../../lib/core/language/sentence';
import { locale, PACKAGE } from './texts';

/** A sentence of lib, or a part of one, in the language of the editor. */
export function sentenceText(part: Part): string {
    if (part === undefined || part === null) return '';
    if (typeof part === 'number')
        return part.toLocaleString(locale(), { useGrouping: false, maximumFractionDigits: 20 });
    if (typeof part !== 'object') return String(part);
    if (isSentence(part)) {
        const [catalogue] = part.key.split('.', 1);
        return RED._(`${PACKAGE}/${catalogue}:${part.key}`, partsInWords(part.data ?? {}));
    }
    if ('list' in part) {
        const parts = part.list.map(sentenceText);
        return part.by === undefined
            ? new Intl.ListFormat(locale()).format(parts)
            : parts.filter(Boolean).join(part.by);
    }
    if ('seconds' in part) return `${part.seconds} s`;
    return new Date('date' in part ? part.date : part.time).toLocaleString(locale());
}

/** The values of a sentence as Node-RED's translation takes them: numbers and texts. */
export function partsInWords(data: SentenceData): Record<string, unknown> {
    return Object.fromEntries(
        Object.entries(data).map(([name, part]) => [
            name,
            typeof part === 'object' && part !== null ? sentenceText(part) : part,
        ]),
    );
}
